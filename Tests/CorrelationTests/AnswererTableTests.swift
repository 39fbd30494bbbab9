import TestSupport
import Testing

@testable import Correlation

/// What is known of many answerers at a time is what each of them alone would tell, or less.
@Suite struct AnswererTableTests {
  /// Answers of `count` answerers, each after a wait of up to three seconds; how many silences of the
  /// table differ from those of each answerer alone, and how many are longer.
  private func compare(
    _ count: Int, hash: (Int) -> UInt32
  ) -> (differing: Int, longer: Int, stalls: Int) {
    var generator = SeededRandom(seed: 1)
    var table = AnswererTable()
    var alone = [AnswerTimes](repeating: AnswerTimes(), count: count)
    var (differing, longer, stalls) = (0, 0, 0)
    for step in 0..<20_000 {
      let answerer = Int.random(in: 0..<count, using: &generator)
      let end = Int64(step) * 3_000_000_000 / Int64(count)
      let start = end - Int64.random(in: 0..<3_000_000_000, using: &generator)
      let silence = table.silence(of: hash(answerer), from: start, to: end)
      let expected = alone[answerer].silence(from: start, to: end)
      if silence != expected { differing += 1 }
      if silence > expected { longer += 1 }
      if expected > 0 { stalls += 1 }
      table.note(hash(answerer), at: end, askedAt: start)
      alone[answerer].note(end, askedAt: start)
    }
    return (differing, longer, stalls)
  }

  @Test func fourOfEachSetAreToldApart() {
    let found = compare(1024) { UInt32($0 % 256) << 24 | UInt32($0 / 256) << 1 }
    #expect(found.stalls > 1000)
    #expect(found.differing == 0)
  }

  @Test(arguments: [5, 40])
  func tooManyOfOneSetNeverShowAStallThatWasNone(count: Int) {
    let found = compare(count) { UInt32(truncatingIfNeeded: $0 << 1) }
    #expect(found.stalls > 1000)
    #expect(found.differing > 0)
    #expect(found.longer == 0)
  }
}
