import Rendering
import TestSupport
import Testing

@Suite struct TerminalTextTests {
  private func escaped(_ bytes: [UInt8]) -> String {
    written { buffer in _ = TerminalText.append(bytes.lent, to: &buffer) }
  }

  private func fitted(_ text: String, _ width: Int) -> (text: String, columns: Int) {
    let bytes = Array(text.utf8)
    var columns = 0
    let cut = written {
      columns = TerminalText.append(bytes.lent, upTo: width, to: &$0)
    }
    return (cut, columns)
  }

  @Test(arguments: [
    ("plain", "plain"), ("a\tb", #"a\tb"#), ("a\r\nb", #"a\r\nb"#), ("\u{1b}[31m", #"\x1b[31m"#),
    ("\u{0}", #"\x00"#), ("\u{7f}", #"\x7f"#), ("\u{85}", #"\u{85}"#), ("\u{9b}", #"\u{9b}"#),
    ("\u{202e}", #"\u{202e}"#), ("\u{200b}", #"\u{200b}"#), ("\u{2028}", #"\u{2028}"#),
    ("\u{feff}", #"\u{feff}"#), (#"\n"#, #"\\n"#), ("é €", "é €"), ("\u{ad}", #"\u{ad}"#),
    ("\u{e0041}", #"\u{e0041}"#), ("\u{301}", "\u{25cc}\u{301}"),
  ])
  func dangerousCharactersAreEscaped(text: String, expected: String) {
    #expect(TerminalText.escaped(text) == expected)
  }

  @Test func bytesThatAreNotUTF8AreEscaped() {
    #expect(escaped([0x9b, 0x33, 0x31, 0x6d]) == #"\x9b31m"#)
    #expect(escaped([0x41, 0xe2, 0x82, 0x42, 0xff]) == #"A\xe2\x82B\xff"#)
    #expect(escaped([0xc3]) == #"\xc3"#)
  }

  /// Whatever goes in, whole or cut, only printable characters come out.
  @Test(arguments: [31, 32, 33] as [UInt64])
  func noControlEverComesOut(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for round in 0..<2000 {
      let isUTF8Like = random.next() & 1 == 0
      var bytes: [UInt8] = []
      for _ in 0..<(random.next() % 40) {
        if isUTF8Like, let scalar = Unicode.Scalar(UInt32(random.next() % 0x3000)) {
          bytes += Array(String(scalar).utf8)
        } else {
          bytes.append(UInt8(truncatingIfNeeded: random.next()))
        }
      }
      let width = Int(random.next() % 30)
      var columns = 0
      var full = 0
      let cut = written {
        columns = TerminalText.append(bytes.lent, upTo: width, to: &$0)
      }
      let whole = written { full = TerminalText.append(bytes.lent, to: &$0) }
      #expect(columns <= width && columns <= full, "round \(round)")
      #expect((cut == whole) == (full <= width), "round \(round)")
      for text in [cut, whole] {
        #expect(text.unicodeScalars.allSatisfy(isHarmless), "round \(round): \(bytes)")
      }
    }
  }

  private func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
    default: scalar != "\u{fffd}"
    }
  }

  @Test(arguments: [
    ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本語", 6), ("ｆｕｌｌ", 8), ("ｶﾅ", 2),
    ("😀", 2), ("❤\u{fe0f}", 9), ("🇩🇪", 18), ("👍🏽", 11), ("한글", 4), ("\u{1100}\u{1161}\u{11a8}", 2),
    ("…", 1), ("→", 1),
    ("\u{5d0}\u{5b0}", 1), ("\u{1b}", 4),
  ])
  func widthsAreThoseOfATerminal(text: String, columns: Int) {
    #expect(TerminalText.columns(of: text) == columns)
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef", 6), ("abcdef", 5, "abcd…", 5), ("abcdef", 1, "…", 1),
    ("abcdef", 0, "", 0), ("日本語", 5, "日本…", 5), ("日本語", 4, "日…", 3),
    ("ae\u{301}bc", 3, "ae\u{301}…", 3), ("a\u{1b}b", 5, "a…", 2), ("\u{1b}", 3, "…", 1),
    ("日", 1, "…", 1),
  ])
  func cutsLeaveWholeCharacters(text: String, width: Int, expected: String, columns: Int) {
    let cut = fitted(text, width)
    #expect(cut.text == expected)
    #expect(cut.columns == columns)
  }

  @Test func manyMarksDoNotPileUp() {
    let text = "a" + String(repeating: "\u{301}", count: 10_000) + "b"
    let cut = fitted(text, 10)
    #expect(cut.columns == 2)
    #expect(cut.text.utf8.count < 100)
  }

  @Test func cellsArePadded() {
    #expect(written { TerminalText.append("日", inColumns: 4, to: &$0) } == "日  ")
    #expect(
      written { TerminalText.append("ab", inColumns: 4, alignedRight: true, to: &$0) } == "  ab")
    #expect(
      written { TerminalText.append("日本語", inColumns: 4, alignedRight: true, to: &$0) } == " 日…")
  }

  /// Plain characters are written in runs, which end anywhere.
  @Test(arguments: ["a", "\u{1b}", "\\", "\u{7f}", "é", "日", "a\u{301}"])
  func aTextIsWhatItsCharactersAre(odd: String) {
    let shown = TerminalText.escaped(odd)
    let columns = TerminalText.columns(of: odd)
    for length in 1...40 {
      for place in 0..<length {
        let before = String("abcdefghijklmnopqrstuvwxyz0123456789ABCDEF".prefix(place))
        let behind = String(repeating: "z", count: length - place - 1)
        let text = before + odd + behind
        #expect(TerminalText.escaped(text) == before + shown + behind)
        for width in [place - 1, place, place + 1, length - 1, length, length + 8] where width > 0 {
          let (cut, taken) = fitted(text, width)
          let whole = place + columns + behind.utf8.count
          if whole <= width {
            #expect(cut == before + shown + behind)
            #expect(taken == whole)
          } else if place >= width {
            #expect(cut == before.prefix(width - 1) + "…")
            #expect(taken == width)
          } else if place + columns < width {
            #expect(cut == before + shown + behind.prefix(width - place - columns - 1) + "…")
            #expect(taken == width)
          } else {
            #expect(cut == before + "…")
            #expect(taken == place + 1)
          }
        }
      }
    }
  }
}
