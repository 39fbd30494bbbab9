import Foundation
import TestSupport
import Testing

@testable import Selection

/// The regular expressions of `~`, held against Foundation's own engine and against the clock.
struct PatternTests {
  private func matches(_ pattern: String, _ text: [UInt8]) throws -> Bool {
    var matcher = PatternMatcher(try Pattern(Array(pattern.utf8)))
    return unsafe matcher.matches(text.span.bytes)
  }

  @Test(arguments: [
    ("^5", "503", true), ("^5", "150", false), ("5$", "15", true), ("5$", "51", false),
    ("", "", true), ("^$", "", true), ("^$", "x", false), ("a|b", "xbx", true),
    ("^(a|b)+$", "abba", true), ("^(a|b)+$", "abca", false), ("a{2,3}b", "aab", true),
    ("^a{2,3}b", "aaaab", false), ("^a{2}$", "aa", true), ("^a{2,}$", "a", false),
    ("[^0-9]", "123", false), ("[^0-9]", "12x", true), ("[]a]", "]", true), ("[a-]", "-", true),
    ("\\d+\\.\\d+", "v1.25", true), ("\\d+\\.\\d+", "v1-25", false), ("(?i)hello", "HeLLo", true),
    ("hello", "HeLLo", false), ("(?i)[a-c]x", "BX", true), ("\\x41", "A", true),
    ("é+", "caféé", true), ("^.{2}$", "é", true), ("a.c", "a\nc", false), ("\\s", "a b", true),
    ("\\W", "ab_9", false), ("(?:ab)*c", "ababc", true), ("x*", "", true), ("a+?b", "aab", true),
    ("$^", "", true), ("(^a|b)c", "xac", false), ("(^a|b)c", "xbc", true), ("\\[x\\]", "[x]", true),
  ])
  func meansWhatItSays(pattern: String, text: String, isMatch: Bool) throws {
    #expect(try matches(pattern, Array(text.utf8)) == isMatch, "\(pattern) on \(text)")
  }

  @Test func bytesThatAreNoTextAreMatchedAsBytes() throws {
    #expect(try matches("^\\xff\\x00$", [0xff, 0x00]))
    #expect(try matches("^..$", [0xff, 0xfe]))
    #expect(try !matches("^\\xff$", [0xfe]))
  }

  /// Random patterns over a small alphabet mean what another engine says they mean.
  @Test func agreesWithAnotherEngine() throws {
    let seed = UInt64.random(in: .min ... .max)
    print("patterns: seed \(seed)")
    var random = SeededRandom(seed: seed)
    var matched = 0
    for _ in 0..<600 {
      let pattern = Self.pattern(&random, depth: 3)
      let other = try NSRegularExpression(pattern: pattern)
      for _ in 0..<4 {
        let text = String(
          decoding: (0..<Int.random(in: 0...8, using: &random)).map { _ in
            UInt8(ascii: "a") + UInt8.random(in: 0...2, using: &random)
          }, as: UTF8.self)
        let expected =
          other.firstMatch(in: text, range: NSRange(location: 0, length: text.utf16.count)) != nil
        matched += expected ? 1 : 0
        #expect(try matches(pattern, Array(text.utf8)) == expected, "/\(pattern)/ on '\(text)'")
      }
    }
    #expect(matched > 300)
  }

  private static func pattern(_ random: inout SeededRandom, depth: Int) -> String {
    let atom: String
    switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &random) {
    case 0...2: atom = ["a", "b", "c"][Int.random(in: 0..<3, using: &random)]
    case 3: atom = ["[ab]", "[^a]", ".", "[b-c]"][Int.random(in: 0..<4, using: &random)]
    case 4: return "^" + pattern(&random, depth: 0)
    case 5: return pattern(&random, depth: 0) + "$"
    case 6: return pattern(&random, depth: depth - 1) + "|" + pattern(&random, depth: depth - 1)
    case 7: return pattern(&random, depth: depth - 1) + pattern(&random, depth: depth - 1)
    default: atom = "(" + pattern(&random, depth: depth - 1) + ")"
    }
    return atom
      + ["", "", "*", "+", "?", "{2}", "{1,2}", "{0,}"][Int.random(in: 0..<8, using: &random)]
  }

  @Test(arguments: [
    ("a(b", 1, "closing"), ("a)", 1, "\")\""), ("[a", 0, "]"), ("*a", 0, "repeat"),
    ("a{2", 1, "count"), ("a{3,2}", 1, "count"), ("a**", 2, "one repetition"),
    ("(?=a)", 0, "ahead"),
    ("\\1", 0, "\\d"), ("a\\", 1, "behind"), ("[z-a]", 2, "range"), ("[é]", 1, "ASCII"),
    ("\\xg0", 0, "hexadecimal"), ("a{1001}", 1, "1000"), ("((a{500}){500})", 0, "smaller"),
  ])
  func mistakesAreFoundWhereTheyAre(pattern: String, offset: Int, words: String) throws {
    let error = #expect(throws: PatternError.self) { try Pattern(Array(pattern.utf8)) }
    #expect(error?.offset == offset)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  @Test func deepNestingIsRefusedNotFollowed() {
    let deep = String(repeating: "(", count: 2000) + String(repeating: ")", count: 2000)
    #expect(throws: PatternError.self) { try Pattern(Array(deep.utf8)) }
    #expect(throws: PatternError.self) { try Pattern(Array(repeating: 0x61, count: 5000)) }
  }

  /// Ten times the text takes about ten times as long, for patterns that take others for ever.
  @Test(arguments: [
    "(a*)*b", "(a|aa)+$", "(a|a)*c", "^(a+)+$", "a.{40}b", "(a?){60}a{60}c", "(.*)(.*)(.*)x",
    "[ab]{30}c|(ab*)*d",
  ])
  func timeIsProportionalToTheText(pattern: String) throws {
    var matcher = PatternMatcher(try Pattern(Array(pattern.utf8)))
    var random = SeededRandom(seed: 7)
    let text = (0..<80_000).map { _ in
      Bool.random(using: &random) ? UInt8(ascii: "a") : UInt8(ascii: "A")
    }
    func time(_ count: Int) -> Double {
      (0..<2).map { _ in
        let start = ContinuousClock.now
        _ = unsafe matcher.matches(text.span.bytes.extracting(first: count))
        let took = ContinuousClock.now - start
        return Double(took.components.attoseconds) / 1e18 + Double(took.components.seconds)
      }.min() ?? 0
    }
    _ = time(1000)
    let small = time(8_000)
    let large = time(80_000)
    // A quadratic matcher takes a hundred times as long.
    #expect(large < max(small, 0.002) * 40, "\(small) s, then \(large) s")
  }
}
