import ControlProtocol
import Records
import Testing
import Wire

@testable import Selection

/// What expressions select, and what is said about wrong ones.
struct ExpressionTests {
  /// Captured text and the record that points into it.
  struct Sample {
    var text: [UInt8] = []
    var message = MessageRecord()
    var transaction = TransactionRecord()
    var connection = ConnectionRecord()
    var parameters: [ParameterText] = []

    mutating func range(_ string: String) -> TextRange {
      let start = text.count
      text += Array(string.utf8)
      return TextRange(start: start, count: text.count - start)
    }
  }

  /// A request `room.join` with uuid 7 from 10.1.2.3, answered with ERROR 503 after 60 ms.
  static func sample() -> Sample {
    var sample = Sample()
    let type = sample.range("room.join")
    let uuid = sample.range("007")
    let status = sample.range("error")
    let code = sample.range("503")
    let reason = sample.range("the room is full")
    var identity = ConnectionIdentity()
    identity.connection = 3
    identity.client = Endpoint(address: IPAddress(ipv4: 0x0a01_0203), port: 40_000)
    identity.server = Endpoint(
      address: IPAddress(ipv6High: 0x2001_0db8_0000_0000, low: 1), port: 4080)
    identity.vlans.append(5)
    identity.vlans.append(9)
    sample.message.identity = identity
    sample.message.kind = .response
    sample.message.status = .error
    sample.message.type = type
    sample.message.uuid = uuid
    sample.message.statusText = status
    sample.message.code = code
    sample.message.reason = reason
    sample.message.length = 2048
    sample.message.isComplete = false
    sample.message.diagnostics.insert(.bareLF)
    sample.message.diagnostics.insert(.statusCase)
    // 2023-11-14T22:13:20.5Z
    sample.message.start = CaptureTime(nanoseconds: 1_700_000_000_500_000_000)
    for (key, value) in [
      ("user", "alice"), ("user", "bob"), ("volume", "12.5"), ("X-Key", "a b"), ("level", "-3"),
    ] {
      sample.parameters.append(
        ParameterText(key: sample.range(key), value: sample.range(value)))
    }
    sample.parameters.append(ParameterText(key: .absent, value: sample.range("no colon here")))
    sample.transaction.identity = identity
    sample.transaction.type = type
    sample.transaction.uuid = uuid
    sample.transaction.code = code
    sample.transaction.reason = reason
    sample.transaction.outcome = .error
    sample.transaction.quality = .uncertain
    sample.transaction.causes = [.gap, .kernelDrop]
    sample.transaction.latency = 60_000_000
    sample.transaction.duration = 61_000_000
    sample.transaction.start = sample.message.start
    sample.connection.identity = identity
    sample.connection.ended = .fin
    sample.connection.clientToServer.gaps = 2
    sample.connection.serverToClient.gaps = 1
    sample.connection.clientToServer.ledger.missingAcked = 70_000
    return sample
  }

  private func selects(_ expression: String, _ kind: SelectableKinds) throws -> Bool {
    let sample = Self.sample()
    var selector = RecordSelector(try RecordExpression(expression))
    if kind == .messages {
      return unsafe selector.selects(
        sample.message, parameters: sample.parameters.span, text: sample.text.span.bytes)
    }
    if kind == .transactions {
      let verdicts = unsafe selector.verdicts(
        on: sample.parameters.span, text: sample.text.span.bytes)
      return unsafe selector.selects(
        sample.transaction, verdicts: verdicts, text: sample.text.span.bytes)
    }
    return selector.selects(sample.connection)
  }

