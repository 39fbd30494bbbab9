/// What is told of a distribution of latencies; nanoseconds.
public struct LatencyFigures: Hashable, Sendable {
  /// How many latencies there are.
  public var count: UInt64
  /// The least.
  public var minimum: UInt64
  /// The mean, rounded to the nearest.
  public var mean: UInt64
  /// The median.
  public var p50: UInt64
  /// What 90 % do not exceed.
  public var p90: UInt64
  /// What 95 % do not exceed.
  public var p95: UInt64
  /// What 99 % do not exceed.
  public var p99: UInt64
  /// What 99.9 % do not exceed.
  public var p999: UInt64
  /// The greatest.
  public var maximum: UInt64

  /// Reads the figures of a distribution; nil without samples.
  public init?(_ distribution: LatencyDistribution) {
    let shares = distribution.percentiles([5_000, 9_000, 9_500, 9_900, 9_990])
    guard shares.count == 5, let minimum = distribution.minimum, let mean = distribution.mean,
      let maximum = distribution.maximum
    else { return nil }
    count = distribution.count
    self.minimum = minimum
    self.mean = mean
    p50 = shares[0]
    p90 = shares[1]
    p95 = shares[2]
    p99 = shares[3]
    p999 = shares[4]
    self.maximum = maximum
  }
}
