import Foundation
import TestSupport
import Testing

/// Captures in `Fixtures` through the program, against what tshark says of their packets and what the
/// endpoints noted when they made them.
@Suite struct OracleTests {
  /// Streams, frames and times are those that tshark gives the packets.
  @Test(
    .enabled(if: OracleProgram.has("tshark"), "tshark is not installed"),
    arguments: OracleFixtures.captures)
  func framesAndTimesAreThoseOfTheirPackets(capture: String) throws {
    let packets = try OracleStreams.of(capture).packets
    func packet(_ number: Int?) -> OraclePacket? {
      number.flatMap { packets.indices.contains($0 - 1) ? packets[$0 - 1] : nil }
    }
    for record in try OracleProgram.records(of: "messages", capture)
    where record.string("record") == "message" {
      let first = packet(record.int("frame"))
      #expect(first?.stream == record.int("tcp_stream"))
      #expect(first?.sourcePort == record.int("src_port"))
      #expect(first?.time == record.time("ts"))
      #expect(packet(record.int("frame_end"))?.stream == record.int("tcp_stream"))
    }
    for record in try OracleProgram.records(of: "transactions", capture)
    where record.string("record") == "transaction" {
      let request = packet(record.int("request_frame"))
      #expect(request?.stream == record.int("tcp_stream"))
      #expect(request?.sourcePort == record.int("src_port"))
      #expect(request?.time == record.time("ts"))
      guard record.string("quality") == "exact", let latency = record.int64("latency_ns"),
        let asked = packet(record.int("request_frame_end")),
        let answer = packet(record.int("response_frame")),
        let last = packet(record.int("response_frame_end"))
      else { continue }
      #expect(answer.time - asked.time == latency)
      #expect(last.time == record.time("ts_end"))
      #expect(answer.sourcePort == record.int("dst_port"))
    }
  }

