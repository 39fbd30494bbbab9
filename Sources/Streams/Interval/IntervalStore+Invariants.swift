extension IntervalStore {
  /// What does not hold of a buffer that should, for tests: intervals are disjoint, in order and not
  /// empty, and the buffer's counts are theirs.
  ///
  /// - Complexity: O(n).
  func brokenInvariants(of buffer: IntervalBuffer) -> [String] {
    var broken: [String] = []
    var last: UInt64 = 0
    var bytes = 0
    var length: UInt64 = 0
    let intervals = intervals(of: buffer)
    for interval in intervals {
      if interval.start < last { broken.append("interval at \(interval.start) overlaps") }
      if interval.length == 0 { broken.append("interval at \(interval.start) is empty") }
      last = interval.start + interval.length
      bytes += interval.bytes
      length += interval.length
    }
    if firstStart(of: buffer) != intervals.first?.start { broken.append("begins elsewhere") }
    if lastStart(of: buffer) != intervals.last?.start { broken.append("ends elsewhere") }
    if bytes != buffer.bytes { broken.append("holds \(bytes) bytes, counts \(buffer.bytes)") }
    if length != buffer.length { broken.append("is \(length) long, counts \(buffer.length)") }
    if intervals.count != buffer.intervals {
      broken.append("has \(intervals.count) intervals, counts \(buffer.intervals)")
    }
    return broken
  }
}
