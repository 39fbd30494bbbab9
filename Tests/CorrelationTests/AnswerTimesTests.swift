import Testing

@testable import Correlation

/// When an answerer was silent for so long that those who waited were stalled. Times in milliseconds.
@Suite struct AnswerTimesTests {
  private func silence(
    after answers: [(asked: Int64, answered: Int64)], from start: Int64, to end: Int64
  ) -> Int64 {
    var times = AnswerTimes()
    for answer in answers {
      times.note(answer.answered * 1_000_000, askedAt: answer.asked * 1_000_000)
    }
    return times.silence(from: start * 1_000_000, to: end * 1_000_000) / 1_000_000
  }

  @Test func whoeverWaitsAloneForLongIsStalled() {
    #expect(silence(after: [], from: 0, to: 2000) == 2000)
    #expect(silence(after: [(0, 10)], from: 20, to: 2000) == 1980)
    #expect(silence(after: [], from: 0, to: 900) == 0)
  }

  @Test func aSilenceEndsWithAnyAnswer() {
    #expect(silence(after: [(0, 10), (500, 600)], from: 20, to: 1200) == 0)
    #expect(silence(after: [(0, 10), (30, 50)], from: 20, to: 1900) == 1850)
  }

  @Test func whoWaitedThroughTheSilenceOfAnotherIsStalledToo() {
    // Another request was answered at 2000 after two seconds of nothing.
    #expect(silence(after: [(0, 2000)], from: 1000, to: 2010) == 1000)
    #expect(silence(after: [(0, 2000)], from: 1990, to: 2500) == 10)
    #expect(silence(after: [(0, 2000)], from: 2100, to: 2500) == 0)
  }

  @Test func theLongerOfTwoSilencesCounts() {
    #expect(silence(after: [(0, 9000)], from: 0, to: 10_000) == 9000)
    #expect(silence(after: [(0, 1500)], from: 0, to: 10_000) == 8500)
  }

  @Test func idleTimeIsNoSilence() {
    // Nothing was asked for an hour.
    #expect(silence(after: [(0, 10)], from: 3_600_000, to: 3_600_050) == 0)
  }

  @Test func aClockThatWasSetBackBeginsAnew() {
    #expect(silence(after: [(50_000, 50_010), (100, 110)], from: 120, to: 2000) == 1880)
  }
}
