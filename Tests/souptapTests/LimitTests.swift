import Foundation
import TestSupport
import Testing

/// Each limit has an option, and is told where it is reached: in the records, in the summary and on
/// standard error.
@Suite struct LimitTests {
  private static let request = "Request room.create\r\n1\r\nname: first\r\n\r\n"

  private struct Told {
    var records: [[String: Any]]
    var errors: String

    var summary: [String: Any] { records.last ?? [:] }
    var health: [String: Any] { summary["health"] as? [String: Any] ?? [:] }

    /// How often a limit was reached, by its name in `meta`.
    func reached(_ name: String) -> Int? {
      (health["limits_reached"] as? [String: Any])?.int(name)
    }

    func limit(_ name: String) -> Int64? {
      (records.first?["limits"] as? [String: Any])?.int64(name)
    }

    func missing(_ side: String = "client_to_server") -> [String: Int] {
      let connection = records.first { $0.string("record") == "connection" }
      let ledger = (connection?[side] as? [String: Any])?["ledger"] as? [String: Any]
      return ledger?["missing"] as? [String: Int] ?? [:]
    }
  }

  private func tell(
    _ conversations: [Conversation], _ command: String = "connections", _ options: String...
  ) throws -> Told {
    let scratch = try ScratchDirectory()
    let path = "\(scratch.path)/capture.pcap"
    try Data(ConversationCapture(conversations).pcap()).write(to: URL(fileURLWithPath: path))
    let given = options.joined(separator: " ")
    let run = try ProgramRun.souptap("\(command) --format ndjson \(given) \(path)")
    #expect(run.status == 0)
    return Told(records: OracleProgram.records(run.output), errors: run.errors)
  }

  /// A hole that nobody acknowledged, and requests behind it.
  private func holed(port: UInt16 = 40_000) -> Conversation {
    var conversation = Conversation(clientPort: port)
    conversation.acknowledgesAtOnce = false
    conversation.open()
    let asked = conversation.send(
      .client, String(repeating: Self.request, count: 8), sizes: [10, 39, 39, 39, 39, 39, 39],
      pause: 1_000_000, arrives: false)
    conversation.drop(asked[0])
    return conversation
  }

  @Test func bytesThatWaitInAStream() throws {
    let few = try tell([holed()], "connections", "--max-waiting", "100")
    #expect(few.limit("waiting_bytes_per_stream") == 100)
    #expect(few.missing() == ["limit": 10])
    #expect(few.reached("waiting_bytes_per_stream") == 1)
    #expect(few.errors.contains("--max-waiting 1 time"))
    let many = try tell([holed()])
    #expect(many.missing() == ["end": 10])
    #expect(many.health["limits_reached"] == nil)
    #expect(!many.errors.contains("limits reached"))
  }

  @Test func bytesThatAreHeldAltogether() throws {
    let conversations = (0..<20).map { holed(port: 40_000 + UInt16($0)) }
    let few = try tell(conversations, "connections", "--max-held", "4KiB")
    #expect(few.limit("held_bytes") == 4096)
    #expect((few.reached("held_bytes") ?? 0) > 0)
    #expect(few.errors.contains("--max-held"))
    let reasons = few.records.compactMap { record in
      ((record["client_to_server"] as? [String: Any])?["ledger"] as? [String: Any])?["missing"]
        as? [String: Int]
    }
    #expect(reasons.contains(["limit": 10]))
  }

