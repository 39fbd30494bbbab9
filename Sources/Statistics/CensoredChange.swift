/// Percentiles that would be others if unanswered requests were counted as cut off.
public struct CensoredChange: Hashable, Sendable {
  /// The name of the percentile: `p99`.
  public let name: String
  /// What is told without counting them; nanoseconds.
  public let plain: UInt64
  /// What it would be; nil where it would not be reached.
  public let censored: UInt64?

  /// Those of a tally that would change by more than the error of a distribution; none when no
  /// request is unanswered.
  public static func changes(of tally: Tally) -> [CensoredChange] {
    guard !tally.waits.isEmpty else { return [] }
    let latency = tally.latency
    guard let plain = LatencyFigures(latency),
      let censored = CensoredFigures(answered: latency, waits: tally.waits)
    else { return [] }
    let pairs: [(String, UInt64, UInt64?)] = [
      ("p50", plain.p50, censored.p50), ("p90", plain.p90, censored.p90),
      ("p95", plain.p95, censored.p95), ("p99", plain.p99, censored.p99),
      ("p999", plain.p999, censored.p999),
    ]
    return pairs.filter { _, plain, censored in
      guard let censored else { return true }
      let difference = max(plain, censored) - min(plain, censored)
      return difference > max(1_000, plain / 500)
    }.map { CensoredChange(name: $0.0, plain: $0.1, censored: $0.2) }
  }
}
