import TestSupport
import Testing

@testable import Statistics

/// How the samples of a test are spread.
enum Shape: String, CaseIterable, Sendable {
  case constant, uniform, exponential, bimodal, powers, small, boundaries

  func sample(_ random: inout SeededRandom) -> Int64 {
    switch self {
    case .constant: 41_000_000
    case .uniform: Int64.random(in: 0...5_000_000_000, using: &random)
    case .exponential:
      // A geometric number of doublings with a uniform place in the last: no logarithm needed.
      Int64.random(in: 0..<100_000, using: &random)
        << Int64(random.next().trailingZeroBitCount % 20)
    case .bimodal:
      random.next() % 10 == 0
        ? Int64.random(in: 200_000_000...200_900_000, using: &random)
        : Int64.random(in: 300_000...400_000, using: &random)
    case .powers: 1 << Int64.random(in: 0...62, using: &random)
    case .small: Int64.random(in: 0...3_000, using: &random)
    case .boundaries:
      (1 << Int64.random(in: 9...40, using: &random)) + Int64.random(in: -1...1, using: &random)
    }
  }
}

private let shares: [UInt64] = [1, 100, 5_000, 9_000, 9_500, 9_900, 9_990, 10_000]

/// The percentile by its definition, counted out over all samples.
private func exact(_ share: UInt64, _ sorted: [Int64]) -> UInt64 {
  var needed = Int(share) * sorted.count / 10_000
  if needed * 10_000 < Int(share) * sorted.count { needed += 1 }
  return UInt64(sorted[max(1, needed) - 1])
}

private func expectWithinBound(
  _ distribution: LatencyDistribution, _ samples: [Int64], _ context: String
) {
  let sorted = samples.sorted()
  let told = distribution.percentiles(shares)
  #expect(told.count == shares.count)
  for (share, value) in zip(shares, told) {
    let truth = exact(share, sorted)
    let error = value > truth ? value - truth : truth - value
    #expect(
      error <= max(1_000, truth / 1_000), "p\(share)/100: \(value) for \(truth), \(context)")
  }
  #expect(distribution.count == UInt64(samples.count))
  #expect(distribution.minimum == UInt64(sorted[0]))
  #expect(distribution.maximum == UInt64(sorted[sorted.count - 1]))
  let sum = samples.reduce(UInt128(0)) { $0 + UInt128($1) }
  let mean = UInt128(distribution.mean ?? 0)
  let twice = 2 * sum
  let n = UInt128(samples.count)
  #expect(mean * 2 * n <= twice + n && twice <= mean * 2 * n + n, "mean, \(context)")
}

@Suite struct LatencyDistributionTests {
  @Test(arguments: Shape.allCases, [1, 2, 3, 99, 127, 128, 129, 130, 1_000, 20_000])
  func percentilesStayWithinTheBound(shape: Shape, count: Int) {
    let seed = UInt64(count) &* 31 &+ UInt64(shape.rawValue.utf8.reduce(0) { $0 + Int($1) })
    var random = SeededRandom(seed: seed)
    var distribution = LatencyDistribution()
    var samples: [Int64] = []
    for _ in 0..<count {
      let sample = shape.sample(&random)
      samples.append(sample)
      distribution.record(sample)
    }
    expectWithinBound(distribution, samples, "\(shape), \(count) samples, seed \(seed)")
  }

  @Test(arguments: Shape.allCases)
  func fewSamplesAreExact(shape: Shape) {
    let seed: UInt64 = 77
    var random = SeededRandom(seed: seed)
    var distribution = LatencyDistribution()
    var samples: [Int64] = []
    for _ in 0..<LatencyDistribution.exactSamples {
      let sample = shape.sample(&random)
      samples.append(sample)
      distribution.record(sample)
      let sorted = samples.sorted()
      #expect(distribution.percentiles(shares) == shares.map { exact($0, sorted) }, "seed \(seed)")
    }
  }

  @Test func withoutSamplesNothingIsKnown() {
    let empty = LatencyDistribution()
    #expect(empty.isEmpty)
    #expect(empty.minimum == nil && empty.maximum == nil && empty.mean == nil)
    #expect(empty.percentiles([5_000]).isEmpty)
    #expect(LatencyFigures(empty) == nil)
  }

  @Test func oneSampleIsEveryFigure() throws {
    var one = LatencyDistribution()
    one.record(42_100_003)
    let figures = try #require(LatencyFigures(one))
    #expect(figures.count == 1)
    for value in [
      figures.minimum, figures.mean, figures.p50, figures.p90, figures.p95, figures.p99,
      figures.p999, figures.maximum,
    ] { #expect(value == 42_100_003) }
  }

  @Test func extremesNeitherTrapNorLieOutside() {
    var distribution = LatencyDistribution()
    for _ in 0..<200 {
      distribution.record(.max)
      distribution.record(0)
      distribution.record(.min)
    }
    #expect(distribution.minimum == 0)
    #expect(distribution.maximum == UInt64(Int64.max))
    for value in distribution.percentiles(shares) { #expect(value <= UInt64(Int64.max)) }
    #expect(distribution.percentiles([10_000])[0] >= UInt64(Int64.max) / 1_000 * 999)
    #expect(distribution.estimatedBytes < 300_000)
  }

  @Test(arguments: [(3, 5), (100, 100), (128, 1), (1, 128), (500, 3), (3, 500), (700, 9_000)])
  func mergingIsRecordingBoth(first: Int, second: Int) {
    for shape in Shape.allCases {
      let seed = UInt64(first * 7 + second)
      var random = SeededRandom(seed: seed)
      var parts = [LatencyDistribution(), LatencyDistribution()]
      var whole = LatencyDistribution()
      var samples: [Int64] = []
      for index in 0..<(first + second) {
        let sample = shape.sample(&random)
        samples.append(sample)
        parts[index < first ? 0 : 1].record(sample)
        whole.record(sample)
      }
      var merged = parts[0]
      merged.merge(parts[1])
      expectWithinBound(merged, samples, "\(shape), \(first) + \(second), seed \(seed)")
      #expect(merged.percentiles(shares) == whole.percentiles(shares), "\(shape), seed \(seed)")
      #expect(merged.mean == whole.mean)
    }
  }

  @Test(arguments: Shape.allCases, [100, 128, 129, 200, 1_000])
  func whatIsTakenBackIsAsIfNeverRecorded(shape: Shape, count: Int) {
    let seed = UInt64(count)
    var random = SeededRandom(seed: seed)
    let samples = (0..<count).map { _ in shape.sample(&random) }
    var distribution = LatencyDistribution()
    for sample in samples { distribution.record(sample) }
    // The least and the most are not known any more once they are taken back.
    let (least, most) = (samples.min(), samples.max())
    var rest: [Int64] = []
    for (index, sample) in samples.enumerated() {
      if index % 3 == 0, sample != least, sample != most {
        distribution.takeBack(sample)
      } else {
        rest.append(sample)
      }
    }
    expectWithinBound(distribution, rest, "\(shape), \(count) samples, seed \(seed)")
  }

  @Test func mergingNothingChangesNothing() {
    var distribution = LatencyDistribution()
    distribution.record(5)
    distribution.merge(LatencyDistribution())
    #expect(distribution.count == 1)
    var empty = LatencyDistribution()
    empty.merge(distribution)
    #expect(empty.percentiles([5_000]) == [5])
  }
}