  @Test func connectionsThatAreFollowed() throws {
    let conversations = (0..<5).map { (number: Int) in
      var conversation = Conversation(
        clientPort: 40_000 + UInt16(number), start: 1_700_000_000 + Int64(number))
      conversation.open()
      conversation.send(.client, Self.request)
      return conversation
    }
    let few = try tell(conversations, "connections", "--max-connections", "2")
    #expect(few.limit("connections") == 2)
    let ends = few.records.compactMap { $0.string("record") == "connection" ? $0 : nil }
      .map { "\($0.int("src_port") ?? 0) \($0.string("ended") ?? "")" }
    // The least recently active go first.
    #expect(
      ends == [
        "40000 evicted", "40001 evicted", "40002 evicted", "40003 capture-ended",
        "40004 capture-ended",
      ])
    #expect(few.reached("connections") == 3)
    #expect(few.errors.contains("--max-connections 3 times"))
    let unanswered = try tell(conversations, "transactions", "--max-connections", "2").records
      .compactMap { $0.string("unanswered") }
    #expect(unanswered.count { $0 == "evicted" } == 3)
  }

  /// More streams at once than files may be open.
  @Test func filesThatAreOpen() throws {
    var conversations: [Conversation] = []
    for number in 0..<150 {
      var conversation = Conversation(clientPort: 40_000 + UInt16(number))
      conversation.open()
      for _ in 0..<3 {
        conversation.advance(milliseconds: 10)
        conversation.send(.client, Self.request)
        conversation.advance(milliseconds: 10)
        conversation.send(.server, "Response room.create\r\n1 OK\r\n\r\n")
      }
      conversations.append(conversation)
    }
    let scratch = try ScratchDirectory()
    let path = "\(scratch.path)/capture.pcap"
    try Data(ConversationCapture(conversations).pcap()).write(to: URL(fileURLWithPath: path))
    let run = try ProgramRun.script(
      "ulimit -n 100; souptap streams --format ndjson --directory \(scratch.path)/out \(path)")
    #expect(run.status == 0, "\(run.errors)")
    let records = OracleProgram.records(run.output).filter { $0.string("record") == "stream" }
    #expect(records.count == 300)
    for record in records {
      let isClients = record.string("direction") == "client-to-server"
      let text = try String(
        contentsOfFile: "\(scratch.path)/out/\(record.string("file") ?? "")", encoding: .utf8)
      let sent = isClients ? Self.request : "Response room.create\r\n1 OK\r\n\r\n"
      #expect(text == String(repeating: sent, count: 3))
    }
  }

  @Test func bytesOfAMessage() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, Self.request)
    let told = try tell([conversation], "messages", "--max-message", "30")
    #expect(told.limit("message_bytes") == 30)
    #expect(told.records.contains { $0.string("code") == "message-truncated" })
    #expect(told.reached("message_bytes") == 1)
    #expect(told.errors.contains("--max-message 1 time"))
  }

  @Test func requestsThatWait() throws {
    var conversation = Conversation()
    conversation.open()
    for number in 1...4 {
      conversation.send(.client, "Request room.create\r\n\(number)\r\n\r\n")
      conversation.advance(milliseconds: 1)
    }
    let told = try tell([conversation], "transactions", "--max-pending", "1")
    #expect(told.limit("pending_requests_per_connection") == 1)
    #expect(told.records.count { $0.string("unanswered") == "evicted" } == 3)
    #expect(told.reached("pending_requests_per_connection") == 3)
    #expect(told.errors.contains("--max-pending 3 times"))
  }

  @Test func halfOpenConnectionsThatAreIdle() throws {
    var first = Conversation(clientPort: 40_001)
    first.open()
    for index in [1, 2] { first.drop(index) }
    var second = Conversation(clientPort: 40_002, start: 1_700_000_003)
    second.open()
    second.send(.client, Self.request)
    for (options, ended) in [("", "capture-ended"), ("--half-open-timeout 2s", "idle")] {
      let told = try tell([first, second], "connections", options)
      let connection = told.records.first { $0.int("src_port") == 40_001 }
      #expect(connection?.string("ended") == ended)
      #expect(told.reached("half_open_ns") == (ended == "idle" ? 1 : nil))
    }
  }

  /// A segment that comes 300 ms after its ACK, and one that is sent again after ten seconds.
  @Test func holesThatMayStillBeFilled() throws {
    var late = Conversation()
    late.acknowledgesAtOnce = false
    late.open()
    let asked = late.send(.client, Self.request + Self.request, sizes: [39], pause: 1_000_000)
    late.acknowledge(.server)
    late.drop(asked[0])
    late.advance(milliseconds: 300)
    late.acknowledge(.server)
    late.sendAgain(.client, 0..<39)
    late.advance(milliseconds: 10)
    late.close()
    #expect(try tell([late]).missing() == ["acked": 39])
    let patient = try tell([late], "connections", "--reorder-timeout", "1s")
    #expect(patient.limit("reorder_ns") == 1_000_000_000)
    #expect(patient.missing().isEmpty)

    var slow = Conversation()
    slow.acknowledgesAtOnce = false
    slow.open()
    let sent = slow.send(
      .client, Self.request + Self.request, sizes: [39], pause: 1_000_000, arrives: false)
    slow.drop(sent[0])
    slow.advance(milliseconds: 10_000)
    slow.sendAgain(.client, 0..<39)
    slow.close()
    #expect(try tell([slow]).missing().isEmpty)
    let hasty = try tell([slow], "connections", "--hole-timeout", "5s")
    #expect(hasty.limit("hole_ns") == 5_000_000_000)
    #expect(hasty.missing() == ["aged": 39])
  }

  /// The first parts of 200 datagrams, a microsecond apart, whose other parts never come.
  @Test(.enabled(if: OracleProgram.has("python3"), "python3 is not installed"))
  func fragmentsThatWait() throws {
    let scratch = try ScratchDirectory()
    let path = "\(scratch.path)/fragments.pcap"
    let script = ProgramRun.packageRoot.appendingPathComponent("Tests/hostile/make-captures.py")
      .path
    let made = try OracleProgram.run([
      "sh", "-c", "python3 '\(script)' orphan-fragments 0.001 > '\(path)'",
    ])
    #expect(made.status == 0)
    func tell(_ options: String) throws -> Told {
      let run = try ProgramRun.souptap("connections --format ndjson \(options) \(path)")
      #expect(run.status == 0)
      return Told(records: OracleProgram.records(run.output), errors: run.errors)
    }
    let many = try tell("")
    #expect(many.limit("fragmented_datagrams") == 4096)
    #expect(many.limit("fragment_ns") == 30_000_000_000)
    #expect(many.health["limits_reached"] == nil)
    let few = try tell("--max-fragmented 50")
    #expect(few.limit("fragmented_datagrams") == 50)
    #expect(few.reached("fragmented_datagrams") == 150)
    #expect(few.errors.contains("--max-fragmented 150 times"))
    // The last one is as old as 99 others before it when it comes.
    let hasty = try tell("--fragment-timeout 100us")
    #expect(hasty.limit("fragment_ns") == 100_000)
    #expect(hasty.reached("fragment_ns") == 99)
    // They may hold a quarter of what may be held: 16 KiB, of 512 bytes and 96 more each.
    let small = try tell("--max-held 64KiB")
    #expect((160...180).contains(small.reached("fragmented_datagrams") ?? 0))
    for told in [many, few, hasty, small] {
      #expect((told.health["undecoded"] as? [String: Any])?.int("ip-fragment") == 200)
    }
  }
}
