import Foundation
import Testing

/// Ten thousand transactions over a link that loses, reorders and duplicates, recorded at both ends.
@Suite(.enabled(if: OracleProgram.has("xz"), "xz is not installed"))
struct LossyLinkTests {
  /// Which bytes of a stream the packets carry, from the first one after the SYN.
  private struct Coverage {
    var origin: UInt32?
    var bytes = [Bool](repeating: false, count: 1 << 17)

    mutating func add(_ packet: CompressedRecording.Packet) {
      guard let origin, packet.payload > 0 else { return }
      let start = Int(Int32(bitPattern: packet.sequenceNumber &- origin))
      for place in max(0, start)..<max(0, min(start + packet.payload, bytes.count)) {
        bytes[place] = true
      }
    }

    func holds(_ message: CompressedRecording.Sent) -> Bool {
      bytes[message.offset..<(message.offset + message.length)].allSatisfy { $0 }
    }
  }

  private struct Stream: Hashable {
    var port: Int
    var isClients: Bool
  }

  /// Every transaction that a capture contains whole is told with its own answer, whatever else is
  /// missing in the capture: nothing, or every fiftieth packet.
  @Test(arguments: ["client", "server"], [Int.max, 50])
  func whatIsCapturedWholeIsToldRight(end: String, every: Int) throws {
    let recording = try CompressedRecording("ten-thousand")
    let (header, all) = try recording.packets(at: end)
    // The SYN says where streams begin.
    let kept = all.enumerated().filter {
      $0.offset % every != every - 1 || $0.element.flags & 2 != 0
    }
    .map(\.element)
    var coverage: [Stream: Coverage] = [:]
    for packet in kept {
      let stream = Stream(port: packet.client, isClients: packet.isClients)
      if packet.flags & 2 != 0 {
        coverage[stream, default: Coverage()].origin = packet.sequenceNumber &+ 1
      }
      coverage[stream]?.add(packet)
    }
    let scratch = try ScratchDirectory()
    let path = "\(scratch.path)/capture.pcap"
    try Data(header + kept.flatMap(\.record)).write(to: URL(fileURLWithPath: path))
    let run = try ProgramRun.souptap("transactions --format ndjson \(path)")
    #expect(run.status == 0)
    var told: [String: [String: Any]] = [:]
    for record in OracleProgram.records(run.output) where record.string("record") == "transaction" {
      let isClients = record.string("direction") == "client-to-server"
      let port = record.int(isClients ? "src_port" : "dst_port") ?? 0
      let key = "\(port) \(isClients) \(record.int("uuid") ?? -1)"
      #expect(told[key] == nil || record.int("revision") == 1, "told twice: \(key)")
      told[key] = record
    }

    var answers: [String: CompressedRecording.Sent] = [:]
    for message in recording.sent where message.kind == "response" {
      answers["\(message.connection) \(message.side) \(message.uuid)"] = message
    }
    let requests = recording.sent.filter { $0.kind == "request" }
    #expect(requests.count == 10_000)
    var whole = 0
    for request in requests {
      let port = recording.ports[request.connection] ?? 0
      let isClients = request.side == "client"
      guard coverage[Stream(port: port, isClients: isClients)]?.holds(request) == true else {
        continue
      }
      let other = isClients ? "server" : "client"
      let answer = answers["\(request.connection) \(other) \(request.uuid)"]
      if let answer,
        coverage[Stream(port: port, isClients: !isClients)]?.holds(answer) != true
      {
        continue
      }
      whole += 1
      let record = told["\(port) \(isClients) \(request.uuid)"]
      #expect(record?.int("request_offset") == request.offset, "\(request)")
      #expect(record?.string("outcome") == answer?.status ?? "unanswered", "\(request)")
      #expect(record?.int("response_offset") == answer?.offset, "\(request)")
    }
    // At the end that sent them, and in a whole capture, nothing is missing.
    if every == .max { #expect(whole == 10_000) } else { #expect((8_500..<10_000).contains(whole)) }
  }
}
