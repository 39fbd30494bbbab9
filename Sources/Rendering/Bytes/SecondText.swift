internal import Wire

/// Writes moments as RFC 3339 in UTC with nine decimals, and keeps the text of the second that it
/// wrote last: the next moment seldom lies in another.
struct SecondText {
  /// Bytes of a moment; years have four digits.
  static let length = 30

  private var second = Int64.max
  /// The bytes up to and with the point, the first the lowest.
  private var text: (UInt64, UInt64, UInt32) = (0, 0, 0)

  /// Writes `length` bytes; `target` has room for two more.
  @inline(never)
  mutating func write(_ time: CaptureTime, to target: UnsafeMutablePointer<UInt8>) {
    var (second, fraction) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    if fraction < 0 {
      second &-= 1
      fraction &+= 1_000_000_000
    }
    if second != self.second { fill(with: time, second) }
    let raw = UnsafeMutableRawPointer(target)
    unsafe raw.storeBytes(of: text.0, as: UInt64.self)
    unsafe raw.storeBytes(of: text.1, toByteOffset: 8, as: UInt64.self)
    unsafe raw.storeBytes(of: text.2, toByteOffset: 16, as: UInt32.self)
    let (eight, last) = UInt32(truncatingIfNeeded: fraction).quotientAndRemainder(dividingBy: 10)
    unsafe OutputBuffer.write(eight: eight, to: target + 20)
    unsafe target[28] = UInt8(truncatingIfNeeded: last) &+ 0x30
    unsafe target[29] = 0x5a
  }

  @inline(never)
  private mutating func fill(with time: CaptureTime, _ second: Int64) {
    var buffer = OutputBuffer(capacity: 64)
    buffer.append(timestamp: time)
    let bytes = buffer.bytes
    text = (
      bytes.word(at: 0).littleEndian, bytes.word(at: 8).littleEndian,
      UInt32(truncatingIfNeeded: bytes.word(at: 16)).littleEndian
    )
    self.second = second
  }
}
