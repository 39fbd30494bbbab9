import Foundation
import Records
import Rendering
import TestSupport
import Testing
import Wire

@Suite struct OutputBufferTests {
  @Test func decimalsEqualTheStandardLibrarys() {
    var random = SeededRandom(seed: 11)
    var values: [UInt64] = [0, 9, 10, 99, 100, 999, 1000, 9999, 10_000, .max]
    for shift in 0..<64 { values.append(random.next() >> UInt64(shift)) }
    for value in values {
      #expect(written { $0.append(decimal: value) } == String(value))
      #expect(written { $0.append(hexadecimal: value) } == String(value, radix: 16))
      let signed = Int64(bitPattern: value)
      #expect(written { $0.append(decimal: signed) } == String(signed))
    }
    #expect(written { $0.append(decimal: Int64.min) } == String(Int64.min))
    #expect(written { $0.append(decimal: 7, paddedTo: 3) } == "007")
    #expect(written { $0.append(decimal: 1234, paddedTo: 3) } == "1234")
    #expect(written { $0.append(decimal: 0, paddedTo: 2) } == "00")
    #expect(written { $0.append(hexadecimal: 0xab, paddedTo: 4) } == "00ab")
  }

  @Test func growsAndIsUsedAgain() {
    var buffer = OutputBuffer(capacity: 1)
    var expected = ""
    for index in 0..<5000 {
      buffer.append(decimal: index)
      buffer.append(",")
      expected += "\(index),"
    }
    #expect(buffer.string == expected)
    buffer.truncate(to: 4)
    #expect(buffer.string == "0,1,")
    buffer.removeAll()
    #expect(buffer.string.isEmpty)
    buffer.append(repeating: 0x2d, count: 3)
    buffer.append([0x41, 0x42])
    buffer.append("é")
    #expect(buffer.string == "---ABé")
    buffer.removeAll(keepingCapacity: false)
    buffer.append(repeating: 0x2d, count: 10_000)
    #expect(buffer.string.utf8.count == 10_000)
  }

  /// Foundation's calendar is the independent opinion.
  @Test func timestampsEqualFoundations() throws {
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    var random = SeededRandom(seed: 12)
    var times: [Int64] = [0, -1, 951_782_400_000_000_000, 951_868_799_999_999_999, .max]
    for _ in 0..<500 { times.append(Int64(truncatingIfNeeded: random.next())) }
    for nanoseconds in times {
      let text = written { $0.append(timestamp: CaptureTime(nanoseconds: nanoseconds)) }
      let (quotient, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
      let seconds = rest < 0 ? quotient - 1 : quotient
      let date = Date(timeIntervalSince1970: Double(seconds))
      // The proleptic Gregorian calendar differs from Foundation's before 1582 only.
      let parts = calendar.dateComponents(
        [.year, .month, .day, .hour, .minute, .second], from: date)
      let fields = [parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second]
      let expected = String(
        format: "%04d-%02d-%02dT%02d:%02d:%02d", arguments: fields.map { $0 ?? -1 })
      #expect(text.hasPrefix(expected), "\(nanoseconds)")
      #expect(text.hasSuffix(String(format: ".%09dZ", Int(nanoseconds - seconds * 1_000_000_000))))
    }
    #expect(
      written { $0.append(timestamp: .distantPast) } == "1677-09-21T00:12:43.145224192Z")
    #expect(
      written { $0.append(timestamp: sampleTime) } == "2026-11-22T17:26:00.123456789Z")
  }

  @Test(
    arguments: [
      (0x0001_0002_0003_0004, 0x0005_0006_0007_0008, "1:2:3:4:5:6:7:8"),
      (0, 0, "::"), (0, 1, "::1"), (0x2001_0db8_0000_0000, 1, "2001:db8::1"),
      (0x2001_0db8_0000_0000, 0x0001_0000_0000_0001, "2001:db8::1:0:0:1"),
      (0x2001_0db8_0000_0001, 0x0001_0001_0001_0001, "2001:db8:0:1:1:1:1:1"),
      (0xfe80_0000_0000_0000, 0, "fe80::"), (0, 0xffff_c000_0201, "::ffff:192.0.2.1"),
      (0x0000_0000_0000_0001, 0x0002_0003_0004_0005, "::1:2:3:4:5"),
    ] as [(UInt64, UInt64, String)])
  func ipv6AddressesAreShortest(high: UInt64, low: UInt64, expected: String) {
    #expect(written { $0.append(IPAddress(ipv6High: high, low: low)) } == expected)
  }

  @Test func endpointsTellPortsApart() {
    let identity = sampleIdentity()
    #expect(written { $0.append(identity.client) } == "192.0.2.1:50000")
    #expect(written { $0.append(identity.server) } == "[2001:db8::1]:4080")
  }

  @Test func base64EqualsFoundations() {
    var random = SeededRandom(seed: 13)
    for length in 0..<100 {
      let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let text = written { $0.append(base64: bytes.lent) }
      #expect(text == Data(bytes).base64EncodedString())
    }
  }

  @Test(
    arguments: [
      (0, "0"), (1, "1"), (0.5, "0.5"), (1.0 / 3, "0.333333"), (2.0 / 3, "0.666667"),
      (1e-7, "0"), (-1e-7, "0"), (-0.25, "-0.25"), (0.9999999, "1"), (123456.789, "123456.789"),
      (1e15, "1000000000000000"), (.nan, "0"), (.infinity, "0"), (1e300, "9223372036854775808"),
    ] as [(Double, String)])
  func ratesHaveAtMostSixDecimals(rate: Double, expected: String) {
    #expect(written { $0.append(rate: rate) } == expected)
  }
}
