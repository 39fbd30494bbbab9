import TestSupport
import Testing

/// `messages -x` and `--hex`: messages whole, and their bytes.
struct WholeMessageTests {
  private static func capture() throws -> SpokenCapture {
    var conversation = Conversation()
    conversation.open()
    conversation.send(
      .client, "Request A\r\n1\r\npassword: abc\r\n\r\nNotification B\r\nk: \u{1b}[2J\r\n\r\n",
      sizes: [5, 20, 11])
    conversation.advance(milliseconds: 1)
    conversation.send(.server, "Response A\r\n1 ERROR\r\ncode: 5\r\nreason: r\r\nlong: a b\r\n\r\n")
    conversation.close()
    return try SpokenCapture(conversation)
  }

  /// Kept for all tests: the file goes with the last reference.
  private static let kept = try? capture()

  /// Written by hand from the bytes above.
  @Test func bytesAreShownAsHexdumpShowsThem() throws {
    let run = try ProgramRun.souptap("messages --hex --utc \(Self.kept?.path ?? "")")
    let lines = run.output.split(separator: "\n").map(String.init).filter { $0.hasPrefix("    0") }
    #expect(
      lines == [
        "    00000000  52 65 71 75 65 73 74 20  41 0d 0a 31 0d 0a 70 61  |Request A..1..pa|",
        "    00000010  73 73 77 6f 72 64 3a **  ** ** ** 0d 0a 0d 0a     |ssword:****....|",
        "    0000001f  4e 6f 74 69 66 69 63 61  74 69 6f 6e 20 42 0d 0a  |Notification B..|",
        "    0000002f  6b 3a 20 1b 5b 32 4a 0d  0a 0d 0a                 |k: .[2J....|",
        "    00000000  52 65 73 70 6f 6e 73 65  20 41 0d 0a 31 20 45 52  |Response A..1 ER|",
        "    00000010  52 4f 52 0d 0a 63 6f 64  65 3a 20 35 0d 0a 72 65  |ROR..code: 5..re|",
        "    00000020  61 73 6f 6e 3a 20 72 0d  0a 6c 6f 6e 67 3a 20 61  |ason: r..long: a|",
        "    00000030  20 62 0d 0a 0d 0a                                 | b....|",
      ])
    #expect(run.errors.contains("--hex: bytes of hidden values are shown as **"))
    let shown = try ProgramRun.souptap("messages --hex --show-secrets \(Self.kept?.path ?? "")")
    #expect(shown.output.contains("|ssword: abc....|"))
    #expect(!shown.errors.contains("**"))
  }

  /// Rows that are left out take their bytes along; those behind a gap still have their own.
  @Test func bytesGoWithTheirRows() throws {
    let run = try ProgramRun.souptap(
      "messages --hex --where 'kind == notification' \(Self.kept?.path ?? "")")
    let lines = run.output.split(separator: "\n").filter { $0.hasPrefix("    0") }
    #expect(lines.map { String($0.prefix(12)) } == ["    0000001f", "    0000002f"])
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, "Request A\r\n1\r\nk: v\r\n")
    for segment in conversation.send(.client, "lost: 1\r\n\r\n") { conversation.drop(segment) }
    conversation.advance(milliseconds: 5)
    conversation.send(.client, "Request B\r\n2\r\n\r\n")
    conversation.advance(milliseconds: 500)
    conversation.close()
    let file = try SpokenCapture(conversation)
    defer { withExtendedLifetime(file) {} }
    let gap = try ProgramRun.souptap("messages --hex \(file.path)")
    #expect(
      gap.output.split(separator: "\n").map(String.init).filter { $0.hasPrefix("    0") } == [
        "    00000000  52 65 71 75 65 73 74 20  41 0d 0a 31 0d 0a 6b 3a  |Request A..1..k:|",
        "    00000010  20 76 0d 0a                                       | v..|",
        "    0000001f  52 65 71 75 65 73 74 20  42 0d 0a 32 0d 0a 0d 0a  |Request B..2....|",
      ])
  }

  @Test(arguments: ["-x", "--full"])
  func wholeMessagesHaveTheirParametersBelow(option: String) throws {
    let run = try ProgramRun.souptap("messages \(option) --utc \(Self.kept?.path ?? "")")
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines.contains("  request A 1"))
    #expect(lines.contains { $0.hasPrefix("    password: <hidden:") })
    #expect(lines.contains("  notification B"))
    #expect(lines.contains("    k: \\x1b[2J"))
    #expect(lines.contains("  response A 1 ERROR"))
    #expect(lines.contains("    code: 5"))
    #expect(lines.contains("    long: a b"))
  }
}
