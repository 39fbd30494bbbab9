/// A distribution of latencies cut at round values, on a logarithmic axis.
///
/// The cuts are at 1, 2 and 5 of each decade, or finer or coarser ones, as fine as the wanted number of
/// rows allows. A latency that lies within 0.1 % of a cut may be counted on either side of it.
public struct LatencyHistogram: Sendable {
  /// A range of latencies with their number.
  public struct Row: Hashable, Sendable {
    /// The least latency of the range, nanoseconds.
    public var from: UInt64
    /// The least latency of the next range.
    public var to: UInt64
    /// How many there are.
    public var count: UInt64
  }

  /// From the range of the least latency to that of the greatest, without holes.
  public let rows: [Row]

  /// Tenths of a decade at which ranges begin, the finest first.
  private static let steps: [[UInt64]] = [
    [10, 12, 15, 18, 22, 27, 33, 39, 47, 56, 68, 82], [10, 15, 20, 30, 50, 70], [10, 20, 50], [10],
  ]

  /// Cuts a distribution into at most so many rows (at least 20, one for each decade); nil without
  /// samples.
  public init?(_ distribution: LatencyDistribution, rows limit: Int) {
    guard let least = distribution.minimum, let most = distribution.maximum else { return nil }
    var chosen: [UInt64] = []
    for step in Self.steps {
      chosen = Self.cuts(step)
      if Self.row(of: most, chosen) - Self.row(of: least, chosen) < limit { break }
    }
    let first = Self.row(of: least, chosen)
    let last = Self.row(of: most, chosen)
    var counts = [UInt64](repeating: 0, count: last - first + 1)
    distribution.forEachStep { step in
      counts[Self.row(of: step.value, chosen) - first] += step.count
      return true
    }
    // At the resolution of the distribution the outermost samples may lie in the ranges beside.
    let begin = counts.firstIndex { $0 > 0 } ?? 0
    let end = counts.lastIndex { $0 > 0 } ?? 0
    rows = (begin...end).map {
      Row(
        from: chosen[first + $0],
        to: first + $0 + 1 < chosen.count ? chosen[first + $0 + 1] : .max, count: counts[$0])
    }
  }

  /// Where ranges begin, ascending from 0.
  private static func cuts(_ step: [UInt64]) -> [UInt64] {
    var cuts: [UInt64] = [0]
    var decade: UInt64 = 1
    while true {
      for tenths in step {
        let (product, overflow) = decade.multipliedReportingOverflow(by: tenths)
        if overflow { return cuts }
        let cut = product / 10
        if let last = cuts.last, cut > last { cuts.append(cut) }
      }
      let (next, overflow) = decade.multipliedReportingOverflow(by: 10)
      if overflow { return cuts }
      decade = next
    }
  }

  /// The last cut that is not above a value.
  private static func row(of value: UInt64, _ cuts: [UInt64]) -> Int {
    var range = 0..<cuts.count
    while range.count > 1 {
      let middle = range.lowerBound + range.count / 2
      range = cuts[middle] <= value ? middle..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}
