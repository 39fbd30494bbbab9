/// What rows of a table are sorted by: the greatest first, those without the figure last.
public enum RowOrder: String, CaseIterable, Sendable {
  case requests, answered, errors
  case errorRate = "error-rate"
  case failureRate = "failure-rate"
  case unanswered, late, notifications
  case inFlight = "in-flight"
  case minimum = "min"
  case mean, p50, p90, p95, p99
  case p999 = "p99.9"
  case maximum = "max"

  /// The figure of a tally; nil when it has none.
  func figure(of tally: Tally) -> Double? {
    switch self {
    case .requests: return Double(tally.requests)
    case .answered: return Double(tally.answered)
    case .errors: return Double(tally.errors)
    case .errorRate: return tally.errorRate
    case .failureRate: return tally.failureRate
    case .unanswered: return Double(tally.unanswered.total)
    case .late: return Double(tally.late)
    case .notifications: return Double(tally.notifications)
    case .inFlight: return Double(tally.outstandingNanoseconds)
    case .minimum: return tally.latency.minimum.map { Double($0) }
    case .mean: return tally.latency.mean.map { Double($0) }
    case .p50: return Self.percentile(5_000, of: tally)
    case .p90: return Self.percentile(9_000, of: tally)
    case .p95: return Self.percentile(9_500, of: tally)
    case .p99: return Self.percentile(9_900, of: tally)
    case .p999: return Self.percentile(9_990, of: tally)
    case .maximum: return tally.latency.maximum.map { Double($0) }
    }
  }

  private static func percentile(_ share: UInt64, of tally: Tally) -> Double? {
    tally.latency.percentiles([share]).first.map { Double($0) }
  }

  /// The numbers of the tallies in this order; equal ones stay as they were.
  func sorted(_ tallies: [Tally]) -> [Int] {
    let figures = tallies.map { figure(of: $0) ?? -1 }
    return tallies.indices.sorted {
      figures[$0] != figures[$1] ? figures[$0] > figures[$1] : $0 < $1
    }
  }
}

extension Summary {
  /// Sorts the rows by type and by group, and sums those beyond the first `top` with the rest.
  ///
  /// - Parameters:
  ///   - order: nil leaves the busiest first.
  ///   - top: the rows that are kept of each table; nil for all.
  public mutating func arrange(by order: RowOrder?, top: Int?) {
    if let order {
      byType = order.sorted(byType.map(\.tally)).map { byType[$0] }
      if let rows = groups?.rows {
        groups?.rows = order.sorted(rows.map(\.tally)).map { rows[$0] }
      }
    }
    guard let top else { return }
    // Types of notifications alone stand in no table of requests, and do not use it up.
    var room = top
    var kept: [TypeRow] = []
    var cut: [Tally] = []
    for row in byType {
      if row.tally.requests > 0 {
        guard room > 0 else {
          cut.append(row.tally)
          continue
        }
        room -= 1
      }
      kept.append(row)
    }
    if !cut.isEmpty {
      byType = kept
      otherTypes = Self.sum([otherTypes].compactMap { $0 } + cut)
    }
    if let rows = groups?.rows, rows.count > top {
      let known = groups?.other
      groups?.rows = Array(rows.prefix(top))
      groups?.other = Self.sum(
        [known].compactMap { $0 } + rows.dropFirst(top).map(\.tally))
    }
  }

  /// Tallies together; their texts beyond the first one's limit are summed, too.
  private static func sum(_ tallies: [Tally]) -> Tally? {
    guard var sum = tallies.first else { return nil }
    for tally in tallies.dropFirst() { sum.merge(tally) }
    return sum
  }
}