  @Test(arguments: [
    ("type == \"room.join\"", true), ("type == room.join", true), ("type != 'room.join'", false),
    ("type ~ \"^room[.]\"", true), ("type !~ \"^room[.]\"", false), ("type == \"room\"", false),
    ("type in (a, room.join)", true), ("type not in (a, b)", true), ("type", true),
    ("uuid == 7", true), ("uuid == 007", true), ("uuid == \"7\"", false), ("uuid == \"007\"", true),
    ("uuid in (1, 7)", true), ("uuid in (1, 8)", false), ("uuid < 8 and uuid >= 7", true),
    ("uuid > 7", false), ("uuid < 123456789012345678901234567890", true),
    ("code ~ \"^5\"", true), ("code >= 500 and code < 600", true), ("code == 404", false),
    ("status == ERROR", true), ("status == error", false), ("reason ~ \"(?i)FULL\"", true),
    ("kind == response", true), ("kind in (request, notification)", false),
    ("not complete", true), ("complete == false", true), ("complete != true", true),
    ("echoed", false), ("diagnostics == bare-lf", true), ("diagnostics != bare-lf", false),
    ("diagnostics in (junk, status-case)", true), ("length > 1KiB and length <= 2k", true),
    ("src in 10.0.0.0/8", true), ("src == 10.1.2.3", true), ("src in 10.1.2.3/31", true),
    ("src in (192.0.2.0/24, 10.1.0.0/16)", true), ("dst in 2001:db8::/32", true),
    ("dst in 10.0.0.0/8", false), ("host == 2001:db8::1", true), ("host in ::/0", true),
    ("dst == 2001:db8::2", false), ("src != 10.1.2.3", false), ("port == 4080", true),
    ("src_port == 40000", true), ("vlan == 9", true), ("vlan == 6", false), ("vlan", true),
    ("tunnel.kind", false), ("tunnel.kind != vxlan", false), ("not tunnel.kind == vxlan", true),
    ("connection == 3", true), ("tcp_stream", false), ("direction == client-to-server", true),
    ("param.user == \"alice\"", true), ("param.user == bob", true), ("param.user == carol", false),
    ("param.user != carol", true), ("param.user != alice", false), ("param.user ~ \"^b\"", true),
    ("param.User == alice", false), ("param.missing", false), ("param.missing != x", false),
    ("not param.missing == x", true), ("param.volume > 12", true), ("param.volume < 13", true),
    ("param.volume == 12", false), ("param.volume == 12.5", true), ("param.level < 0", true),
    ("param.user > 5", false), ("param.\"X-Key\" == \"a b\"", true), ("param.X-Key ~ ' '", true),
    ("line ~ \"colon\"", true), ("line == \"x\"", false),
    ("ts == 2023-11-14T22:13:20.5Z", true), ("ts < 2023-11-14T23:13:20.5+01:00", false),
    ("ts >= \"2023-11-14 22:13:20\"", true), ("ts < 2023-11-15", true),
    ("type == a or uuid == 7 and code == 1", false),
    ("(type == a or uuid == 7) and code == 503", true),
    ("not (type == a || !(uuid == 7)) && code", true), ("not not type", true),
  ])
  func messagesAreSelected(expression: String, isSelected: Bool) throws {
    #expect(try selects(expression, .messages) == isSelected, "\(expression)")
  }

  @Test(arguments: [
    ("latency > 50ms", true), ("latency > 60ms", false), ("latency >= 60000us", true),
    ("latency < 0.1s", true), ("latency_ns == 60000000", true), ("latency < 1m", true),
    ("waited > 0", false), ("not waited", true), ("outcome == error", true),
    ("outcome in (ok, unanswered)", false), ("outcome != ok", true), ("quality != exact", true),
    ("causes == kernel-drop", true), ("causes in (snaplen)", false), ("hints", false),
    ("code ~ ^5", true), ("status == ERROR", true), ("late", false), ("late == false", true),
    ("late != true", true), ("param.user == alice and latency > 50ms", true),
    ("param.user == alice and param.user == carol", false), ("unanswered != timeout", false),
    ("src in 10.0.0.0/8", true), ("uuid == 7", true), ("in_flight < 3", true),
  ])
  func transactionsAreSelected(expression: String, isSelected: Bool) throws {
    #expect(try selects(expression, .transactions) == isSelected, "\(expression)")
  }

  @Test(arguments: [
    ("ended == fin", true), ("ended in (reset, idle)", false), ("gaps == 3", true),
    ("client_to_server.gaps == 2", true), ("server_to_client.gaps > 1", false),
    ("client_to_server.ledger.missing.acked > 64KiB", true), ("ledger.missing > 1M", false),
    ("src in 10.0.0.0/8", true), ("vantage", false), ("handshake_client < 1s", false),
  ])
  func connectionsAreSelected(expression: String, isSelected: Bool) throws {
    #expect(try selects(expression, .connections) == isSelected, "\(expression)")
  }

