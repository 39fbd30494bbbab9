/// Percentiles of latency that count unanswered requests as what they are: observations that were
/// cut off while the request waited. The product-limit estimator of Kaplan and Meier.
///
/// A percentile is the smallest latency at which the estimated share of requests that are not
/// answered yet is at most `1 - q`; where nothing was cut off that is the percentile of
/// ``LatencyDistribution``. Latencies and waits are taken at the resolution of the distributions:
/// exact while both are few, else at the middle of a bucket (0.1 % or 1 µs). Among equal ones answers
/// come before cuts.
public struct CensoredFigures: Hashable, Sendable {
  /// How many latencies there are.
  public let count: UInt64
  /// How many waits were cut off.
  public let censored: UInt64
  /// The median; absent, as the others, where too many were cut off for it to be reached.
  public let p50: UInt64?
  /// What 90 % do not exceed.
  public let p90: UInt64?
  /// What 95 % do not exceed.
  public let p95: UInt64?
  /// What 99 % do not exceed.
  public let p99: UInt64?
  /// What 99.9 % do not exceed.
  public let p999: UInt64?
  /// The greatest latency or wait: a percentile that is absent lies above it or was never observed.
  public let longest: UInt64

  /// Reads the figures; nil without any observation.
  public init?(answered: LatencyDistribution, waits: LatencyDistribution) {
    guard let longest = [answered.maximum, waits.greatest].compactMap({ $0 }).max() else {
      return nil
    }
    let shares = Self.percentiles(
      [5_000, 9_000, 9_500, 9_900, 9_990], answered: answered, waits: waits)
    count = answered.count
    censored = waits.count
    (p50, p90, p95, p99, p999) = (shares[0], shares[1], shares[2], shares[3], shares[4])
    self.longest = longest
  }

  /// The percentiles of a tally; nil without any observation.
  public init?(_ tally: Tally) {
    self.init(answered: tally.latency, waits: tally.waits)
  }

  /// The percentiles, one for each of the ascending `tenThousandths`; nil where it is not reached.
  static func percentiles(
    _ tenThousandths: [UInt64], answered: LatencyDistribution, waits: LatencyDistribution
  ) -> [UInt64?] {
    // Both on one scale, or an answer and a cut in the same bucket would be ordered by chance.
    let isExact = answered.isExact && waits.isExact
    func key(_ step: LatencyDistribution.Step) -> UInt64 {
      isExact ? step.value : UInt64(step.bucket)
    }
    var cuts: [(key: UInt64, count: UInt64)] = []
    var atRisk = answered.stepped
    waits.forEachStep { step in
      cuts.append((key(step), step.count))
      atRisk += step.count
      return true
    }
    let limits = tenThousandths.map { Double(10_000 - $0) / 10_000 * (1 + 1e-12) }
    var nextCut = 0
    var result: [UInt64?] = []
    // Between two cuts the shares telescope, so that without any they are exact quotients.
    var base = 1.0
    var atRiskAtBase = Double(atRisk)
    answered.forEachStep { end, count in
      guard nextCut == cuts.count || cuts[nextCut].key + 1 >= UInt64(end),
        result.count < limits.count,
        base * (Double(atRisk - count) / atRiskAtBase) > limits[result.count]
      else { return false }
      atRisk -= count
      return true
    } _: { step in
      while nextCut < cuts.count, cuts[nextCut].key < key(step) {
        base *= Double(atRisk) / atRiskAtBase
        atRisk -= cuts[nextCut].count
        atRiskAtBase = Double(atRisk)
        nextCut += 1
      }
      atRisk -= step.count
      let waiting = base * (Double(atRisk) / atRiskAtBase)
      while result.count < limits.count, waiting <= limits[result.count] {
        result.append(step.value)
      }
      return result.count < limits.count
    }
    return result + Array(repeating: nil, count: limits.count - result.count)
  }
}

extension LatencyDistribution {
  /// The greatest value that is left; unlike ``maximum`` right after some were taken back.
  var greatest: UInt64? {
    var last: UInt64?
    forEachStep { step in
      last = step.value
      return true
    }
    return last
  }
}
