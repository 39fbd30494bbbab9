public import Records

/// Requests without an answer, by reason, and how long the oldest of each waited.
public struct UnansweredCounts: Sendable {
  private var counts = InlineArray<9, UInt64>(repeating: 0)
  /// Longest wait in nanoseconds; -1 when none is known.
  private var longest = InlineArray<9, Int64>(repeating: -1)

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
    return counts[index] == 0 || longest[index] < 0 ? nil : longest[index]
  }

  /// The longest wait of all, nanoseconds; absent when none is known.
  public var oldestWaited: Int64? {
    UnansweredReason.allCases.compactMap { oldestWaited($0) }.max()
  }

  mutating func add(_ reason: UnansweredReason, waited: Int64?) {
    let index = Int(reason.rawValue)
    counts[index] &+= 1
    if let waited { longest[index] = max(longest[index], waited) }
  }

  /// Takes back one that was answered after all, and returns how long it had been counted to wait.
  ///
  /// It had passed its deadline, so it was told as `timeout` or as what kept the capture from seeing
  /// the answer; those that pass the deadline waited alike.
  mutating func takeBack(_ told: UnansweredReason?) -> Int64? {
    let candidates = [told, .timeout, .gap, .kernelDrop, .oneSided].compactMap { $0 }
    guard let found = candidates.first(where: { self[$0] > 0 }) else { return nil }
    let waited = oldestWaited(found)
    let index = Int(found.rawValue)
    counts[index] &-= 1
    if counts[index] == 0 { longest[index] = -1 }
    return waited
  }

  mutating func merge(_ other: UnansweredCounts) {
    for index in counts.indices {
      counts[index] &+= other.counts[index]
      longest[index] = max(longest[index], other.longest[index])
    }
  }
}
