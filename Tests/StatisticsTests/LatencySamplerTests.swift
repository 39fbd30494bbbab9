import Records
import Statistics
import TestSupport
import Testing

@Suite struct LatencySamplerTests {
  private func tell(_ count: Int, to sampler: LatencySampler, seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for number in 0..<count {
      let latency = Int64.random(in: 1...1_000_000, using: &random)
      switch number % 1_000 {
      case 0:
        RecordBuilder.tell(
          to: sampler, outcome: .unanswered, reason: .timeout, waited: 5, number: UInt64(number))
      case 1: RecordBuilder.tell(to: sampler, outcome: .error, latency: 7, number: UInt64(number))
      case 2:
        RecordBuilder.tell(
          to: sampler, latency: 9, quality: .uncertain, number: UInt64(number))
      case 3:
        RecordBuilder.tell(
          to: sampler, latency: 1_000_000_000 + Int64(number), number: UInt64(number))
      default:
        RecordBuilder.tell(
          to: sampler, type: "t\(number % 100)", latency: latency, number: UInt64(number))
      }
    }
  }

  @Test func fewAreAllKept() {
    let sampler = LatencySampler()
    tell(1_400, to: sampler, seed: 1)
    let sample = sampler.sample
    #expect(sample.points.map(\.number) == Array(0..<1_400))
    #expect(sample.exact.kept == sample.exact.total)
  }

  @Test func manyAreABoundedSampleWithAllThatIsRare() {
    let sampler = LatencySampler(seed: 1)
    tell(300_000, to: sampler, seed: 2)
    let sample = sampler.sample
    #expect(sample.points.count <= 6_000 + 3 * 1_000 + 200)
    let numbers = Set(sample.points.map(\.number))
    for number in stride(from: UInt64(0), to: 300_000, by: 1_000) {
      #expect(numbers.contains(number), "without an answer")
      #expect(numbers.contains(number + 1), "an error")
      #expect(numbers.contains(number + 2), "uncertain")
    }
    // The slowest by far, whatever their number.
    for number in stride(from: UInt64(100_003), to: 300_000, by: 1_000) {
      #expect(numbers.contains(number))
    }
    #expect(sample.unanswered.total == 300 && sample.unanswered.kept == 300)
    #expect(sample.exact.total == 300_000 - 900)
    #expect(sample.exact.kept > 3_000 && sample.exact.kept <= 6_200)
    #expect(sample.types.count == 64)
    // An even share: as many of the first half as of the second, by and large.
    let plain = sample.points.filter { $0.nanoseconds <= 1_000_000 && $0.number % 1_000 > 3 }
    let early = plain.count { $0.number < 150_000 }
    #expect(Double(early) > 0.4 * Double(plain.count) && Double(early) < 0.6 * Double(plain.count))
    #expect(sampler.estimatedBytes < 4 << 20)

    let again = LatencySampler(seed: 99)
    tell(300_000, to: again, seed: 2)
    #expect(again.sample.points.map(\.number) == sample.points.map(\.number))
  }

  @Test func aLateAnswerReplacesTheWait() {
    let sampler = LatencySampler()
    for number in 0..<10 as Range<UInt64> {
      RecordBuilder.tell(
        to: sampler, outcome: .unanswered, reason: .timeout, waited: 30, number: number)
    }
    RecordBuilder.tell(to: sampler, latency: 35, revision: 1, number: 4)
    let sample = sampler.sample
    #expect(sample.points.count == 10)
    #expect(sample.points[4].nanoseconds == 35 && sample.points[4].isLate)
    #expect(sample.unanswered.total == 9 && sample.exact.total == 1)
  }
}
