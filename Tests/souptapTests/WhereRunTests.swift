import Foundation
import Selection
import TestSupport
import Testing

/// What `--where`, `--since` and `--until` select, held against the records that are told without them.
struct WhereRunTests {
  private typealias Record = [String: Any]

  private static let captures = [
    "errors-client", "lossy-link-client", "ipv6-server", "both-ask-equal-uuids-server",
    "unanswered-client", "notifications-client",
  ].map { "Fixtures/recorded/\($0).pcap" }

  private func records(_ command: String, _ capture: String, _ options: String = "") throws
    -> [Record]
  {
    let run = try ProgramRun.souptap("\(command) --format ndjson \(options) \(capture)")
    #expect(run.status == 0, "\(command) \(options): \(run.errors)")
    return OracleProgram.records(run.output)
  }

  private func unfiltered(_ command: String, _ capture: String) throws -> [Record] {
    try OracleProgram.records(of: command, String(capture.dropFirst("Fixtures/".count)))
  }

  private func lines(_ records: [Record], _ kind: String) -> [String] {
    records.filter { $0.string("record") == kind }.map { record in
      let data = try? JSONSerialization.data(withJSONObject: record, options: .sortedKeys)
      return String(decoding: data ?? Data(), as: UTF8.self)
    }
  }

  /// An expression, and what it means for a record as NDJSON has it.
  struct Case: Sendable, CustomTestStringConvertible {
    let expression: String
    let holds: @Sendable ([String: Any]) -> Bool
    var testDescription: String { expression }

    init(_ expression: String, _ holds: @escaping @Sendable ([String: Any]) -> Bool) {
      self.expression = expression
      self.holds = holds
    }
  }

  private static func names(_ record: [String: Any], _ field: String) -> [String] {
    record[field] as? [String] ?? []
  }

  static let transactions: [Case] = [
    Case("outcome == error") { $0.string("outcome") == "error" },
    Case("outcome in (error, unanswered)") {
      ["error", "unanswered"].contains($0.string("outcome"))
    },
    Case("latency > 6ms") { $0.int("latency_ns") ?? 0 > 6_000_000 },
    Case("not latency > 6ms") { $0.int("latency_ns") ?? 0 <= 6_000_000 },
    Case("latency_ns <= 6000000") { $0.int("latency_ns").map { $0 <= 6_000_000 } ?? false },
    Case("code ~ \"^4\"") { $0.string("code")?.hasPrefix("4") ?? false },
    Case("uuid in (1, 7)") { [1, 7].contains($0.int("uuid")) },
    Case("quality != exact") { $0.string("quality").map { $0 != "exact" } ?? false },
    Case("causes == reordered") { Self.names($0, "causes").contains("reordered") },
    Case("src in 192.0.2.1/32") { $0.string("src") == "192.0.2.1" },
    Case("src in 2001:db8::/32 or src in fd00::/8 or src in fe80::/10") {
      $0.string("src")?.contains(":") ?? false
    },
    Case("type == \"room.close\" or (type ~ \"^peer[.]\" and code == 403)") {
      $0.string("type") == "room.close"
        || $0.string("type")?.hasPrefix("peer.") == true && $0.string("code") == "403"
    },
    Case("unanswered != timeout") { $0.string("unanswered").map { $0 != "timeout" } ?? false },
    Case("direction == server-to-client") { $0.string("direction") == "server-to-client" },
    Case("server < 5ms and in_flight >= 1") {
      $0.int("server_ns").map { $0 < 5_000_000 } ?? false && $0.int("in_flight") ?? 0 >= 1
    },
  ]

  @Test(arguments: transactions)
  func transactionsAreSelected(example: Case) throws {
    var selected = 0
    for capture in Self.captures {
      let all = try unfiltered("transactions", capture)
      let some = try records("transactions", capture, "--where '\(example.expression)'")
      let expected = all.filter { $0.string("record") != "transaction" || example.holds($0) }
      #expect(lines(some, "transaction") == lines(expected, "transaction"), "\(capture)")
      selected += lines(some, "transaction").count
      // A report counts just them.
      let report = try records("report", capture, "--where '\(example.expression)'")
      let totals = report.last?["totals"] as? Record
      #expect(totals?.int("requests") == lines(some, "transaction").count, "\(capture)")
      #expect(report.first?.string("where") == example.expression)
    }
    #expect(selected > 0 || example.expression.contains("::"), "the example shows nothing")
  }

