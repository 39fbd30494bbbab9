/// The distribution of latencies, in nanoseconds, with a known error.
///
/// Count, least, most and mean are exact. A percentile is the smallest value that at least
/// `ceil(q * count)` samples do not exceed; it is exact while there are few samples and then off by
/// at most 0.1 % or 1 µs, whichever is larger (3.2 % or 1 µs with the coarse precision).
/// Samples are gathered in a small array. When it is full they are counted in buckets, all at once:
/// rows with few samples cost next to nothing, busy ones go by the spread of their samples, and memory
/// all over the buckets is not waited for with every sample.
///
/// Limits: after 2^32 − 1 samples the percentiles describe the first of them; count, least, most and
/// mean go on. Source: `semantics.md` section 5.
public struct LatencyDistribution: Sendable {
  /// How far percentiles may be off.
  public enum Precision: UInt8, Sendable {
    /// 0.1 % or 1 µs; exact up to ``LatencyDistribution/exactSamples`` samples.
    case fine
    /// 3.2 % or 1 µs, at a tenth of the memory; exact up to 16 samples.
    case coarse
  }

  /// How many samples are kept one by one, with the fine precision.
  public static let exactSamples = 128
  private static let exactCoarseSamples = 16

  /// How many latencies were recorded.
  public private(set) var count: UInt64 = 0
  private var least = UInt64.max
  private var most: UInt64 = 0
  private var sum: UInt128 = 0
  /// The samples that are in no bucket yet: all while there are no buckets.
  private var samples: [UInt64] = []
  private var buckets = BucketCounts()
  /// How far its percentiles may be off.
  public let precision: Precision

  /// Creates a distribution without samples.
  public init() { precision = .fine }

  /// Creates a distribution without samples.
  public init(precision: Precision) { self.precision = precision }

  /// Whether it has no samples.
  public var isEmpty: Bool { count == 0 }

  /// The least latency; absent without samples.
  public var minimum: UInt64? { isEmpty ? nil : least }

  /// The greatest latency; absent without samples.
  public var maximum: UInt64? { isEmpty ? nil : most }

  /// All latencies added up.
  public var total: UInt128 { sum }

  /// The mean, rounded to the nearest nanosecond; absent without samples.
  public var mean: UInt64? {
    isEmpty ? nil : UInt64(truncatingIfNeeded: (sum + UInt128(count / 2)) / UInt128(count))
  }

  /// Memory held, in bytes, from above.
  public var estimatedBytes: Int {
    MemoryLayout<Self>.size + samples.capacity * MemoryLayout<UInt64>.stride
      + buckets.estimatedBytes
  }

  var scale: LatencyScale { precision == .fine ? .fine : .coarse }

  private var sampleLimit: Int {
    precision == .fine ? Self.exactSamples : Self.exactCoarseSamples
  }

  /// Adds a latency; a negative one counts as 0.
  public mutating func record(_ nanoseconds: Int64) {
    let value = UInt64(max(0, nanoseconds))
    count &+= 1
    sum &+= UInt128(value)
    if value < least { least = value }
    if value > most { most = value }
    if samples.count >= sampleLimit { fillBuckets() }
    guard count <= UInt64(UInt32.max) else { return }
    samples.append(value)
  }

  /// Adds all that `other` has; the result is that of recording both into one.
  public mutating func merge(_ other: LatencyDistribution) {
    guard !other.isEmpty else { return }
    if isEmpty, precision == other.precision {
      self = other
      return
    }
    count &+= other.count
    sum &+= other.sum
    least = min(least, other.least)
    most = max(most, other.most)
    if buckets.isEmpty, other.buckets.isEmpty,
      samples.count + other.samples.count <= sampleLimit
    {
      return samples.append(contentsOf: other.samples)
    }
    fillBuckets()
    guard count <= UInt64(UInt32.max) else { return }
    buckets.add(other.samples, scale)
    guard precision != other.precision else { return buckets.add(other.buckets) }
    other.buckets.visit { bucket, count in
      buckets.add(scale.bucket(of: other.scale.middle(of: bucket)), count)
      return true
    }
  }

