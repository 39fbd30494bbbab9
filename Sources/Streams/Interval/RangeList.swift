/// Disjoint ranges of stream offsets in order, of which only the newest are told apart.
///
/// Ranges that touch are joined. Beyond `capacity` the two oldest are joined over what lies between
/// them, so that asking `overlaps` may say yes too often but never no too often.
struct RangeList {
  static let capacity = 256
  private(set) var ranges: [Range<UInt64>] = []
  /// The end of the last range; 0 when there is none.
  private(set) var end: UInt64 = 0

  mutating func insert(_ range: Range<UInt64>) {
    guard !range.isEmpty else { return }
    let oldEnd = end
    end = max(oldEnd, range.upperBound)
    // What lies behind all others is put there without a look at them.
    guard oldEnd >= range.lowerBound, let last = ranges.last else {
      ranges.append(range)
      if ranges.count > Self.capacity { joinOldest() }
      return
    }
    if last.lowerBound <= range.lowerBound {
      ranges[ranges.count - 1] =
        last.lowerBound..<max(last.upperBound, range.upperBound)
      return
    }
    insertBefore(range)
  }

  private mutating func insertBefore(_ range: Range<UInt64>) {
    var low = ranges.count
    while low > 0, ranges[low - 1].upperBound >= range.lowerBound { low -= 1 }
    var high = low
    var joined = range
    while high < ranges.count, ranges[high].lowerBound <= range.upperBound {
      joined =
        min(
          joined.lowerBound, ranges[high].lowerBound)..<max(
          joined.upperBound, ranges[high].upperBound)
      high += 1
    }
    if high > low {
      ranges[low] = joined
      ranges.removeSubrange(low + 1..<high)
    } else {
      ranges.insert(joined, at: low)
      if ranges.count > Self.capacity { joinOldest() }
    }
  }

  private mutating func joinOldest() {
    ranges[1] = ranges[0].lowerBound..<ranges[1].upperBound
    ranges.removeFirst()
  }

  @inline(__always)
  func overlaps(_ range: Range<UInt64>) -> Bool {
    guard range.lowerBound < end else { return false }
    var index = ranges.count
    while index > 0, ranges[index - 1].upperBound > range.lowerBound {
      if ranges[index - 1].lowerBound < range.upperBound { return true }
      index -= 1
    }
    return false
  }
}