  static let messages: [Case] = [
    Case("kind == notification") { $0.string("kind") == "notification" },
    Case("kind == response and status == ERROR") { $0.string("status") == "ERROR" },
    Case("param.delay == 5") {
      ($0["params"] as? [Record] ?? []).contains {
        $0.string("key") == "delay" && $0.string("value") == "5"
      }
    },
    Case("param.delay > 5") {
      ($0["params"] as? [Record] ?? []).contains {
        $0.string("key") == "delay" && Int($0.string("value") ?? "") ?? 0 > 5
      }
    },
    Case("length >= 40 and offset > 0") {
      $0.int("length") ?? 0 >= 40 && $0.int("offset") ?? 0 > 0
    },
    Case("frame < 10") { $0.int("frame") ?? 0 < 10 },
    Case("port == 4080 and dst_port != 4080") { $0.int("dst_port") != 4080 },
  ]

  @Test(arguments: messages)
  func messagesAreSelected(example: Case) throws {
    var selected = 0
    for capture in Self.captures {
      let all = try unfiltered("messages", capture)
      let some = try records("messages", capture, "--where '\(example.expression)'")
      let expected = all.filter { $0.string("record") != "message" || example.holds($0) }
      #expect(lines(some, "message") == lines(expected, "message"), "\(capture)")
      selected += lines(some, "message").count
    }
    #expect(selected > 0, "the example shows nothing")
  }

