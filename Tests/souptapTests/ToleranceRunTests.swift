import ControlProtocol
import Foundation
import TestSupport
import Testing

/// The table of tolerances as a user meets it: bytes in packets of a capture, records of the program.
struct ToleranceRunTests {
  /// What both sides send, and what must be told. The expectations were written by hand.
  struct Row: CustomTestStringConvertible, Sendable {
    let name: String
    let client: String
    let server: String
    let messages: [String]
    let diagnostics: [String]
    var testDescription: String { name }

    init(
      _ name: String, client: String = "", server: String = "", messages: [String],
      diagnostics: [String]
    ) {
      self.name = name
      self.client = client
      self.server = server
      self.messages = messages
      self.diagnostics = diagnostics
    }
  }

  private static let ask = "Request A\r\n1\r\n\r\n"
  private static let asked = "> request A 1"

  private static func request(
    _ name: String, _ text: String, _ message: String, _ diagnostics: String...
  ) -> Row {
    Row(name, client: text, messages: [message], diagnostics: diagnostics)
  }

  private static func response(
    _ name: String, _ text: String, _ message: String, _ diagnostics: String...
  ) -> Row {
    Row(name, client: ask, server: text, messages: [asked, message], diagnostics: diagnostics)
  }

  static let rows: [Row] = [
    request("bare-lf", "Request A\n1\r\n\r\n", "> request A 1", "warning bare-lf > 9+1"),
    request(
      "bare-cr", "Request A\r\n1\r\nk: a\rb\r\n\r\n", "> request A 1 {k=a\rb}",
      "warning bare-cr > 18+1"),
    Row(
      "blank-line", client: ask + "\r\n\r\nRequest B\r\n2\r\n\r\n",
      messages: [asked, "> request B 2"], diagnostics: ["note blank-line > 16+4"]),
    request(
      "keyword-case, request", "request A\r\n1\r\n\r\n", "> request A 1",
      "warning keyword-case > 0+7"),
    response(
      "keyword-case, response", "RESPONSE A\r\n1 OK\r\n\r\n", "< response A 1 OK",
      "warning keyword-case < 0+8"),
    request(
      "extra-whitespace, blanks", "Request  A\r\n1\r\n\r\n", "> request A 1",
      "warning extra-whitespace > 7+2"),
    request(
      "extra-whitespace, tab", "Request\tA\r\n1\r\n\r\n", "> request A 1",
      "warning extra-whitespace > 7+1"),
    request(
      "extra-whitespace, leading", "  Request A\r\n1\r\n\r\n", "> request A 1",
      "warning extra-whitespace > 0+2"),
    request(
      "extra-whitespace, uuid", "Request A\r\n1  \r\n\r\n", "> request A 1",
      "warning extra-whitespace > 12+2"),
    request(
      "type-missing", "Request\r\n1\r\n\r\n", "> request - 1", "warning type-missing > 7+0"),
    request(
      "type-charset", "Request a:b\r\n1\r\n\r\n", "> request a:b 1",
      "warning type-charset > 8+3"),
    request(
      "uuid-too-long", "Request A\r\n1234567890\r\n\r\n", "> request A 1234567890",
      "warning uuid-too-long > 11+10"),
    request(
      "uuid-not-integer", "Request A\r\nx-1\r\n\r\n", "> request A x-1",
      "warning uuid-not-integer > 11+3"),
    request(
      "uuid-missing", "Request A\r\nk: v\r\n\r\n", "> request A - {k=v}",
      "warning uuid-missing > 11+0"),
    response(
      "status-case", "Response A\r\n1 ok\r\n\r\n", "< response A 1 OK",
      "warning status-case < 14+2"),
    response(
      "status-unknown", "Response A\r\n1 MAYBE\r\n\r\n", "< response A 1 MAYBE",
      "warning status-unknown < 14+5"),
    response(
      "status-missing", "Response A\r\n1\r\n\r\n", "< response A 1",
      "warning status-missing < 13+0"),
    response(
      "error-fields-on-ok", "Response A\r\n1 OK\r\ncode: 7\r\n\r\n", "< response A 1 OK code=7",
      "note error-fields-on-ok < 18+4"),
    response(
      "error-code-missing", "Response A\r\n1 ERROR\r\nreason: r\r\n\r\n",
      "< response A 1 ERROR reason=r", "note error-code-missing < 0+34"),
    response(
      "error-fields-order", "Response A\r\n1 ERROR\r\nreason: r\r\ncode: 1\r\n\r\n",
      "< response A 1 ERROR code=1 reason=r", "warning error-fields-order < 32+4"),
    request(
      "no-space-after-colon", "Request A\r\n1\r\nk:v\r\n\r\n", "> request A 1 {k=v}",
      "note no-space-after-colon > 15+1"),
    request(
      "malformed-parameter", "Request A\r\n1\r\nnone\r\n\r\n", "> request A 1 [none]",
      "warning malformed-parameter > 14+4"),
    request(
      "empty-key", "Request A\r\n1\r\n: v\r\n\r\n", "> request A 1 {=v}",
      "warning empty-key > 14+0"),
    request(
      "duplicate-key", "Request A\r\n1\r\nk: v\r\nk: w\r\n\r\n", "> request A 1 {k=v|k=w}",
      "note duplicate-key > 20+1"),
    request(
      "control-bytes", "Request A\r\n1\r\nk: a\0\u{1b}b\r\n\r\n", "> request A 1 {k=a\0\u{1b}b}",
      "warning control-bytes > 18+2"),
    Row(
      "missing-terminator", client: "Request A\r\n1\r\nk: v\r\nRequest B\r\n2\r\n\r\n",
      messages: ["> request A 1 {k=v}", "> request B 2"],
      diagnostics: ["warning missing-terminator > 20+9"]),
    Row(
      "junk", client: ask + "what?\r\nRequest B\r\n2\r\n\r\n",
      messages: [asked, "> request B 2"], diagnostics: ["warning junk > 16+7"]),
    Row(
      "echoed-request", client: "Request A\r\n1\r\nk: v\r\n\r\n",
      server: "OK, message received with transaction 1:\r\n---------------------\r\n"
        + "Request A\r\n1\r\nk: v\r\n\r\n",
      messages: ["> request A 1 {k=v}", "< request A 1 {k=v} echoed"],
      diagnostics: ["warning junk < 0+65", "note echoed-request < 65+22"]),
    Row(
      "message-too-large",
      client: "Request A\r\n1\r\nk: " + String(repeating: "x", count: 65_536) + "\r\n\r\n"
        + "Request B\r\n2\r\n\r\n",
      messages: [
        "> request A 1 {k=" + String(repeating: "x", count: 65_536) + "}", "> request B 2",
      ], diagnostics: ["note message-too-large > 0+65557"]),
    Row(
      "orphan-response", server: "Response A\r\n1 OK\r\n\r\n", messages: ["< response A 1 OK"],
      diagnostics: ["warning orphan-response < 0+20"]),
    Row(
      "duplicate-response", client: ask,
      server: "Response A\r\n1 OK\r\n\r\nResponse A\r\n1 OK\r\n\r\n",
      messages: [asked, "< response A 1 OK", "< response A 1 OK"],
      diagnostics: ["warning duplicate-response < 20+20"]),
    Row(
      "uuid-reused", client: ask + ask, messages: [asked, asked],
      diagnostics: ["warning uuid-reused > 16+16"]),
    response(
      "type-mismatch", "Response B\r\n1 OK\r\n\r\n", "< response B 1 OK",
      "warning type-mismatch < 0+20"),
    Row(
      "junk between two pipelined messages",
      client:
        "Request A\r\n1\r\n\r\n\0\u{1}oops\r\n\r\nRequest B\r\n2\r\n\r\nRequest C\r\n3\r\n\r\n",
      messages: [asked, "> request B 2", "> request C 3"],
      diagnostics: ["warning junk > 16+10"]),
    Row(
      "a missing terminator before a start line of another kind",
      client: "Request A\r\n1\r\nNotification N\r\nk: v\r\n\r\nRequest B\r\n2\r\n\r\n",
      messages: [asked, "> notification N {k=v}", "> request B 2"],
      diagnostics: ["warning missing-terminator > 14+14"]),
    Row(
      "parameters named Request and Response",
      client: "Request A\r\n1\r\nRequest: 5\r\nResponse: A\r\nRequest timeout: 30\r\n\r\n" + ask,
      messages: [
        "> request A 1 {Request=5|Response=A|Request timeout=30}", asked,
      ], diagnostics: ["warning uuid-reused > 62+16"]),
  ]