  /// What is told of a recording is what its endpoints sent and read, byte for byte where text is
  /// shown, and the capture at an endpoint lies between what that endpoint did.
  @Test(arguments: OracleFixtures.recorded, ["client", "server"])
  func messagesAreThoseOfTheEndpoints(recording: String, end: String) throws {
    let log = try OracleLogLine.log(of: recording)
    let messages = try OracleProgram.records(of: "messages", "recorded/\(recording)-\(end).pcap")
      .filter { $0.string("record") == "message" }
    let isWhole = recording != "late-start" && recording != "early-end"
    let origins = isWhole ? [:] : origins(of: messages, in: log)

    var sent: [String: OracleLogLine] = [:]
    var read: [String: OracleLogLine] = [:]
    for line in log where line.event == "sent" || line.event == "read" {
      let isClients = (line.side == "client") == (line.event == "sent")
      let key = "\(line.connection) \(isClients ? "client" : "server") \(line.offset)"
      if line.event == "sent" { sent[key] = line } else { read[key] = line }
    }
    if isWhole { #expect(messages.count == sent.count) } else { #expect(messages.count >= 6) }
    for record in messages {
      let side = record.string("direction") == "client-to-server" ? "client" : "server"
      let offset = (record.int("offset") ?? -1) + (origins[side] ?? 0)
      let key = "\(record.int("connection") ?? -1) \(side) \(offset)"
      let line = try #require(sent[key], "a message nobody sent: \(record)")
      #expect(record.string("kind") == line.kind)
      #expect(record.string("type") == line.type)
      #expect(record.int("uuid") == line.uuid)
      #expect(record.string("status") == line.status)
      #expect(record.int("length") == line.text.utf8.count)
      #expect(record.parameters == line.parameters)
      if side == end { #expect(line.nanoseconds <= record.time("ts") ?? 0) }
      if side != end, let read = read[key] {
        #expect(record.time("ts_end") ?? .max <= read.nanoseconds)
      }
    }
  }

  /// Every request of a whole recording is a transaction with the answer that was read, after the
  /// time that the answerer was asked to take.
  @Test(
    arguments: OracleFixtures.recorded.filter { $0 != "late-start" && $0 != "early-end" },
    ["client", "server"])
  func transactionsAreThoseOfTheEndpoints(recording: String, end: String) throws {
    let log = try OracleLogLine.log(of: recording)
    let records = try OracleProgram.records(
      of: "transactions", "recorded/\(recording)-\(end).pcap")
    let transactions = records.filter { $0.string("record") == "transaction" }
    let requests = log.filter { $0.event == "sent" && $0.kind == "request" }
    #expect(transactions.count == requests.count)
    for request in requests {
      let direction = request.side == "client" ? "client-to-server" : "server-to-client"
      let record = try #require(
        transactions.first {
          $0.int("connection") == request.connection && $0.string("direction") == direction
            && $0.int("request_offset") == request.offset
        })
      #expect(record.int("uuid") == request.uuid)
      // A request whose uuid was used again before it was answered has no answer of its own.
      let isSuperseded = requests.contains {
        $0.side == request.side && $0.connection == request.connection
          && $0.uuid == request.uuid && $0.offset > request.offset
      }
      let response =
        isSuperseded
        ? nil
        : log.first {
          $0.event == "read" && $0.kind == "response" && $0.side == request.side
            && $0.connection == request.connection && $0.uuid == request.uuid
        }
      let outcome = ["OK": "ok", "ERROR": "error"][response?.status ?? ""] ?? "unanswered"
      #expect(record.string("outcome") == outcome)
      guard let response, let latency = record.int64("latency_ns") else {
        #expect(response == nil)
        continue
      }
      if request.side == end {
        #expect(latency <= response.nanoseconds - request.nanoseconds)
      }
      // The answerer waits by another clock than the one captures have.
      #expect(latency > (request.number("delay") ?? 0) * 1_000_000 - 1_000_000)
    }
    #expect(records.last?.string("record") == "summary")
  }

  /// A generated capture and its expected records are what their script makes.
  @Test(arguments: GeneratedFixture.all)
  func generatedFixturesAreRebuiltByteForByte(fixture: GeneratedFixture) throws {
    let path = OracleFixtures.path("generated/\(fixture.name)")
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: path + ".pcap")) == Data(fixture.capture.pcap()))
    #expect(
      try String(contentsOfFile: path + ".expected.ndjson", encoding: .utf8) == fixture.expected)
  }

  /// The program's transactions have all fields that the script expects.
  @Test(arguments: GeneratedFixture.all)
  func generatedFixturesGiveTheExpectedRecords(fixture: GeneratedFixture) throws {
    let transactions = try OracleProgram.records(
      of: "transactions", "generated/\(fixture.name).pcap"
    )
    .filter { $0.string("record") == "transaction" }
    .sorted { $0.int("transaction") ?? 0 < $1.int("transaction") ?? 0 }
    let expected = OracleProgram.records(fixture.expected)
    #expect(transactions.count == expected.count)
    for (transaction, expected) in zip(transactions, expected) {
      let common = transaction.filter { expected[$0.key] != nil }
      #expect(NSDictionary(dictionary: common) == NSDictionary(dictionary: expected))
    }
  }

  /// Every line that the program writes is as its own schema says: those of all tests are judged
  /// where they are read, here are those of every capture.
  @Test(.enabled(if: RecordValidator.isAvailable, "python3-jsonschema is not installed"))
  func everyRecordFollowsTheSchema() throws {
    for capture in OracleFixtures.captures {
      for command in ["messages", "transactions", "connections", "report"] {
        let output = try OracleProgram.output(of: command, capture)
        #expect(output.contains("\"record\":\"summary\""))
      }
    }
    let wrong = "{\"record\":\"message\",\"connection\":\"none\"}"
    #expect(!RecordValidator.faults(in: wrong, schema: "").isEmpty)
  }

  /// What lies before the capture's first byte in each stream: the offset of the first message there,
  /// found by its uuid, less the offset that it has in the capture.
  private func origins(
    of messages: [[String: Any]], in log: [OracleLogLine]
  ) -> [String: Int] {
    var origins: [String: Int] = [:]
    for record in messages {
      let side = record.string("direction") == "client-to-server" ? "client" : "server"
      let line = log.first {
        $0.event == "sent" && $0.side == side && $0.uuid == record.int("uuid")
          && $0.kind == record.string("kind")
      }
      if let line, origins[side] == nil {
        origins[side] = line.offset - (record.int("offset") ?? 0)
      }
    }
    return origins
  }
}