  /// A transaction has the parameters of its request and of its response.
  @Test func transactionsAreSelectedByParameters() throws {
    for capture in Self.captures {
      let all = try records("messages", capture).filter {
        $0.string("record") == "message" && $0.string("kind") == "request"
          && ($0["params"] as? [Record] ?? []).contains { $0.string("key") == "delay" }
      }
      let some = try records("transactions", capture, "--where 'param.delay'")
        .filter { $0.string("record") == "transaction" }
      #expect(
        Set(some.compactMap { $0.int("request_frame") }) == Set(all.compactMap { $0.int("frame") }),
        "\(capture)")
    }
    var conversation = Conversation()
    conversation.open()
    for number in 1...3 {
      conversation.send(.client, "Request A\r\n\(number)\r\nuser: u\(number)\r\n\r\n")
      conversation.advance(milliseconds: 1)
      conversation.send(.server, "Response A\r\n\(number) OK\r\nroom: r\(number)\r\n\r\n")
      conversation.advance(milliseconds: 1)
    }
    conversation.close()
    let capture = try SpokenCapture(conversation)
    for (expression, uuids) in [
      ("param.user == u2", [2]), ("param.room == r3", [3]), ("param.user != u2", [1, 3]),
      ("param.user == u1 and param.room == r1", [1]), ("param.user == u1 and param.room == r2", []),
    ] {
      let some = try capture.records("transactions", "--where '\(expression)'")
        .filter { $0.string("record") == "transaction" }
      #expect(some.compactMap { $0.int("uuid") } == uuids, "\(expression)")
    }
  }

  /// Groups by parameters know the requests of transactions that are selected by what requests lack.
  @Test func aSelectionIsGroupedByParameters() throws {
    var conversation = Conversation()
    conversation.open()
    for number in 1...4 {
      conversation.send(.client, "Request A\r\n\(number)\r\nuser: u\(number % 2)\r\n\r\n")
      conversation.advance(milliseconds: number == 4 ? 1 : 20)
      conversation.send(.server, "Response A\r\n\(number) OK\r\n\r\n")
      conversation.advance(milliseconds: 1)
    }
    conversation.close()
    let report = try SpokenCapture(conversation)
      .records("report", "--by param.user --where 'latency > 10ms'").last
    let groups = try #require(report?["groups"] as? [Record])
    #expect(groups.compactMap { $0.int("requests") }.sorted() == [1, 2])
    #expect((report?["totals"] as? Record)?.int("requests") == 3)
  }

  @Test func connectionsAndStreamsAreSelected() throws {
    let capture = try SpokenCapture([
      .exchange(client: Array("Request A\r\n1\r\n\r\n".utf8), port: 40_001),
      .exchange(client: Array("Request A\r\n1\r\n\r\nRequest A\r\n2\r\n\r\n".utf8), port: 40_002),
    ])
    func ports(_ expression: String) throws -> [Int] {
      try capture.records("connections", "--where '\(expression)'")
        .filter { $0.string("record") == "connection" }.compactMap { $0.int("src_port") }
    }
    #expect(try ports("requests > 1") == [40_002])
    #expect(try ports("client_to_server.ledger.messages == 16") == [40_001])
    #expect(try ports("gaps == 0 and ended == fin").sorted() == [40_001, 40_002])
    let scratch = try ScratchDirectory()
    let run = try ProgramRun.souptap(
      "streams --directory \(scratch.path)/out --where 'client_port == 40001' \(capture.path)")
    #expect(run.status == 0)
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(scratch.path)/out")
    #expect(files.count == 1)
    #expect(files.allSatisfy { $0.contains("40001") })
    let wrong = try ProgramRun.souptap(
      "streams --directory \(scratch.path)/out --where 'requests > 1' \(capture.path)")
    #expect(wrong.status == 2)
  }

  /// A request before the border still finds its answer behind it, and nobody calls that an orphan.
  @Test func timesCutBetweenRecordsNotBetweenPackets() throws {
    var conversation = Conversation(start: 1_700_000_000)
    conversation.open()
    for number in 1...4 {
      conversation.send(.client, "Request A\r\n\(number)\r\n\r\n")
      conversation.advance(milliseconds: 500)
      conversation.send(.server, "Response A\r\n\(number) OK\r\n\r\n")
      conversation.advance(milliseconds: 500)
    }
    conversation.close()
    let capture = try SpokenCapture(conversation)
    func uuids(_ options: String) throws -> [Int] {
      let records = try capture.records("transactions", options)
      #expect(records.last?["diagnostics"] as? [String: Int] ?? [:] == [:], "\(options)")
      let transactions = records.filter { $0.string("record") == "transaction" }
      #expect(
        transactions.allSatisfy {
          $0.int("latency_ns") == 499_980_000 || $0.int("latency_ns") == 500_000_000
        })
      #expect((records.last?["totals"] as? Record)?.int("requests") == transactions.count)
      return transactions.compactMap { $0.int("uuid") }
    }
    // 2023-11-14T22:13:20Z; requests leave at about .00, 1.00, 2.00, 3.00 behind the handshake.
    #expect(try uuids("--since 2023-11-14T22:13:20.9Z") == [2, 3, 4])
    #expect(try uuids("--since 2023-11-14T23:13:20.9+01:00 --until +2.5s") == [2, 3])
    #expect(try uuids("--until '2023-11-14 22:13:21.5'") == [1, 2])
    #expect(try uuids("--since +2.9s") == [4])
    #expect(try uuids("--since 2023-11-14T22:13:21.9 --utc") == [3, 4])
    #expect(try uuids("--since 2023-11-15") == [])
    let messages = try capture.records("messages", "--since +1.2s --until +2.2s")
      .filter { $0.string("record") == "message" }
    #expect(
      messages.map { "\($0.string("kind") ?? "")\($0.int("uuid") ?? 0)" } == [
        "response2", "request3",
      ])
    let meta = try capture.records("report", "--since 2023-11-14T22:13:20.9Z --until +2s")[0]
    #expect(meta.string("since") == "2023-11-14T22:13:20.900000000Z")
    #expect(meta.int("until_start_ns") == 2_000_000_000)
  }

  /// Of a request that was answered late only the answer fits: it is counted once, as late.
  @Test func aLateAnswerIsCountedOnce() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, "Request A\r\n1\r\n\r\n")
    conversation.advance(milliseconds: 200)
    conversation.send(.server, "Response A\r\n1 OK\r\n\r\n")
    conversation.advance(milliseconds: 10)
    conversation.close()
    let capture = try SpokenCapture(conversation)
    for (expression, ok, unanswered) in [
      ("outcome == ok", 1, 0), ("late", 1, 0), ("outcome == unanswered", 0, 1), ("type == A", 1, 0),
    ] {
      let totals = try capture.records("report", "--timeout 50ms --where '\(expression)'").last?[
        "totals"]
      let counts = try #require(totals as? Record)
      #expect(counts.int("requests") == 1, "\(expression)")
      #expect(counts.int("ok") == ok, "\(expression)")
      #expect(counts.int("late") == ok, "\(expression)")
      let reasons = counts["unanswered"] as? [String: Int] ?? [:]
      #expect(reasons.values.reduce(0, +) == unanswered, "\(expression)")
    }
  }

  @Test func mistakesNameTheColumnAndTheOption() throws {
    let capture = Self.captures[0]
    for (options, words) in [
      (
        "transactions --where 'latency > fast'",
        "--where: column 11: expected a duration such as 50ms, found \"fast\""
      ),
      (
        "messages --where 'latency > 5ms'",
        "--where: column 1: expected a field of messages, found \"latency\", which only transactions has"
      ),
      ("connections --where 'type == x'", "which only messages and transactions have"),
      ("transactions --where 'kind == request'", "which only messages has"),
      ("report --where 'kind == request and latency > 1ms'", "column 21"),
      ("report --where ''", "expected an expression"),
      ("report --since yesterday", "--since: 'yesterday' is no time"),
      ("report --since +5", "--since: '5' has no unit"),
      (
        "report --since 2026-11-22T17:26:00Z --until 2026-11-22T17:25:00Z",
        "--until is not after --since"
      ),
      ("messages --hex --format ndjson", "--hex"),
      ("report --secret-keys -nothing", "'nothing' is not in the list"),
    ] {
      let run = try ProgramRun.souptap("\(options) \(capture)")
      #expect(run.status == 2, "\(options)")
      #expect(run.errors.contains(words), "\(options): \(run.errors)")
      #expect(run.output.isEmpty)
    }
  }

  @Test func aReportSaysThatItIsOfASelection() throws {
    let run = try ProgramRun.souptap("report --utc --where 'type ~ \"^peer\"' \(Self.captures[0])")
    #expect(run.output.contains("selected only: type ~ \"^peer\""))
    let none = try ProgramRun.souptap("report --where 'type == nothing' \(Self.captures[0])")
    #expect(none.output.contains("Nothing was selected: 8 messages were read"))
    #expect(!none.output.contains("No ControlProtocol"))
    let rows = try ProgramRun.souptap("messages --where 'type == nothing' \(Self.captures[0])")
    #expect(rows.errors.contains("nothing was selected: 8 messages were read"))
  }

  /// Every field that the schema has for a record can be asked for, and stands in the man page.
  @Test func everyFieldOfTheRecordsIsKnown() throws {
    let manual = try ProgramRun.text(of: "man/souptap.1")
    for line in FieldTable.lines {
      let sides = ["client_to_server.", "server_to_client."]
      let side = sides.first { line.name.hasPrefix($0) }
      let name = line.name.dropFirst(side?.count ?? 0)
      #expect(manual.contains(name), "the man page lacks \(line.name)")
      if let side { #expect(manual.contains(side)) }
      for word in line.words where !["none"].contains(word) {
        #expect(manual.contains(word), "the man page lacks \(word)")
      }
    }
    let run = try ProgramRun.souptap("schema")
    let schema = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? Record)
    let definitions = try #require(schema["$defs"] as? Record)
    var checked = 0
    for (name, kind) in [
      ("message", SelectableKinds.messages), ("transaction", .transactions),
      ("connection", .connections),
    ] {
      let known = Set(FieldTable.lines.filter { $0.kinds.contains(kind) }.map(\.name))
      let properties = (definitions[name] as? Record)?["properties"] as? Record ?? [:]
      for property in properties.keys.sorted() where !property.hasSuffix("_base64") {
        let field = property.hasSuffix("_ns") ? String(property.dropLast(3)) : property
        // Under another name, or in parts.
        let others = ["record", "params", "lines", "uuid_text", "tunnel"]
        if others.contains(property) { continue }
        let isKnown = known.contains(field) || known.contains { $0.hasPrefix(field + ".") }
        #expect(isKnown, "\(name): no expression can ask for \(property)")
        checked += 1
      }
    }
    #expect(checked > 60)

    // What is counted of a stream can be asked of either side, and of both.
    let connection = Set(FieldTable.lines.filter { $0.kinds.contains(.connections) }.map(\.name))
    let counts = (definitions["direction_counts"] as? Record)?["properties"] as? Record ?? [:]
    #expect(counts.count > 15)
    for name in counts.keys.sorted() where name != "wireshark" && name != "ledger" {
      for prefix in ["", "client_to_server.", "server_to_client."] {
        #expect(connection.contains(prefix + name), "no expression can ask for \(prefix)\(name)")
      }
    }
  }
}