  /// A line for each message and diagnostic: the way it goes, and what is known of it.
  private static func told(_ records: [[String: Any]]) -> (
    messages: [String], diagnostics: [String]
  ) {
    var messages: [String] = []
    var diagnostics: [String] = []
    for record in records {
      let way = record.string("direction") == "client-to-server" ? ">" : "<"
      switch record.string("record") {
      case "message": messages.append("\(way) \(message(record))")
      case "diagnostic":
        let place = "\(record.int("offset") ?? -1)+\(record.int("length") ?? -1)"
        diagnostics.append(
          "\(record.string("severity") ?? "") \(record.string("code") ?? "") \(way) \(place)")
      default: break
      }
    }
    return (messages, diagnostics)
  }

  private static func message(_ record: [String: Any]) -> String {
    var words = [record.string("kind") ?? "", record.string("type") ?? "-"]
    if record.string("kind") != "notification" {
      words.append(record.string("uuid_text") ?? record.int("uuid").map(String.init) ?? "-")
    }
    if let status = record.string("status") { words.append(status) }
    if let code = record.string("code") { words.append("code=\(code)") }
    if let reason = record.string("reason") { words.append("reason=\(reason)") }
    if let list = record["params"] as? [[String: Any]] {
      let texts = list.map { "\($0.string("key") ?? "?")=\($0.string("value") ?? "?")" }
      words.append("{\(texts.joined(separator: "|"))}")
    }
    if let list = record["lines"] as? [[String: Any]] {
      words.append("[\(list.map { $0.string("text") ?? "?" }.joined(separator: "|"))]")
    }
    if record["echoed"] as? Bool == true { words.append("echoed") }
    if record["complete"] as? Bool == false { words.append("incomplete") }
    return words.joined(separator: " ")
  }

