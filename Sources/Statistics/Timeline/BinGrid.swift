/// Which bins of time there are: equal widths, aligned to their multiples, and never more than
/// `capacity`, because the width doubles before there would be.
///
/// Widths are 1/512 s times a power of two, so that long ones are whole seconds.
struct BinGrid: Sendable {
  let capacity: Int
  /// Nanoseconds.
  private(set) var width: Int64 = 1_953_125
  /// The multiple of the width at which the first bin begins; absent before the first time.
  private(set) var first: Int64?
  private(set) var count = 0

  /// What must be done with the bins to make room for a time.
  struct Change {
    /// How often every two neighbours are merged; the bins that begin at odd multiples go to those
    /// before them.
    var doublings = 0
    /// How many empty bins are put in front, after that.
    var before = 0
    /// How many empty bins are put behind, after that.
    var behind = 0
  }

  init(capacity: Int) {
    self.capacity = max(2, capacity)
  }

  /// The bin of a time, and what must be done first when it is not there yet.
  mutating func bin(of time: Int64) -> (bin: Int, change: Change?) {
    guard let known = first else {
      first = Self.multiple(time, width)
      count = 1
      return (0, Change(doublings: 0, before: 0, behind: 1))
    }
    var multiple = Self.multiple(time, width)
    if multiple >= known, multiple - known < count { return (Int(multiple - known), nil) }
    var change = Change()
    var from = known
    var last = known + Int64(count) - 1
    while max(last, multiple) - min(from, multiple) >= Int64(capacity) {
      width *= 2
      change.doublings += 1
      from >>= 1
      last >>= 1
      multiple >>= 1
    }
    change.before = Int(max(0, from - multiple))
    change.behind = Int(max(0, multiple - last))
    first = min(from, multiple)
    count = Int(max(last, multiple) - min(from, multiple)) + 1
    return (Int(multiple - (first ?? 0)), change)
  }

  private static func multiple(_ time: Int64, _ width: Int64) -> Int64 {
    let quotient = time / width
    return time % width < 0 ? quotient - 1 : quotient
  }
}

extension BinGrid.Change {
  /// Does it to an array of bins.
  ///
  /// - Parameters:
  ///   - first: the multiple of the width at which the array begins.
  ///   - merge: adds the second to the first.
  func apply<Element>(
    to bins: inout [Element], first: Int64, empty: Element,
    merge: (inout Element, Element) -> Void
  ) {
    var first = first
    for _ in 0..<doublings where !bins.isEmpty {
      let phase = Int(first & 1)
      var merged = Array(repeating: empty, count: (bins.count + phase + 1) / 2)
      for (index, bin) in bins.enumerated() { merge(&merged[(index + phase) / 2], bin) }
      bins = merged
      first >>= 1
    }
    if before > 0 { bins.insert(contentsOf: repeatElement(empty, count: before), at: 0) }
    bins.append(contentsOf: repeatElement(empty, count: behind))
  }
}
