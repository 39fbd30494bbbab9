import Histogram

/// The distribution of latencies, in nanoseconds, with a known error.
///
/// Count, least, most and mean are exact. A percentile is the smallest value that at least
/// `ceil(q * count)` samples do not exceed; it is exact up to ``exactSamples`` samples and then off by
/// at most 0.1 % or 1 µs, whichever is larger. A distribution begins as a small array of its samples
/// and becomes a histogram when that is full: rows with few samples cost next to nothing.
///
/// Limits: after 2^32 − 1 samples the percentiles describe the first of them; count, least, most and
/// mean go on. Source: `semantics.md` section 5.
public struct LatencyDistribution: Sendable {
  /// How many samples are kept one by one.
  public static let exactSamples = 128

  /// How many latencies were recorded.
  public private(set) var count: UInt64 = 0
  private var least = UInt64.max
  private var most: UInt64 = 0
  private var sum: UInt128 = 0
  /// The samples as recorded, while there is no histogram.
  private var samples: [UInt64] = []
  /// One histogram once the samples are too many, else none. An array, because an optional is copied
  /// to be looked at and its histogram retained, which costs more than recording.
  private var histograms: [Histogram<UInt32>] = []

  /// Creates a distribution without samples.
  public init() {}

  /// Whether it has no samples.
  public var isEmpty: Bool { count == 0 }

  /// The least latency; absent without samples.
  public var minimum: UInt64? { isEmpty ? nil : least }

  /// The greatest latency; absent without samples.
  public var maximum: UInt64? { isEmpty ? nil : most }

  /// The mean, rounded to the nearest nanosecond; absent without samples.
  public var mean: UInt64? {
    isEmpty ? nil : UInt64(truncatingIfNeeded: (sum + UInt128(count / 2)) / UInt128(count))
  }

  /// Memory held, in bytes, from above.
  public var estimatedBytes: Int {
    MemoryLayout<Self>.size + samples.capacity * MemoryLayout<UInt64>.stride
      + (histograms.first?.estimatedFootprintInBytes ?? 0)
  }

  /// Adds a latency; a negative one counts as 0.
  public mutating func record(_ nanoseconds: Int64) {
    let value = UInt64(max(0, nanoseconds))
    count &+= 1
    sum &+= UInt128(value)
    if value < least { least = value }
    if value > most { most = value }
    if histograms.isEmpty {
      guard samples.count >= Self.exactSamples else { return samples.append(value) }
      promote()
    }
    guard count <= UInt64(UInt32.max) else { return }
    if value > histograms[0].highestTrackableValue { widen(to: value) }
    histograms[0].record(value)
  }

  /// Adds all that `other` has; the result is that of recording both into one.
  public mutating func merge(_ other: LatencyDistribution) {
    guard !other.isEmpty else { return }
    guard !isEmpty else {
      self = other
      return
    }
    count &+= other.count
    sum &+= other.sum
    least = min(least, other.least)
    most = max(most, other.most)
    if histograms.isEmpty, other.histograms.isEmpty,
      samples.count + other.samples.count <= Self.exactSamples
    {
      return samples.append(contentsOf: other.samples)
    }
    if histograms.isEmpty { promote() }
    guard count <= UInt64(UInt32.max) else { return }
    if most > histograms[0].highestTrackableValue { widen(to: most) }
    for histogram in other.histograms { histograms[0].add(histogram) }
    for value in other.samples { histograms[0].record(value) }
  }

  /// The values below or at which `tenThousandths` of 10,000 samples lie, one for each; in the order
  /// asked for. Empty without samples.
  ///
  /// - Parameter tenThousandths: ascending, each from 1 to 10,000: 9,990 is p99.9.
  /// - Complexity: one pass over the samples or buckets, whatever the number of percentiles.
  public func percentiles(_ tenThousandths: [UInt64]) -> [UInt64] {
    guard !isEmpty else { return [] }
    guard let histogram = histograms.first else {
      let sorted = samples.sorted()
      return tenThousandths.map { sorted[Int(rank($0, of: UInt64(sorted.count))) - 1] }
    }
    let total = histogram.totalCount
    var result: [UInt64] = []
    result.reserveCapacity(tenThousandths.count)
    var value = histogram.lowestEquivalentForValue(least)
    let last = histogram.lowestEquivalentForValue(histogram.maxRecorded)
    var seen: UInt64 = 0
    for share in tenThousandths {
      let wanted = rank(share, of: total)
      while true {
        let upTo = seen + UInt64(histogram.countForValue(value))
        if upTo >= wanted || value >= last { break }
        seen = upTo
        value = histogram.nextNonEquivalentForValue(value)
      }
      // The middle of a bucket is off by half its width at the most.
      let middle = value + (histogram.sizeOfEquivalentRangeForValue(value) - 1) / 2
      result.append(min(max(middle, least), most))
    }
    return result
  }

  /// `ceil(share * total / 10,000)`, at least 1.
  private func rank(_ share: UInt64, of total: UInt64) -> UInt64 {
    let product = UInt128(share) * UInt128(total)
    return max(1, min(total, UInt64(truncatingIfNeeded: (product + 9_999) / 10_000)))
  }

  private mutating func promote() {
    var promoted = Self.histogram(upTo: most)
    for value in samples { promoted.record(value) }
    samples = []
    histograms = [promoted]
  }

  /// Makes room for greater values. The library's own resizing fills the new buckets one by one
  /// through unspecialised code; a new histogram is zeroed at once.
  private mutating func widen(to value: UInt64) {
    var wider = Self.histogram(upTo: value)
    wider.add(histograms[0])
    histograms[0] = wider
  }

  /// Buckets of 512 ns up to 1 ms, and above that at least 1,024 to every doubling: half a bucket is
  /// 256 ns or 0.05 %.
  private static func histogram(upTo value: UInt64) -> Histogram<UInt32> {
    var histogram = Histogram<UInt32>(
      lowestDiscernibleValue: 512, highestTrackableValue: max(1 << 20, value),
      numberOfSignificantValueDigits: .three)
    histogram.autoResize = true
    return histogram
  }
}