  @Test(arguments: [
    ("latency > fast", 11, "expected a duration such as 50ms, found \"fast\""),
    ("latency > 50", 11, "expected a duration such as 50ms, found \"50\""),
    ("é == 1", 1, "expected a field"), ("", 1, "expected an expression, found the end"),
    ("type", 0, ""), ("type ==", 8, "expected a text"), ("type == a b", 11, "expected \"and\""),
    ("(type == a", 11, "expected \"and\", \"or\" or \")\", found the end"),
    ("type == a)", 10, "found \")\""), ("latncy > 5ms", 1, "did you mean latency?"),
    ("type = a", 6, "expected \"==\""), ("type > a", 6, "type is a text"),
    ("outcome == eror", 12, "expected one of ok, error, unknown-status, unanswered"),
    ("outcome ~ e", 9, "expected ==, != or in"), ("src == 10.0.0", 8, "10.0.0.0/8"),
    ("src in 10.0.0.0/33", 8, "expected an address"), ("port == http", 9, "expected a number"),
    ("type ~ \"a(b\"", 10, "closing"), ("type == \"abc", 9, "expected a closing \""),
    ("type == \"a\\qb\"", 11, "escape"), ("ts > yesterday", 6, "expected a time"),
    ("late == maybe", 9, "true or false"), ("uuid in (1 2)", 12, "expected \",\" or \")\""),
    ("uuid in ()", 10, "expected a text or a number"), ("type and", 9, "expected a field"),
    ("not", 4, "expected a field"), ("type not a", 10, "expected \"in\""),
    ("param == 1", 1, "param.KEY"),
    ("param. == 1", 8, "key of a parameter"), ("5 < uuid", 1, "expected a field"),
    ("äö type", 1, "expected a field"), ("type == \"ä\" und", 13, "found \"und\""),
    ("param.rate > fast", 14, "expected a number such as 404, found \"fast\""),
  ])
  func mistakesNameTheColumn(expression: String, column: Int, words: String) throws {
    guard column > 0 else {
      _ = try RecordExpression(expression)
      return
    }
    let error = #expect(throws: ExpressionError.self) { try RecordExpression(expression) }
    #expect(error?.column == column, "\(expression): \(error?.description ?? "")")
    #expect(error?.message.contains(words) == true, "\(expression): \(error?.description ?? "")")
  }

  @Test func sizeAndDepthAreBounded() throws {
    let deep =
      String(repeating: "(", count: 10_000) + "late" + String(repeating: ")", count: 10_000)
    #expect(throws: ExpressionError.self) { try RecordExpression(deep) }
    let negated = String(repeating: "not ", count: 10_000) + "late"
    #expect(throws: ExpressionError.self) { try RecordExpression(negated) }
    let bangs = String(repeating: "!", count: 10_000) + "late"
    #expect(throws: ExpressionError.self) { try RecordExpression(bangs) }
    let list = "uuid in (" + (0..<900).map(String.init).joined(separator: ",") + ")"
    #expect(try RecordExpression(list).kinds.contains(.messages))
    let wide = Array(repeating: "late", count: 2_000).joined(separator: " or ")
    #expect(throws: ExpressionError.self) { try RecordExpression(wide) }
    let params = Array(repeating: "param.a == 1", count: 65).joined(separator: " or ")
    #expect(throws: ExpressionError.self) { try RecordExpression(params) }
    #expect(throws: ExpressionError.self) {
      try RecordExpression("type == \"" + String(repeating: "a", count: 70_000) + "\"")
    }
  }

  @Test func fieldsBelongToKinds() throws {
    let latency = try RecordExpression("type == a and latency > 5ms")
    #expect(latency.kinds == .transactions)
    let error = #expect(throws: ExpressionError.self) {
      try latency.check(fits: .messages, of: "messages")
    }
    #expect(error?.column == 15)
    #expect(error?.message.contains("found \"latency\", which only transactions has") == true)
    let both = try RecordExpression("kind == request and latency > 5ms")
    #expect(both.kinds.isDisjoint(with: [.messages, .transactions]))
    let mixed = #expect(throws: ExpressionError.self) {
      try both.check(fits: [.messages, .transactions], of: "report")
    }
    #expect(mixed?.column == 21)
    try RecordExpression("src in 10.0.0.0/8").check(fits: .streams, of: "streams")
  }

  @Test func hiddenValuesAreNotRepeatedInErrors() throws {
    for text in [
      "param.password > hunter2", "param.password == hunter2 hunter2",
      "param.password ~ \"hunter2(\"",
      "param.password == \"hunter2", "param.password in (hunter2 hunter2)", "line == a hunter2",
      "param.password == x and latency > hunter2", "param.password hunter2",
    ] {
      let error = #expect(throws: ExpressionError.self) {
        try RecordExpression(text, hidesParameter: { $0 == nil || $0 == "password" })
      }
      #expect(error?.description.contains("hunter2") == false, "\(error?.description ?? "")")
    }
    let known = try RecordExpression("param.password == \"hunter2\" and type == x")
    #expect(known.literals.map(\.parameter) == ["password", nil])
    let place = try #require(known.literals.first).range
    #expect(String(decoding: Array(known.text.utf8)[place], as: UTF8.self) == "\"hunter2\"")
  }
}
