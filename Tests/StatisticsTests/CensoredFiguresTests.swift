import ControlProtocol
import Records
import Statistics
import TestSupport
import Testing

@Suite struct CensoredFiguresTests {
  /// The product-limit estimator, step by step over single observations.
  private func estimate(_ shares: [Int], answered: [Int64], waits: [Int64]) -> [UInt64?] {
    let all = answered.map { ($0, true) } + waits.map { ($0, false) }
    let sorted = all.sorted { $0.0 != $1.0 ? $0.0 < $1.0 : $0.1 && !$1.1 }
    var result: [UInt64?] = Array(repeating: nil, count: shares.count)
    var waiting = 1.0
    for (index, observation) in sorted.enumerated() where observation.1 {
      waiting *= 1 - 1 / Double(sorted.count - index)
      for (place, share) in shares.enumerated()
      where result[place] == nil && waiting <= 1 - Double(share) / 10_000 + 1e-9 {
        result[place] = UInt64(observation.0)
      }
    }
    return result
  }

  private func figures(answered: [Int64], waits: [Int64]) -> CensoredFigures? {
    let collector = SummaryCollector()
    for latency in answered { RecordBuilder.tell(to: collector, latency: latency) }
    for wait in waits {
      RecordBuilder.tell(to: collector, outcome: .unanswered, reason: .timeout, waited: wait)
    }
    return CensoredFigures(summary(of: collector).totals)
  }

  @Test(arguments: [(1, 0), (5, 0), (0, 3), (1, 1), (40, 3), (128, 20), (1_000, 50), (3_000, 900)])
  func percentilesAreThoseOfTheProductLimit(answered: Int, waits: Int) throws {
    for seed in 1...4 as ClosedRange<UInt64> {
      var random = SeededRandom(seed: seed)
      func values(_ count: Int) -> [Int64] {
        (0..<count).map { _ in Int64.random(in: 1_000_000...1_000_000_000, using: &random) }
      }
      let (latencies, cuts) = (values(answered), values(waits))
      let truth = estimate([5_000, 9_000, 9_500, 9_900, 9_990], answered: latencies, waits: cuts)
      let told = try #require(figures(answered: latencies, waits: cuts))
      let values = [told.p50, told.p90, told.p95, told.p99, told.p999]
      for (value, expected) in zip(values, truth) {
        guard let value, let expected else {
          #expect(value == expected, "seed \(seed)")
          continue
        }
        #expect(
          max(value, expected) - min(value, expected) <= max(1_000, expected / 1_000),
          "seed \(seed)")
      }
      #expect(told.count == UInt64(answered) && told.censored == UInt64(waits))
    }
  }

  @Test func withoutCutsTheyAreThePlainOnes() throws {
    var random = SeededRandom(seed: 8)
    for count in [1, 3, 10, 100, 1_000, 10_000] {
      let collector = SummaryCollector()
      for _ in 0..<count {
        RecordBuilder.tell(to: collector, latency: Int64.random(in: 0...9_999, using: &random))
      }
      let totals = summary(of: collector).totals
      let plain = try #require(LatencyFigures(totals.latency))
      let censored = try #require(CensoredFigures(totals))
      #expect(censored.p50 == plain.p50 && censored.p90 == plain.p90)
      #expect(censored.p95 == plain.p95 && censored.p99 == plain.p99)
      #expect(censored.p999 == plain.p999)
      #expect(CensoredChange.changes(of: totals).isEmpty)
    }
  }

  @Test func aLateAnswerIsNoCut() throws {
    let collector = SummaryCollector()
    RecordBuilder.tell(to: collector, outcome: .unanswered, reason: .timeout, waited: 30)
    RecordBuilder.tell(to: collector, outcome: .unanswered, reason: .timeout, waited: 30)
    RecordBuilder.tell(to: collector, latency: 40, revision: 1)
    let told = try #require(CensoredFigures(summary(of: collector).totals))
    #expect(told.count == 1 && told.censored == 1 && told.longest == 40)
    // Half of all was cut off before: the other half is answered at 40.
    #expect(told.p50 == 40 && told.p999 == 40)
  }

  @Test func littlesLawHoldsUnlessTimeLies() throws {
    func law(_ edit: (SummaryCollector) -> Void) throws -> LittlesLaw {
      let collector = SummaryCollector()
      for number in 0..<100 as Range<Int64> {
        RecordBuilder.tellMessage(to: collector, .request, end: number * 1_000)
        RecordBuilder.tell(to: collector, latency: 5_000, end: number * 1_000 + 5_000)
      }
      edit(collector)
      return try #require(LittlesLaw(summary(of: collector)))
    }
    let sound = try law { _ in }
    #expect(!sound.isBroken && abs(sound.inFlight - sound.rateTimesLatency) < 1e-9)
    // One that waits without an answer explains what it adds.
    let unanswered = try law {
      RecordBuilder.tellMessage(to: $0, .request, end: 0)
      RecordBuilder.tell(
        to: $0, outcome: .unanswered, reason: .captureEnded, waited: 900_000_000, end: 900_000_000)
    }
    #expect(!unanswered.isBroken && unanswered.inFlight > 100 * unanswered.rateTimesLatency)
    // A latency that the times of its messages do not bear out.
    let wrong = try law {
      RecordBuilder.tellMessage(to: $0, .request, end: 0)
      RecordBuilder.tell(to: $0, latency: 900_000_000, end: 1_000)
    }
    #expect(wrong.isBroken)
  }
}
