internal import Wire

/// Writes moments as RFC 3339 in UTC with nine decimals, and keeps the text of the one that it wrote
/// last: the next is often the same, and seldom lies in another second.
struct SecondText {
  /// Bytes of a moment; years have four digits.
  static let length = 30

  private var second = Int64.max
  private var last: Int64 = 0
  /// The bytes of the last moment, and two more.
  private var text = SIMD32<UInt8>()

  init() {
    update(to: CaptureTime(nanoseconds: last))
  }

  /// Writes `length` bytes; `target` has room for two more.
  @inline(__always)
  mutating func write(_ time: CaptureTime, to target: UnsafeMutablePointer<UInt8>) {
    if time.nanoseconds != last { update(to: time) }
    unsafe UnsafeMutableRawPointer(target).storeBytes(of: text, as: SIMD32<UInt8>.self)
  }

  @inline(never)
  private mutating func update(to time: CaptureTime) {
    var (second, fraction) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    if fraction < 0 {
      second &-= 1
      fraction &+= 1_000_000_000
    }
    if second != self.second { fill(with: time, second) }
    last = time.nanoseconds
    let (eight, last) = UInt32(truncatingIfNeeded: fraction).quotientAndRemainder(dividingBy: 10)
    unsafe withUnsafeMutableBytes(of: &text) { bytes in
      let start = unsafe bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
      unsafe OutputBuffer.write(eight: eight, to: start + 20)
      unsafe start[28] = UInt8(truncatingIfNeeded: last) &+ 0x30
    }
  }

  @inline(never)
  private mutating func fill(with time: CaptureTime, _ second: Int64) {
    var buffer = OutputBuffer(capacity: 64)
    buffer.append(timestamp: time)
    for (index, byte) in buffer.string.utf8.enumerated() { text[index] = byte }
    self.second = second
  }
}
