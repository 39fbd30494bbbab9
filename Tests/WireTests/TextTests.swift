import Glibc
import TestSupport
import Testing
import Wire

@Suite struct TextTests {
  private func text(_ append: (inout [UInt8]) -> Void) -> String {
    var bytes: [UInt8] = []
    append(&bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func parse(_ text: String) -> IPAddress? { IPAddress(parsing: text.utf8) }

  /// The examples of RFC 5952 sections 2, 4 and 5, and other corners.
  @Test(arguments: [
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
    ("2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
    ("2001:db8::0:1:0:0:1", "2001:db8::1:0:0:1"),
    ("2001:DB8:0:0:1::1", "2001:db8::1:0:0:1"),
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
    ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
    ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
    ("::", "::"), ("0:0:0:0:0:0:0:0", "::"), ("::1", "::1"), ("1::", "1::"),
    ("0:1:1:1:1:1:1:1", "0:1:1:1:1:1:1:1"), ("1:1:1:1:1:1:0:0", "1:1:1:1:1:1::"),
    ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("::ffff:c000:0201", "::ffff:192.0.2.1"),
    ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("::1.2.3.4", "::102:304"),
    ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
    ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("10.0.200.3", "10.0.200.3"),
  ])
  func canonicalAddresses(_ written: String, _ canonical: String) throws {
    let address = try #require(parse(written))
    #expect(address.isIPv6 == written.contains(":"))
    #expect(text { address.appendText(to: &$0) } == canonical)
    #expect(parse(canonical) == address)
  }

  @Test(arguments: [
    "", ":", ":::", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1..3.4", "1.2.3.4 ",
    "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8",
    "12345::", "g::", "1:", ":1", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "1.2.3.4::", "::1.2.3",
    "::1%eth0", "1:2:3:4:5:6:7:1.2.3.4", "+1.2.3.4", "fe80:::1",
  ])
  func textThatIsNoAddress(_ text: String) {
    #expect(parse(text) == nil)
  }

  /// Against the C library, which writes three forms of embedded IPv4 where RFC 5952 asks for one.
  @Test func addressesAgreeWithTheSystem() {
    var random = SeededRandom(seed: 0x5eed_0002)
    print("seed 0x5eed0002")
    for _ in 0..<20_000 {
      // Many zero groups, so that runs of all lengths and places occur.
      let mask: UInt8 = .random(in: 0...255, using: &random)
      var groups = (0..<8).map { index -> UInt16 in
        mask >> UInt8(index) & 1 == 0 ? 0 : .random(in: 0...0xffff, using: &random)
      }
      if groups[..<6].allSatisfy({ $0 == 0 }) { groups[0] = 1 }
      let half = { (part: ArraySlice<UInt16>) in part.reduce(UInt64(0)) { $0 << 16 | UInt64($1) } }
      let address = IPAddress(ipv6High: half(groups[..<4]), low: half(groups[4...]))
      let bytes = address.bytes
      var buffer = [CChar](repeating: 0, count: 64)
      _ = unsafe inet_ntop(AF_INET6, bytes, &buffer, 64)
      let system = String(
        decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      #expect(text { address.appendText(to: &$0) } == system)
      #expect(parse(system) == address)
    }
  }

  /// Whatever the text, both read the same address or none.
  @Test func parsingAgreesWithTheSystem() {
    var random = SeededRandom(seed: 0x5eed_0003)
    print("seed 0x5eed0003")
    let parts = [
      "1.2.3.4", "0", "1", "ff", "2001", "12345", ":", "::", ".", "255", "256", "01", "", "g",
    ]
    var valid = 0
    for _ in 0..<50_000 {
      let count = Int.random(in: 1...15, using: &random)
      let separator = [":", ":", ".", ""].randomElement(using: &random) ?? ":"
      let text = (0..<count).map { _ in parts.randomElement(using: &random) ?? "" }
        .joined(separator: separator)
      let isIPv6 = text.contains(":")
      var bytes = [UInt8](repeating: 0, count: 16)
      let read = unsafe inet_pton(isIPv6 ? AF_INET6 : AF_INET, text, &bytes)
      let expected = read == 1 ? Array(bytes.prefix(isIPv6 ? 16 : 4)) : nil
      #expect(parse(text)?.bytes == expected, "\(text)")
      if read == 1 { valid += 1 }
    }
    #expect(valid > 100)
  }

  @Test func endpoints() {
    #expect(text { Endpoint.testServer.appendText(to: &$0) } == "192.0.2.2:4080")
    #expect(text { Endpoint.testClient6.appendText(to: &$0) } == "[2001:db8::1]:50000")
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000000000Z"),
    (-1, "1969-12-31T23:59:59.999999999Z"),
    (951_782_400_000_000_001, "2000-02-29T00:00:00.000000001Z"),
    (1_795_368_360_123_456_789, "2026-11-22T17:26:00.123456789Z"),
    (Int64.max, "2262-04-11T23:47:16.854775807Z"),
    (Int64.min, "1677-09-21T00:12:43.145224192Z"),
  ])
  func times(_ nanoseconds: Int64, _ expected: String) {
    #expect(text { CaptureTime(nanoseconds: nanoseconds).appendRFC3339(to: &$0) } == expected)
  }

  /// Every day of the range, by the C library's calendar.
  @Test func everyDayAgreesWithTheSystem() {
    let day: Int64 = 86_400_000_000_000
    for index in (Int64.min / day)...(Int64.max / day) {
      var seconds = Int(index * 86_400)
      var parts = unsafe tm()
      _ = unsafe gmtime_r(&seconds, &parts)
      let expected = unsafe [parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday]
      let written = text { CaptureTime(nanoseconds: index * day).appendRFC3339(to: &$0) }
      let date = written.prefix { $0 != "T" }.split(separator: "-").compactMap { Int32($0) }
      #expect(date == expected)
    }
  }

  @Test func linkTypeNames() {
    #expect(LinkType.ethernet.name == "EN10MB")
    #expect(LinkType(rawValue: 276).name == "LINUX_SLL2")
    #expect(LinkType(rawValue: 147).name == nil)
    for stack in Stack.all { #expect(stack.linkType.name != nil) }
  }
}
