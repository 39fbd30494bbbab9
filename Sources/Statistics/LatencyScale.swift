/// Numbers buckets of values so that each is narrow beside the values in it.
///
/// Up to the first doubling after `2^(9 + bits + 1)` buckets are 512 wide; from there on every
/// doubling has `2^bits` of them. So the middle of a bucket is off by at most 256, or by one part in
/// `2^(bits + 1)`, whichever is larger.
struct LatencyScale: Sendable {
  /// The logarithm of the buckets to a doubling.
  let bits: UInt64

  /// Off by at most 256 ns or 0.05 %.
  static let fine = LatencyScale(bits: 10)
  /// Off by at most 256 ns or 3.2 %.
  static let coarse = LatencyScale(bits: 4)

  private static let unit: UInt64 = 9

  /// The number of the bucket of a value.
  @inline(__always)
  func bucket(of value: UInt64) -> Int {
    let top = 63 &- UInt64(truncatingIfNeeded: (value | 1 << Self.unit).leadingZeroBitCount)
    let shift = max(Self.unit &+ bits, top) &- bits
    return Int(truncatingIfNeeded: ((shift &- Self.unit) << bits) &+ (value >> shift))
  }

  /// The least and the greatest value of a bucket.
  func values(of bucket: Int) -> ClosedRange<UInt64> {
    let number = UInt64(bucket)
    let doubling = number >> bits
    guard doubling > 1 else {
      return number << Self.unit...number << Self.unit + (1 << Self.unit - 1)
    }
    let shift = Self.unit + doubling - 1
    let lower = (number & (1 << bits - 1) | 1 << bits) << shift
    return lower...lower + (1 << shift - 1)
  }

  /// The value that stands for a bucket: off by half its width at the most.
  func middle(of bucket: Int) -> UInt64 {
    let values = values(of: bucket)
    return values.lowerBound + (values.upperBound - values.lowerBound) / 2
  }
}
