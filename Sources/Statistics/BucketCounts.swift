import Storage

/// How many values fell into each bucket of a scale; memory goes by the buckets in use.
///
/// Buckets lie in pages of 64 that are made when the first value comes. Invariant: `directory` has
/// for each page its number from 1 on, or 0.
struct BucketCounts: Sendable {
  private var directory: [UInt16] = []
  private var counts: [UInt32] = []

  private static let pageBits = 6

  var isEmpty: Bool { directory.isEmpty }

  var estimatedBytes: Int { directory.capacity * 2 + counts.capacity * 4 }

  /// How many values are in all buckets.
  var total: UInt64 { counts.reduce(0) { $0 &+ UInt64($1) } }

  @inline(__always)
  mutating func add(_ bucket: Int, _ count: UInt32 = 1) {
    let page = bucket >> Self.pageBits
    if page >= directory.count || directory[page] == 0 { makePage(page) }
    let index = (Int(directory[page]) &- 1) << Self.pageBits | bucket & (1 << Self.pageBits - 1)
    counts[index] &+= count
  }

  /// Adds values, each to its bucket. Buckets of a fine scale lie far apart: their memory is asked for
  /// ahead, and arrives together.
  mutating func add(_ values: [UInt64], _ scale: LatencyScale) {
    for value in values {
      if let index = index(of: scale.bucket(of: value)) { counts.span.prefetch(index) }
    }
    for value in values { add(scale.bucket(of: value)) }
  }

  /// Adds the values of all buckets of the same scale.
  mutating func add(_ other: BucketCounts) {
    for (page, number) in other.directory.enumerated() where number != 0 {
      if page >= directory.count || directory[page] == 0 { makePage(page) }
      let source = (Int(number) - 1) << Self.pageBits
      let target = (Int(directory[page]) - 1) << Self.pageBits
      let added = other.counts.span
      var own = counts.mutableSpan
      for offset in 0..<(1 << Self.pageBits) {
        own[target + offset] &+= added[source + offset]
      }
    }
  }

  /// Takes one value out of a bucket; false when there is none in it.
  mutating func takeOut(_ bucket: Int) -> Bool {
    guard let index = index(of: bucket), counts[index] > 0 else { return false }
    counts[index] -= 1
    return true
  }

  /// Where the count of a bucket lies; nil while its page is not made.
  @inline(__always)
  private func index(of bucket: Int) -> Int? {
    let page = bucket >> Self.pageBits
    guard page < directory.count, directory[page] != 0 else { return nil }
    return (Int(directory[page]) &- 1) << Self.pageBits | bucket & (1 << Self.pageBits - 1)
  }

  /// Calls `body` with each bucket in use and its count, ascending, until it returns false.
  @inline(__always)
  func visit(_ body: (Int, UInt32) -> Bool) {
    visit(passingOver: { _, _ in false }, body)
  }

  /// Calls `body` with each bucket in use and its count, ascending, until it returns false; but
  /// first, for 64 buckets at a time, `isPassed` with the one behind them and their count: where that
  /// returns true they are passed over.
  @inline(__always)
  func visit(
    passingOver isPassed: (_ end: Int, _ count: UInt64) -> Bool, _ body: (Int, UInt32) -> Bool
  ) {
    let counts = counts.span
    for (page, number) in directory.enumerated() where number != 0 {
      let first = (Int(number) - 1) << Self.pageBits
      if isPassed((page + 1) << Self.pageBits, Self.sum(counts, from: first)) { continue }
      for offset in 0..<(1 << Self.pageBits) where counts[first + offset] != 0 {
        if !body(page << Self.pageBits | offset, counts[first + offset]) { return }
      }
    }
  }

  /// How many values are in the buckets of a page.
  @inline(__always)
  private static func sum(_ counts: Span<UInt32>, from first: Int) -> UInt64 {
    var sum: UInt64 = 0
    for index in first..<first + (1 << pageBits) { sum &+= UInt64(counts[index]) }
    return sum
  }

  private mutating func makePage(_ page: Int) {
    while directory.count <= page { directory.append(0) }
    counts.append(contentsOf: repeatElement(0, count: 1 << Self.pageBits))
    directory[page] = UInt16(counts.count >> Self.pageBits)
  }
}
