import Foundation
import TestSupport
import Testing

/// The password of a capture is in no output of any command, unless it is asked for.
struct SecretsRunTests {
  /// Every four characters of it occur once, so that a piece of it is recognised, too.
  private static let password = "Qz7xKv9wJpLs"

  /// What is run on a capture (`$C`), and in `$D` a directory for files. Whatever shows captured text in a
  /// new way belongs into this list.
  static let commands = [
    "report", "report -v", "report --format ndjson",
    "transactions", "transactions -v", "transactions --format ndjson", "transactions --failed",
    "transactions --top 3", "messages", "messages -v", "messages -x", "messages --hex",
    "messages -x --hex", "messages --format ndjson", "messages --failed",
    "messages --anonymize -x --hex",
    "connections", "connections --all --format ndjson", "messages --max-message 60 -x --hex",
    "messages --max-message 60 --format ndjson", "messages --color always -x",
    "messages -o $D/out; cat $D/out", "messages -x --where 'param.password == \"\(password)\"'",
    "report --where 'param.password == \(password)'",
    "transactions --format ndjson --where 'param.password ~ \"^\(password)\"'",
    "messages --format ndjson --where 'line ~ \"\(password)\"'",
    "messages --format ndjson --where 'not param.password in (a, \"\(password)\")'",
    "messages --where 'param.password > \(password)'",
    "messages --where 'param.password == \"\(password)'",
    "messages --where 'param.password == x \(password)'",
    "messages --where 'line ~ \"\(password)(\"'",
    "messages --where 'param.password ~ \"\(password)[\"'", "messages --strict",
    "messages --secret-keys '+pin' -x", "report --no-detect", "streams -q --directory $D/streams",
    "connections --where 'gaps == 0'", "messages --since +1ms -x",
    "report --html $D/page; cat $D/page", "report --by param.password",
    "report --timeline --heatmap",
    "report --by param.password --format ndjson --where 'latency > 0'", "schema", "--help",
  ]

  /// The password where it belongs, where it does not, in pieces, quoted, and cut by gaps.
  private static func conversation() -> Conversation {
    var conversation = Conversation()
    conversation.open()
    let request = "Request login\r\n1\r\nuser: alice\r\npassword: \(password)\r\n\r\n"
    conversation.send(.client, request)
    conversation.advance(milliseconds: 1)
    conversation.send(
      .server, "OK, message received with transaction 1:\n---------------------\n" + request)
    conversation.send(.server, "---------------------\r\nyour \(password) is wrong\r\n")
    conversation.send(
      .server,
      "Response login\r\n1 ERROR\r\ncode: 403\r\nreason: no\r\nauth_token: \(password)\r\n\r\n")
    conversation.advance(milliseconds: 1)
    for odd in [
      "Request a\r\n2\r\nPassWord:\(password)\r\n\r\n",
      "Request a\r\n3\r\n password : \(password)\r\n\r\n",
      "Request a\n4\npassword: \(password)\n\n", "Request a\r\n5\r\npassword \(password)\r\n\r\n",
      "Request a\r\n6\r\n\(password)\r\n\r\n", "Request a\r\npassword: \(password)\r\n\r\n",
      "Notification a\r\npassword: \(password)\r\n\(password)\r\n\r\n",
      "Request a\r\n7\r\npassword: x\rb\(password)\r\npassword: \(password)\r\n\r\n",
      "Request a\r\n8\r\nuser-Password2: \u{1}\(password)\u{202e}\r\n\r\n",
      "Request a\r\n9\r\npassword: \(password)\r\nRequest b\r\n10\r\n\r\n",
      "what \(password)\r\nRequest c\r\n11\r\npad: \(String(repeating: "p", count: 40))\r\nsecret: \(password)\r\n\r\n",
    ] {
      conversation.send(.client, odd)
      conversation.advance(milliseconds: 1)
    }
    conversation.send(.client, "Request cut\r\n12\r\npassword: \(password)")
    for segment in conversation.send(.client, "\(password)\r\n\r\n") { conversation.drop(segment) }
    conversation.advance(milliseconds: 300)
    conversation.send(.client, "\(password)\r\nRequest end\r\n13\r\npassword: \(password)")
    conversation.advance(milliseconds: 300)
    conversation.close()
    return conversation
  }

  /// The pieces that must not be seen: four characters in a row, plain, in hexadecimal and in base64.
  private static let pieces: [String] = {
    let bytes = Array(password.utf8)
    var pieces: [String] = []
    for start in 0...bytes.count - 4 {
      let part = Array(bytes[start..<start + 4])
      pieces.append(String(decoding: part, as: UTF8.self))
      let hexadecimal = part.map { String($0, radix: 16) }
      pieces.append(hexadecimal.joined(separator: " "))
      pieces.append(hexadecimal.joined())
    }
    for before in 0..<3 {
      let padded = [UInt8](repeating: 0, count: before) + bytes
      let encoded = Data(padded).base64EncodedString()
      // Without the characters that the bytes around it take part in.
      pieces.append(String(encoded.dropFirst(4).prefix(8)))
    }
    return pieces
  }()

