public import Records

/// Requests without an answer, by reason, and how long the oldest of each waited.
public struct UnansweredCounts: Sendable {
  private var counts = InlineArray<9, UInt64>(repeating: 0)
  /// Longest wait in nanoseconds of those given up otherwise than at their deadline; -1 when none is
  /// known.
  private var longest = InlineArray<9, Int64>(repeating: -1)
  /// Those whose deadline passed: they may be answered late, and they waited alike.
  private var overdue = InlineArray<9, UInt64>(repeating: 0)
  private var overdueWait = InlineArray<9, Int64>(repeating: -1)

  /// Creates counts of nothing.
  public init() {}

  /// How many have no answer for a reason.
  public subscript(reason: UnansweredReason) -> UInt64 { counts[Int(reason.rawValue)] }

  /// How many have no answer.
  public var total: UInt64 {
    var sum: UInt64 = 0
    for index in counts.indices { sum &+= counts[index] }
    return sum
  }

  /// Those that say something about the server, not about the capture.
  public var failures: UInt64 {
    UnansweredReason.allCases.reduce(0) { $1.isFailure ? $0 &+ self[$1] : $0 }
  }

  /// The longest wait of those with a reason, nanoseconds; absent when none is known.
  public func oldestWaited(_ reason: UnansweredReason) -> Int64? {
    let index = Int(reason.rawValue)
    let wait = max(longest[index], overdue[index] > 0 ? overdueWait[index] : -1)
    return counts[index] == 0 || wait < 0 ? nil : wait
  }

  /// The longest wait of all, nanoseconds; absent when none is known.
  public var oldestWaited: Int64? {
    UnansweredReason.allCases.compactMap { oldestWaited($0) }.max()
  }

  /// Counts one. `isOverdue` tells that its deadline passed, so that a late answer may follow.
  mutating func add(_ reason: UnansweredReason, waited: Int64?, isOverdue: Bool) {
    let index = Int(reason.rawValue)
    counts[index] &+= 1
    if isOverdue {
      overdue[index] &+= 1
      overdueWait[index] = max(overdueWait[index], waited ?? -1)
    } else if let waited {
      longest[index] = max(longest[index], waited)
    }
  }

  /// Takes back one that was answered after all, and returns how long it had been counted to wait;
  /// nil when that is not known or none was counted.
  mutating func takeBack(_ told: UnansweredReason) -> Int64? {
    let index = Int(told.rawValue)
    guard overdue[index] > 0 else { return nil }
    counts[index] &-= 1
    overdue[index] &-= 1
    return overdueWait[index] < 0 ? nil : overdueWait[index]
  }

  mutating func merge(_ other: UnansweredCounts) {
    for index in counts.indices {
      counts[index] &+= other.counts[index]
      longest[index] = max(longest[index], other.longest[index])
      overdue[index] &+= other.overdue[index]
      overdueWait[index] = max(overdueWait[index], other.overdueWait[index])
    }
  }
}