  @Test(arguments: rows)
  func aRowIsSeenFromOutside(row: Row) throws {
    let capture = try SpokenCapture(
      .exchange(client: Array(row.client.utf8), server: Array(row.server.utf8)))
    let records = try capture.records("messages", "--show-secrets")
    let told = Self.told(records)
    #expect(told.messages == row.messages)
    #expect(told.diagnostics.sorted() == row.diagnostics.sorted())
    // The summary counts what was told.
    let counted = records.last?["diagnostics"] as? [String: Int] ?? [:]
    #expect(counted.values.reduce(0, +) == row.diagnostics.count)
  }

  @Test func bytesThatAreNotUTF8() throws {
    let client = Array("Request A\r\n1\r\nk: ".utf8) + [0xff, 0xfe] + Array("\r\n\r\n".utf8)
    let records = try SpokenCapture(.exchange(client: client)).records("messages")
    let message = try #require(records.first { $0.string("record") == "message" })
    let parameter = try #require((message["params"] as? [[String: Any]])?.first)
    #expect(parameter.string("value") == "\u{fffd}\u{fffd}")
    #expect(parameter.string("value_base64") == "//4=")
    #expect(Self.told(records).diagnostics == ["warning invalid-utf8 > 17+2"])
  }

  @Test func aMessageOverTheCapIsToldByItsBeginning() throws {
    let client = "Request A\r\n1\r\nk: v\r\nlong: \(String(repeating: "x", count: 300))\r\n\r\n"
    let records = try SpokenCapture(
      .exchange(client: Array((client + "Request B\r\n2\r\n\r\n").utf8))
    ).records("messages", "--max-message 100")
    let told = Self.told(records)
    #expect(told.messages == ["> request A 1 {k=v} incomplete", "> request B 2"])
    #expect(told.diagnostics.count == 1)
    #expect(told.diagnostics.first?.hasPrefix("error message-truncated > ") == true)
    #expect(records.first { $0.string("record") == "message" }?.int("offset") == 0)
  }