  private static func seen(in text: String) -> String? { pieces.first { text.contains($0) } }

  @Test(arguments: commands)
  func noCommandTellsThePassword(command: String) throws {
    let capture = try SpokenCapture(Self.conversation())
    let scratch = try ScratchDirectory()
    // A second command of a line begins behind a bar or a semicolon.
    let run = try ProgramRun.script(
      "set -- \(capture.path); D=\(scratch.path); f() { souptap \"$@\" \(capture.path); };"
        + " \(Self.withCapture(command))")
    // `streams` writes captured bytes into files, and says so; what it prints is held to the same.
    let piece = Self.seen(in: run.output + run.errors)
    #expect(piece == nil, "\(command) shows \(piece ?? "")")
    #expect(!run.output.isEmpty || !run.errors.isEmpty || command.contains("-q"))
  }

  private static func withCapture(_ command: String) -> String {
    if command == "schema" || command == "--help" { return "souptap \(command)" }
    let parts = command.components(separatedBy: "; ")
    return "f \(parts[0])" + parts.dropFirst().map { "; \($0)" }.joined()
  }

  /// The search above finds what is there.
  @Test(arguments: [
    "messages --show-secrets", "messages -x --show-secrets", "messages --hex --show-secrets",
    "messages --format ndjson --show-secrets", "messages --secret-keys other -x",
    "report --show-secrets --where 'param.password == \(password)'",
  ])
  func whoAsksIsShownIt(command: String) throws {
    let capture = try SpokenCapture(Self.conversation())
    let run = try ProgramRun.script("souptap \(command) \(capture.path)")
    #expect(Self.seen(in: run.output) != nil, "\(command)")
  }

  @Test func selectingByAHiddenValueWorksAllTheSame() throws {
    let capture = try SpokenCapture(Self.conversation())
    let records = try capture.records(
      "messages", "--where 'param.password == \"\(Self.password)\"'")
    let uuids = records.filter {
      $0.string("record") == "message" && $0.string("kind") == "request"
    }
    .compactMap { $0.int("uuid") }
    #expect(uuids.starts(with: [1, 1, 3, 4]) || uuids.contains(4))
    let shown = try #require(records.first?.string("where"))
    #expect(shown.contains(/^param\.password == <hidden:[0-9a-f]{8}>$/))
    // The token is that of the value itself.
    let token = try #require(shown.firstMatch(of: /<hidden:[0-9a-f]{8}>/)).output
    let list = records.first { $0.int("uuid") == 4 }?["params"] as? [[String: Any]]
    #expect(list?.first?.string("value") == String(token))
  }

  /// Two lines of the same key are hidden or shown as the list of keys says.
  @Test func theListOfKeysCanBeChanged() throws {
    let text = "Request A\r\n1\r\npin: abc\r\npassword: def\r\nuser_pin: ghi\r\npinned: jkl\r\n\r\n"
    let capture = try SpokenCapture(.exchange(client: Array(text.utf8)))
    func shown(_ options: String) throws -> [String] {
      let list =
        try capture.records("messages", options)
        .first { $0.string("record") == "message" }?["params"] as? [[String: Any]] ?? []
      return list.filter { $0["hidden"] == nil }.compactMap { $0.string("key") }
    }
    #expect(try shown("") == ["pin", "user_pin", "pinned"])
    #expect(try shown("--secret-keys +pin") == ["pinned"])
    #expect(try shown("--secret-keys '+*pin*'") == [])
    #expect(try shown("--secret-keys pin") == ["password", "pinned"])
    #expect(try shown("--secret-keys +pin,-password") == ["password", "pinned"])
    #expect(try shown("--secret-keys +pin --secret-keys -password") == ["password", "pinned"])
    #expect(
      try shown("--secret-keys +pin --show-secrets") == ["pin", "password", "user_pin", "pinned"])
    let meta = try capture.records("messages", "--secret-keys pin")[0]
    #expect(meta["secret_keys"] as? [String] == ["pin"])
    let wrong = try ProgramRun.souptap("messages --secret-keys '+,x' \(capture.path)")
    #expect(wrong.status == 2)
  }

  @Test func streamsSayThatTheyAreRaw() throws {
    let capture = try SpokenCapture(Self.conversation())
    let scratch = try ScratchDirectory()
    let run = try ProgramRun.souptap("streams --directory \(scratch.path)/s \(capture.path)")
    #expect(run.errors.contains("secrets"))
    #expect(Self.seen(in: run.errors + run.output) == nil)
  }
}
