/// A capture whose types, keys and values try to steer a terminal, to turn text round, to hide
/// characters and to be no text: `Fixtures/generated/hostile-text.pcap`.
public enum HostileText {
  /// A text and what is wrong with it.
  public static let texts: [(name: String, bytes: [UInt8])] = [
    ("title", Array("\u{1b}]0;owned\u{7}".utf8)),
    ("clear", Array("\u{1b}[2J\u{1b}[H\u{1b}[31mred".utf8)),
    ("c1", Array("\u{9b}31m\u{9d}0;x\u{9c}".utf8)),
    ("c1-raw", [0x9b, 0x33, 0x31, 0x6d]),
    ("back", Array("abc\u{8}\u{8}\u{8}xyz\u{7f}".utf8)),
    ("override", Array("\u{202e}gnp.exe\u{202c}".utf8)),
    ("isolate", Array("\u{2067}right\u{2069}\u{200f}".utf8)),
    ("zero-width", Array("pass\u{200b}word\u{feff}\u{2060}".utf8)),
    ("emoji", Array("🦊👩‍👩‍👧🇩🇪👍🏽".utf8)),
    ("wide", Array("漢字テスト한글".utf8)),
    ("marks", Array("e\u{301}\u{302}\u{303}\u{304}o\u{338}".utf8)),
    ("latin1", [0x67, 0x72, 0xfc, 0x6e]),
    ("overlong", [0xc0, 0xaf, 0xe0, 0x80, 0xaf]),
    ("surrogate", [0xed, 0xa0, 0x80, 0xf5, 0x80]),
    ("cut", [0xf0, 0x9f, 0xa6]),
    ("separators", Array("a\u{2028}b\u{2029}c\u{85}d".utf8)),
    ("bare-cr", Array("visible\rhidden".utf8)),
    ("tags", Array("\u{e0041}\u{e0042}\u{fffe}".utf8)),
    ("json", Array("\"},{\"record\":\"summary\"\\".utf8)),
    ("nul", [0x61, 0x00, 0x62]),
  ]

  /// A request for each text, which is its type and its key and its value, and an answer that has it
  /// as its status, code and reason.
  public static var conversation: Conversation {
    var conversation = Conversation(clientPort: 40_666)
    conversation.open()
    for (number, text) in texts.enumerated() {
      conversation.advance(milliseconds: 10)
      conversation.send(
        .client,
        bytes: Array("Request \(number)".utf8) + text.bytes + Array("\r\n\(number)\r\n".utf8)
          + Array("k".utf8) + text.bytes + Array(": v".utf8) + text.bytes + Array("\r\n\r\n".utf8))
      conversation.advance(milliseconds: 1)
      conversation.send(
        .server,
        bytes: Array("Response \(number)".utf8) + text.bytes
          + Array("\r\n\(number) ERROR\r\ncode: ".utf8) + text.bytes + Array("\r\nreason: ".utf8)
          + text.bytes + Array("\r\n\r\n".utf8))
    }
    conversation.advance(milliseconds: 10)
    conversation.close()
    return conversation
  }

  /// The capture of it.
  public static var capture: ConversationCapture { ConversationCapture(conversation) }
}