  @Test func anOversizeMessageIsFollowedByAGoodOne() throws {
    let client =
      "Request A\r\n1\r\nk: v\r\nlong: \(String(repeating: "x", count: 1_200_000))\r\n\r\n"
      + "Request B\r\n2\r\n\r\n"
    let records = try SpokenCapture(.exchange(client: Array(client.utf8))).records("messages")
    let told = Self.told(records)
    #expect(told.messages.last == "> request B 2")
    #expect(told.messages.first == "> request A 1 {k=v} incomplete")
    #expect(
      told.diagnostics.map { $0.split(separator: " ")[1] }.sorted() == [
        "message-too-large", "message-truncated",
      ])
  }

  /// The client's segments, of which one is not captured though the server got it.
  private func withGap(_ pieces: [String], lost: Int) throws -> [[String: Any]] {
    var conversation = Conversation()
    conversation.open()
    for (index, piece) in pieces.enumerated() {
      conversation.advance(milliseconds: 5)
      let segments = conversation.send(.client, piece)
      if index == lost { for segment in segments { conversation.drop(segment) } }
    }
    conversation.advance(milliseconds: 500)
    conversation.close()
    return try SpokenCapture(conversation).records("messages", "--show-secrets")
  }

  @Test func aGapInsideAMessage() throws {
    let told = Self.told(
      try withGap(
        ["Request A\r\n1\r\nk: v\r\n", "lost: 1\r\n\r\n", "Request B\r\n2\r\n\r\n"], lost: 1))
    #expect(told.messages == ["> request A 1 {k=v} incomplete", "> request B 2"])
    #expect(told.diagnostics == ["error gap-in-message > 20+11"])
  }

  @Test func aGapInsideTheUUIDLine() throws {
    let told = Self.told(
      try withGap(["Request A\r\n1", "23\r\n\r\n", "Request B\r\n2\r\n\r\n"], lost: 1))
    // Half a uuid is none.
    #expect(told.messages == ["> request A - incomplete", "> request B 2"])
    #expect(told.diagnostics == ["error gap-in-message > 12+6"])
  }

  @Test func aStreamThatEndsInsideAMessage() throws {
    let told = Self.told(
      try SpokenCapture(.exchange(client: Array("Request A\r\n1\r\nk: v\r\n".utf8)))
        .records("messages"))
    #expect(told.messages == ["> request A 1 {k=v} incomplete"])
    #expect(told.diagnostics == ["error unfinished-message > 0+20"])
  }

  @Test func joiningInMidstream() throws {
    var conversation = Conversation()
    conversation.beginMidstream()
    conversation.send(.client, "ut: 30\r\n\r\nRequest B\r\n2\r\n\r\n")
    conversation.advance(milliseconds: 5)
    conversation.close()
    let told = Self.told(try SpokenCapture(conversation).records("messages"))
    #expect(told.messages == ["> request B 2"])
    #expect(told.diagnostics == ["note joined-midstream > 0+10"])
  }

  @Test func aLaterCopyDiffers() throws {
    var conversation = Conversation()
    conversation.acknowledgesAtOnce = false
    conversation.open()
    conversation.send(.client, Self.ask)
    conversation.advance(milliseconds: 1)
    conversation.sendAgain(.client, 0..<16, as: "Request B\r\n1\r\n\r\n")
    conversation.acknowledge(.server)
    conversation.advance(milliseconds: 5)
    conversation.close()
    let told = Self.told(try SpokenCapture(conversation).records("messages"))
    #expect(told.messages == [Self.asked])
    #expect(told.diagnostics.map { String($0.prefix(26)) } == ["error overlap-conflict > 8"])
  }

  /// As early servers write it, their lines with LF.
  private static let receipt =
    "OK, message received with transaction 1:\n---------------------\n"

  /// The server quotes a request, and a piece of the quotation is missing: what is left is a message
  /// of its own, incomplete; it equals nothing that was sent.
  @Test func aQuotedRequestSplitByAGap() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, "Request A\r\n1\r\nk: v\r\nl: w\r\n\r\n")
    conversation.advance(milliseconds: 5)
    conversation.send(.server, Self.receipt + "Request A\r\n1\r\nk: v\r\n")
    for segment in conversation.send(.server, "l: w\r\n\r\n") { conversation.drop(segment) }
    conversation.advance(milliseconds: 5)
    conversation.send(.server, "Response A\r\n1 OK\r\n\r\n")
    conversation.advance(milliseconds: 500)
    conversation.close()
    let told = Self.told(try SpokenCapture(conversation).records("messages"))
    #expect(told.messages.first == "> request A 1 {k=v|l=w}")
    #expect(told.messages.contains("< request A 1 {k=v} incomplete"))
    #expect(told.messages.contains("< response A 1 OK"))
    #expect(told.diagnostics.sorted() == ["error gap-in-message < 83+8", "warning junk < 0+63"])
  }

  /// The client's own bytes are missing where the quoted request was: the receipt in front tells the
  /// quotation.
  @Test func aQuotedRequestWhoseOriginalIsMissing() throws {
    var conversation = Conversation()
    conversation.open()
    for segment in conversation.send(.client, "Request A\r\n1\r\nk: v\r\n\r\n") {
      conversation.drop(segment)
    }
    conversation.advance(milliseconds: 5)
    conversation.send(.client, "Request B\r\n2\r\n\r\n")
    conversation.advance(milliseconds: 500)
    conversation.send(.client, "Request C\r\n3\r\n\r\n")
    conversation.advance(milliseconds: 5)
    conversation.send(.server, Self.receipt + "Request A\r\n1\r\nk: v\r\n\r\n")
    conversation.advance(milliseconds: 5)
    conversation.close()
    let told = Self.told(try SpokenCapture(conversation).records("messages"))
    #expect(told.messages.contains("< request A 1 {k=v} echoed"))
    #expect(told.diagnostics.contains("note echoed-request < 63+22"))
  }

  /// No row of the table is left out above.
  @Test func everyCodeOfTheTableHasARow() throws {
    let elsewhere: Set<DiagnosticCode> = [
      .invalidUTF8, .messageTruncated, .gapInMessage, .unfinishedMessage, .joinedMidstream,
      .overlapConflict, .packetComment,
    ]
    for code in DiagnosticCode.allCases where !elsewhere.contains(code) {
      #expect(
        Self.rows.contains { row in
          row.diagnostics.contains { $0.split(separator: " ")[1] == code.name }
        }, "\(code.name)")
    }
  }

  /// A broken peer does not flood the output: five are told one by one, the rest as one, and all are
  /// counted.
  @Test func manyOfOneCodeAreToldAFewTimesAndThenCounted() throws {
    let client = String(repeating: "Request A\n1\r\nnone\r\n\r\n", count: 100)
    let capture = try SpokenCapture(.exchange(client: Array(client.utf8)))
    let records = try capture.records("messages")
    for code in ["bare-lf", "malformed-parameter"] {
      let told = records.filter { $0.string("record") == "diagnostic" && $0.string("code") == code }
      #expect(told.count == 6, "\(code)")
      #expect(told.compactMap { $0.int("count") } == [95])
      #expect((records.last?["diagnostics"] as? [String: Int])?[code] == 100)
    }
    // Each message still carries its own codes.
    let messages = records.filter { $0.string("record") == "message" }
    #expect(messages.count == 100)
    #expect(
      messages.allSatisfy { ($0["diagnostics"] as? [String])?.contains("bare-lf") == true })
    let text = try ProgramRun.souptap("messages \(capture.path)")
    #expect(text.output.split(separator: "\n").count { $0.contains("bare-lf") } == 6)
    #expect(text.output.contains("bare-lf ×95"))
  }
}
