import ControlProtocol
import Foundation
import Records
import Rendering
import TestSupport
import Testing
import Wire

@Suite struct NDJSONRendererTests {
  /// The lines that `body` gives rise to, parsed by Foundation.
  private func objects(
    shows: Bool = false, _ body: (NDJSONRenderer) -> Void
  ) throws -> [[String: Any]] {
    let output = CollectingOutput()
    let renderer = NDJSONRenderer(
      kinds: [.messages, .transactions, .diagnostics, .connections],
      secrets: hiding(showing: shows), output: output)
    body(renderer)
    renderer.flush()
    return try output.lines.map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      return try #require(object as? [String: Any])
    }
  }

  private func object(
    shows: Bool = false, _ body: (NDJSONRenderer) -> Void
  ) throws -> [String: Any] {
    try #require(try objects(shows: shows, body).first)
  }

  @Test func aRequestLineIsExactlyThis() {
    let output = CollectingOutput()
    let renderer = NDJSONRenderer(kinds: [.messages], secrets: hiding(), output: output)
    var message = sampleMessage()
    message.parameter("name", "a \"b\"")
    message.parameter("empty", "")
    message.give(to: renderer)
    #expect(output.writes == 0)
    renderer.flush()
    #expect(
      output.text == """
        {"record":"message","connection":7,"tcp_stream":3,"src":"192.0.2.1","src_port":50000,\
        "dst":"2001:db8::1","dst_port":4080,"direction":"client-to-server","kind":"request",\
        "type":"createRoom","uuid":42,\
        "params":[{"key":"name","value":"a \\"b\\""},{"key":"empty","value":""}],\
        "ts":"2026-11-22T17:26:00.123456789Z","ts_end":"2026-11-22T17:26:00.123456789Z",\
        "frame":12,"frame_end":13,"offset":0,"length":100,"complete":true}

        """)
  }

  /// Records are written some at a time; what that makes is what they make one by one.
  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func gatheredRecordsMakeTheSameLines(seed: UInt64) {
    let gathered = CollectingOutput()
    let single = CollectingOutput()
    let kinds: RecordKinds = [.messages, .transactions, .diagnostics, .connections]
    let secrets = hiding(showing: seed % 3 == 0)
    let together = NDJSONRenderer(kinds: kinds, secrets: secrets, output: gathered)
    let alone = NDJSONRenderer(kinds: kinds, secrets: secrets, output: single)
    var random = SeededRandom(seed: seed)
    for number in 0..<200 as Range<UInt64> {
      // Long runs of a kind with some diagnostics, and changes.
      let isDiagnostic = Int.random(in: 0..<5, using: &random) == 0
      let kind =
        number % 50 < 40
        ? (isDiagnostic ? 2 : Int(seed) % 2) : Int.random(in: 0..<4, using: &random)
      for renderer in [together, alone] {
        var random = random
        give(number, kind: kind, to: renderer, &random)
      }
      _ = random.next()
      alone.flush()
    }
    together.flush()
    #expect(gathered.writes < single.writes)
    #expect(gathered.lines.count == 200)
    #expect(gathered.text == single.text)
  }

  private func give(
    _ number: UInt64, kind: Int, to renderer: NDJSONRenderer, _ random: inout SeededRandom
  ) {
    let length =
      Int.random(in: 0..<30, using: &random) == 0 ? 40_000 : Int.random(in: 0...9, using: &random)
    let text = String(repeating: "x", count: length) + "\(number)"
    switch kind {
    case 0:
      var message = sampleMessage()
      message.record.identity = sampleIdentity(connection: number % 3)
      message.record.offset = number
      for index in 0..<Int.random(in: 0...4, using: &random) {
        message.parameter("key\(index)", text)
      }
      message.give(to: renderer)
    case 1:
      var transaction = sampleTransaction()
      transaction.record.number = number
      transaction.record.outcome = .error
      if Bool.random(using: &random) { transaction.record.code = transaction.pool.add(text) }
      if Bool.random(using: &random) { transaction.record.reason = transaction.pool.add(text) }
      transaction.give(to: renderer)
    case 2:
      var diagnostic = SampleDiagnostic()
      diagnostic.record.identity = sampleIdentity()
      diagnostic.record.offset = number
      diagnostic.record.excerpt = diagnostic.pool.add(text)
      if Bool.random(using: &random) { diagnostic.record.comment = diagnostic.pool.add(text) }
      diagnostic.give(to: renderer)
    default:
      var connection = sampleConnection()
      connection.identity.connection = number
      renderer.take(connection)
    }
  }

  @Test func aTransactionLineIsExactlyThis() {
    let output = CollectingOutput()
    let renderer = NDJSONRenderer(kinds: [.transactions], secrets: hiding(), output: output)
    var transaction = sampleTransaction()
    transaction.record.direction = .serverToClient
    transaction.record.outcome = .error
    transaction.record.code = transaction.pool.add("NOT_FOUND")
    transaction.record.quality = .degraded
    transaction.record.causes = [.retransmitted, .zeroWindow]
    transaction.record.hints = [.queued]
    transaction.record.inFlight = 2
    transaction.give(to: renderer)
    renderer.flush()
    #expect(
      output.text == """
        {"record":"transaction","connection":7,"tcp_stream":3,"src":"2001:db8::1",\
        "src_port":4080,"dst":"192.0.2.1","dst_port":50000,"direction":"server-to-client",\
        "transaction":0,"revision":0,"type":"createRoom","uuid":42,"outcome":"error",\
        "status":"ERROR","code":"NOT_FOUND","ts":"2026-11-22T17:26:00.123456789Z",\
        "ts_end":"2026-11-22T17:26:00.165556789Z","latency_ns":42100000,"duration_ns":42100000,\
        "request_transfer_ns":0,"response_transfer_ns":0,"network_ns":1900000,\
        "server_ns":40200000,"in_flight":2,"quality":"degraded",\
        "causes":["retransmitted","zero-window"],"hints":["queued"],"request_frame":12,\
        "request_frame_end":12,"response_frame":15,"response_frame_end":15,"request_offset":0,\
        "response_offset":0}

        """)
  }

  @Test(
    arguments: [
      ("42", 42, nil), ("0", 0, nil), ("007", 7, "007"), ("000", 0, "000"),
      ("999999999999999", 999_999_999_999_999, nil), ("1000000000000000", nil, "1000000000000000"),
      ("0999999999999999", 999_999_999_999_999, "0999999999999999"),
      ("00000000000000000000000000000012", 12, "00000000000000000000000000000012"),
      ("99999999999999999999999999999", nil, "99999999999999999999999999999"),
      ("-1", nil, "-1"), ("+1", nil, "+1"), ("1.0", nil, "1.0"), ("abc", nil, "abc"),
      ("12a", nil, "12a"), ("１２", nil, "１２"), ("", nil, nil),
    ] as [(String, Int?, String?)])
  func uuidsAreNumbersOnlyWhereTheyAre(sent: String, number: Int?, text: String?) throws {
    let message = try object { renderer in
      var message = sampleMessage()
      message.record.uuid = message.pool.add(sent)
      message.give(to: renderer)
    }
    #expect(message["uuid"] as? Int == number)
    #expect((message["uuid"] == nil) == (number == nil))
    #expect(message["uuid_text"] as? String == text)
    #expect((message["uuid_text"] == nil) == (text == nil))
  }

  @Test(
    arguments: [
      (ResponseStatus.ok, "ok", "OK"), (.error, "Error", "ERROR"), (.unknown, "MAYBE", "MAYBE"),
      (.missing, nil, nil),
    ] as [(ResponseStatus, String?, String?)])
  func statusesAreAsReadOrAsSent(status: ResponseStatus, sent: String?, told: String?) throws {
    let message = try object { renderer in
      var message = sampleMessage(kind: .response)
      message.record.status = status
      if let sent { message.record.statusText = message.pool.add(sent) }
      message.give(to: renderer)
    }
    #expect(message["status"] as? String == told)
    #expect((message["status"] == nil) == (told == nil))
  }

  @Test func hiddenValuesAreTokens() throws {
    let message = try object { renderer in
      var message = sampleMessage()
      message.parameter("password", "hunter2")
      message.parameter("name", "hunter2")
      message.line(Array("raw hunter2".utf8))
      message.give(to: renderer)
    }
    let parameters = try #require(message["params"] as? [[String: Any]])
    #expect(parameters[0]["value"] as? String == hiding().token(of: Array("hunter2".utf8).lent))
    #expect(parameters[0]["hidden"] as? Bool == true)
    #expect(parameters[1]["value"] as? String == "hunter2")
    #expect(parameters[1]["hidden"] == nil)
    let lines = try #require(message["lines"] as? [[String: Any]])
    #expect(lines[0]["hidden"] as? Bool == true)
    #expect(lines[0]["length"] as? Int == 11)
    #expect(lines[0]["text"] == nil)
  }

  @Test func shownTextIsWhole() throws {
    let message = try object(shows: true) { renderer in
      var message = sampleMessage()
      message.parameter(Array("password".utf8), [0x61, 0xff])
      message.parameter([0xfe], [])
      message.line([0x80])
      message.give(to: renderer)
    }
    let parameters = try #require(message["params"] as? [[String: Any]])
    #expect(parameters[0]["value"] as? String == "a\u{fffd}")
    #expect(parameters[0]["value_base64"] as? String == "Yf8=")
    #expect(parameters[1]["key_base64"] as? String == "/g==")
    #expect(parameters[1]["value"] as? String == "")
    let lines = try #require(message["lines"] as? [[String: Any]])
    #expect(lines[0]["text_base64"] as? String == "gA==")
  }

  @Test(arguments: [false, true])
  func excerptsShowOnlyWithSecrets(shows: Bool) throws {
    let diagnostic = try object(shows: shows) { renderer in
      var diagnostic = SampleDiagnostic()
      diagnostic.record.code = .orphanResponse
      diagnostic.record.count = 3
      diagnostic.record.captureCouldMiss = false
      diagnostic.record.excerpt = diagnostic.pool.add("oops")
      diagnostic.give(to: renderer)
    }
    #expect(diagnostic["excerpt"] as? String == (shows ? "oops" : nil))
    #expect(diagnostic["code"] as? String == "orphan-response")
    #expect(diagnostic["severity"] as? String == "warning")
    #expect(diagnostic["count"] as? Int == 3)
    #expect(diagnostic["capture_could_miss"] as? Bool == false)
    #expect(diagnostic["ts"] == nil && diagnostic["frame"] == nil, "not known, so absent")
  }

  /// The remembered fields of a connection never end up in another's lines.
  @Test func everyLineHasItsOwnConnection() throws {
    var random = SeededRandom(seed: 41)
    var expected: [(UInt64, UInt64?, UInt16, UInt16?, Direction)] = []
    let lines = try objects { renderer in
      for _ in 0..<3000 {
        var transaction = sampleTransaction()
        let number = random.next() % 400
        transaction.record.identity.connection = number
        transaction.record.identity.tcpStream = number % 3 == 0 ? nil : number + 5
        // Who is the client may be found out late, and several inputs may share a connection.
        transaction.record.identity.client.port = UInt16(1000 + number + random.next() % 2)
        if random.next() & 1 == 0 { transaction.record.identity.input = UInt16(random.next() % 3) }
        transaction.record.direction = random.next() & 1 == 0 ? .clientToServer : .serverToClient
        let identity = transaction.record.identity
        expected.append(
          (
            number, identity.tcpStream, identity.client.port, identity.input,
            transaction.record.direction
          ))
        transaction.give(to: renderer)
      }
    }
    #expect(lines.count == expected.count)
    for (line, (number, stream, port, input, direction)) in zip(lines, expected) {
      #expect(line["connection"] as? UInt64 == number)
      #expect(line["tcp_stream"] as? UInt64 == stream)
      #expect(line["input"] as? UInt16 == input)
      #expect(line["direction"] as? String == direction.name)
      let client = direction == .clientToServer ? "src_port" : "dst_port"
      #expect(line[client] as? UInt16 == port)
    }
  }

  @Test func vlansTunnelsAndInputsAreTold() throws {
    let connection = try object { renderer in
      var record = sampleConnection()
      record.identity.vlans.append(7)
      record.identity.vlans.append(4095)
      record.identity.tunnel = Tunnel(kind: .vxlan, identifier: 99, path: 1)
      record.identity.input = 1
      renderer.take(record)
    }
    #expect(connection["vlan"] as? [Int] == [7, 4095])
    let tunnel = try #require(connection["tunnel"] as? [String: Any])
    #expect(tunnel["kind"] as? String == "vxlan")
    #expect(tunnel["identifier"] as? Int == 99)
    #expect(connection["input"] as? Int == 1)
    #expect(connection["direction"] == nil)
    #expect(connection["ended"] as? String == "capture-ended")
    let sent = try #require(connection["client_to_server"] as? [String: Any])
    let ledger = try #require(sent["ledger"] as? [String: Any])
    #expect(ledger["skipped"] as? [String: Int] == ["junk": 10])
    #expect(ledger["missing"] as? [String: Int] == [:])
  }

  @Test func onlyTheKindsAskedForAreWritten() {
    let output = CollectingOutput()
    let renderer = NDJSONRenderer(kinds: [.diagnostics], secrets: hiding(), output: output)
    sampleMessage().give(to: renderer)
    sampleTransaction().give(to: renderer)
    renderer.take(sampleConnection())
    renderer.flush()
    #expect(output.bytes.isEmpty)
    SampleDiagnostic().give(to: renderer)
    renderer.flush()
    #expect(output.lines.count == 1)
  }

  @Test func outputIsHandedOnInLargePieces() {
    let output = CollectingOutput()
    let renderer = NDJSONRenderer(kinds: [.transactions], secrets: hiding(), output: output)
    let transaction = sampleTransaction()
    for _ in 0..<2000 { transaction.give(to: renderer) }
    #expect((3...8).contains(output.writes), "some 256 KiB at a time")
    #expect(output.bytes.last == 0x0a, "whole lines only")
    renderer.flush()
    #expect(output.lines.count == 2000)
  }

  @Test func codesNamesAreKebabCase() {
    let names =
      DiagnosticCode.allCases.map(\.name) + Causes.names + Hints.names
      + Outcome.allCases.map(\.name) + UnansweredReason.allCases.map(\.name)
      + Quality.allCases.map(\.name)
    for name in names {
      #expect(name.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil, "\(name)")
    }
    #expect(Set(DiagnosticCode.allCases.map(\.name)).count == DiagnosticCode.allCases.count)
  }

  /// Texts are copied in steps of several bytes: one that must not be copied may lie anywhere in them.
  @Test(arguments: [0x1f, 0x22, 0x5c, 0x7f, 0x80, 0x41] as [UInt8])
  func textsSurviveWhereverSomethingOddIs(odd: UInt8) throws {
    var message = sampleMessage()
    var expected: [[UInt8]] = []
    for length in 1...40 {
      for place in 0..<length {
        var text = (0..<length).map { UInt8(ascii: "a") + UInt8($0 % 26) }
        text[place] = odd
        expected.append(text)
        message.parameter(text, text)
      }
    }
    let line = try object { message.give(to: $0) }
    let parameters = try #require(line["params"] as? [[String: Any]])
    #expect(parameters.count == expected.count)
    for (parameter, text) in zip(parameters, expected) {
      for name in ["key", "value"] {
        if odd == 0x80 {
          let exact = try #require(parameter["\(name)_base64"] as? String)
          #expect(Data(base64Encoded: exact) == Data(text))
        } else {
          #expect(parameter[name] as? String == String(decoding: text, as: UTF8.self))
        }
      }
    }
  }

  /// Texts without anything odd are copied in blocks; here they have every length and end at every
  /// distance from the end of what is lent.
  @Test func plainTextsOfEveryLengthAreWhole() throws {
    for length in 0...140 {
      let text = String((0..<length).map { Character(Unicode.Scalar(UInt8(0x61 + $0 % 26))) })
      for last in ["", "b", "two words", "a \"quoted\" end"] {
        var message = sampleMessage()
        message.parameter("k" + text, text)
        message.parameter("last", last)
        let line = try object(shows: true) { message.give(to: $0) }
        let parameters = try #require(line["params"] as? [[String: Any]])
        #expect(parameters.map { $0["key"] as? String } == ["k" + text, "last"])
        #expect(parameters.map { $0["value"] as? String } == [text, last])
      }
    }
  }

  /// A row begins with less room than such a text takes.
  @Test(arguments: ["a", "\u{1}", "\u{202e}"])
  func textsMayBeAnyLength(character: String) throws {
    var message = sampleMessage()
    let text = String(repeating: character, count: 300_000)
    message.parameter("long", text)
    message.parameter("behind", "it")
    message.line(Array(text.utf8))
    let line = try object(shows: true) { message.give(to: $0) }
    let parameters = try #require(line["params"] as? [[String: Any]])
    #expect(parameters.map { $0["value"] as? String } == [text, "it"])
    let lines = try #require(line["lines"] as? [[String: Any]])
    #expect(lines.map { $0["text"] as? String } == [text])
  }

  /// Foundation formats and parses dates on its own.
  @Test func momentsAreRightWhicheverWasWrittenBefore() throws {
    var random = SeededRandom(seed: 61)
    var seconds: [Int64] = [0, -1, 951_868_799, 951_868_800, 4_102_444_799]
    for _ in 0..<200 { seconds.append(Int64(random.next() % 8_000_000_000) - 4_000_000_000) }
    let format = ISO8601DateFormatter()
    format.timeZone = .gmt
    for second in seconds {
      let fraction = Int64(random.next() % 1_000_000_000)
      var transaction = sampleTransaction()
      transaction.record.start = CaptureTime(nanoseconds: second * 1_000_000_000 + fraction)
      transaction.record.end = CaptureTime(nanoseconds: (second + 1) * 1_000_000_000)
      let line = try object { transaction.give(to: $0) }
      let decimals = String(String(1_000_000_000 + fraction).dropFirst())
      let whole = format.string(from: Date(timeIntervalSince1970: Double(second))).dropLast()
      #expect(line["ts"] as? String == "\(whole).\(decimals)Z")
      let next = format.string(from: Date(timeIntervalSince1970: Double(second + 1))).dropLast()
      #expect(line["ts_end"] as? String == "\(next).000000000Z")
    }
  }

  @Test func numbersAndAddressesAreRight() throws {
    var random = SeededRandom(seed: 62)
    for _ in 0..<300 {
      let bits = UInt32(truncatingIfNeeded: random.next())
      let octets = (0..<4).map { bits >> UInt32(24 - 8 * $0) & 0xff >> UInt32(random.next() % 8) }
      let address = octets.reduce(0) { $0 << 8 | $1 }
      var transaction = sampleTransaction()
      transaction.record.identity.client.address = IPAddress(ipv4: address)
      let number = random.next() >> (1 + random.next() % 63)
      transaction.record.latency = Int64(number)
      let line = try object { transaction.give(to: $0) }
      #expect(line["src"] as? String == octets.map(String.init).joined(separator: "."))
      #expect(line["latency_ns"] as? Int64 == Int64(number))
    }
  }
}
