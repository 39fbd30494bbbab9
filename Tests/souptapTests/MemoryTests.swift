import Foundation
import Glibc
import TestSupport
import Testing
import Wire

/// A day of packet time, in which connections come and go, through a pipe.
struct MemoryTests {
  /// Some connections end with FIN, some with RST, some never; some requests are not answered, and some
  /// bytes are missing. What an hour took is what the day takes.
  @Test func aDayTakesNoMoreMemoryThanAnHour() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: OracleProgram.souptapPath)
    process.arguments = ["report", "--format", "ndjson", "--max-connections", "200", "-"]
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer { if process.isRunning { process.terminate() } }
    func residentKilobytes() throws -> Int {
      let path = "/proc/\(process.processIdentifier)/status"
      let status = try String(contentsOfFile: path, encoding: .utf8)
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
      return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
    input.fileHandleForWriting.write(Data([0x4d, 0x3c, 0xb2, 0xa1, 2, 0, 4, 0]))
    input.fileHandleForWriting.write(
      Data([UInt8](repeating: 0, count: 8) + [0, 0, 4, 0, 101, 0, 0, 0]))

    let start: Int64 = 1_700_000_000
    var firstHour = 0
    // A connection every twenty seconds.
    for number in 0..<4320 {
      let file = connection(number, at: (start + Int64(number) * 20) * 1_000_000_000)
      input.fileHandleForWriting.write(Data(file))
      if number == 400 { firstHour = try residentKilobytes() }
    }
    // What is not read yet fits into the pipe.
    let wholeDay = try residentKilobytes()
    try input.fileHandleForWriting.close()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let summary = try #require(OracleProgram.records(text).last)
    let span = (summary.time("to") ?? 0) - (summary.time("from") ?? 0)
    #expect(span > 86_300_000_000_000)
    #expect((summary["messages"] as? [String: Any])?.int("requests") == 3 * 4320)
    #expect(wholeDay < firstHour + 3_000, "\(firstHour) kB after two hours, \(wholeDay) after all")
  }

  /// The records of a connection with three requests.
  private func connection(_ number: Int, at time: Int64) -> [UInt8] {
    var client = Endpoint.testClient
    client.port = UInt16(1024 + number * 7 % 60_000)
    let server = Endpoint.testServer
    var records: [UInt8] = []
    var sent: (client: UInt32, server: UInt32) = (UInt32(number), 5000)
    var moment = time
    func put(_ fromClient: Bool, _ flags: TCPFlags, _ text: String = "") {
      let packet = PacketBuilder(
        from: fromClient ? client : server, to: fromClient ? server : client,
        sequenceNumber: fromClient ? sent.client : sent.server,
        acknowledgmentNumber: flags == .syn ? 0 : fromClient ? sent.server : sent.client,
        flags: flags, payload: Array(text.utf8)
      ).datagram()
      moment += 100_000
      records.append(littleEndian: UInt32(moment / 1_000_000_000))
      records.append(littleEndian: UInt32(moment % 1_000_000_000))
      records.append(littleEndian: UInt32(packet.count))
      records.append(littleEndian: UInt32(packet.count))
      records += packet
      var length = UInt32(text.utf8.count)
      if flags.contains(.syn) || flags.contains(.fin) { length += 1 }
      if fromClient { sent.client &+= length } else { sent.server &+= length }
    }
    put(true, .syn)
    put(false, [.syn, .acknowledgment])
    put(true, .acknowledgment)
    for request in 1...3 {
      put(
        true, .acknowledgment, "Request type.\(request)\r\n\(request)\r\nroom: r\(number)\r\n\r\n")
      if (number + request) % 11 == 0 { continue }
      if (number + request) % 13 == 0 { sent.server &+= 50 }
      put(false, .acknowledgment, "Response type.\(request)\r\n\(request) OK\r\n\r\n")
    }
    switch number % 5 {
    case 0, 1, 2:
      put(true, [.fin, .acknowledgment])
      put(false, [.fin, .acknowledgment])
      put(true, .acknowledgment)
    case 3: put(true, [.reset, .acknowledgment])
    default: break
    }
    return records
  }
}