  /// Takes a latency back that was recorded before, as far as percentiles, count and mean go; the
  /// least and the most stay.
  mutating func takeBack(_ nanoseconds: Int64) {
    let value = UInt64(max(0, nanoseconds))
    if let index = samples.firstIndex(of: value) {
      samples.swapAt(index, samples.count - 1)
      samples.removeLast()
    } else if !buckets.takeOut(scale.bucket(of: value)) {
      return
    }
    count &-= 1
    sum &-= UInt128(value)
  }

  /// The values below or at which `tenThousandths` of 10,000 samples lie, one for each; in the order
  /// asked for. Empty without samples.
  ///
  /// - Parameter tenThousandths: ascending, each from 1 to 10,000: 9,990 is p99.9.
  /// - Complexity: one pass over the samples or buckets, whatever the number of percentiles.
  public func percentiles(_ tenThousandths: [UInt64]) -> [UInt64] {
    guard !isEmpty else { return [] }
    let total = min(count, UInt64(UInt32.max))
    var result: [UInt64] = []
    result.reserveCapacity(tenThousandths.count)
    guard !isExact else {
      let sorted = samples.sorted()
      return tenThousandths.map { sorted[Int(Self.rank($0, of: total)) - 1] }
    }
    let ranks = tenThousandths.map { Self.rank($0, of: total) }
    var seen: UInt64 = 0
    var next = 0
    filledBuckets.visit { _, count in
      guard next == ranks.count || seen + count < ranks[next] else { return false }
      seen += count
      return true
    } _: { bucket, count in
      seen += UInt64(count)
      while next < ranks.count, seen >= ranks[next] {
        result.append(value(of: bucket))
        next += 1
      }
      return next < ranks.count
    }
    while result.count < ranks.count { result.append(most) }
    return result
  }

  /// What stands for the samples in a bucket: its middle, but not beyond the least and the most.
  private func value(of bucket: Int) -> UInt64 {
    min(max(scale.middle(of: bucket), least), most)
  }

  /// `ceil(share * total / 10,000)`, at least 1.
  private static func rank(_ share: UInt64, of total: UInt64) -> UInt64 {
    let product = UInt128(share) * UInt128(total)
    return max(1, min(total, UInt64(truncatingIfNeeded: (product + 9_999) / 10_000)))
  }

  /// Whether every sample is kept as it was.
  var isExact: Bool { buckets.isEmpty }

  /// A value and how many samples it stands for.
  public struct Step {
    /// The sample, or the middle of its bucket but not beyond the least and the most.
    public var value: UInt64
    /// How many samples.
    public var count: UInt64
    /// Its bucket.
    var bucket: Int
  }

  /// Calls `body` with the values in use, ascending, until it returns false.
  public func forEachStep(_ body: (Step) -> Bool) {
    forEachStep(passingOver: { _, _ in false }, body)
  }

  /// Calls `body` with the values in use, ascending, until it returns false; but first, where many
  /// buckets lie beside each other, `isPassed` with the one behind them and the number of their
  /// samples: where that returns true they are passed over.
  @inline(__always)
  func forEachStep(
    passingOver isPassed: (_ end: Int, _ count: UInt64) -> Bool, _ body: (Step) -> Bool
  ) {
    guard isExact else {
      return filledBuckets.visit(passingOver: isPassed) { bucket, count in
        body(Step(value: value(of: bucket), count: UInt64(count), bucket: bucket))
      }
    }
    for value in samples.sorted() {
      guard body(Step(value: value, count: 1, bucket: scale.bucket(of: value))) else { return }
    }
  }

  /// How many samples the steps stand for.
  var stepped: UInt64 { isExact ? UInt64(samples.count) : filledBuckets.total }

  /// Counts the gathered samples in their buckets.
  @inline(never)
  private mutating func fillBuckets() {
    buckets.add(samples, scale)
    samples.removeAll(keepingCapacity: true)
  }

  /// The buckets with all samples in them.
  private var filledBuckets: BucketCounts {
    var filled = buckets
    filled.add(samples, scale)
    return filled
  }
}
