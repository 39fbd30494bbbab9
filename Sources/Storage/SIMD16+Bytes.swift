public import CVectors

/// Tests of sixteen bytes at once: all bits are set in the bytes of a mask that are meant.
extension SIMD16<UInt8> {
  /// The highest bit of each byte, that of the first one lowest.
  @inlinable @inline(__always)
  public var topBits: UInt64 { UInt64(souptap_top_bits(self)) }

  /// All bits set in the bytes that equal `byte`.
  @inlinable @inline(__always)
  public func equal(to byte: UInt8) -> SIMD16<UInt8> {
    unsafe unsafeBitCast(self .== SIMD16(repeating: byte), to: SIMD16<UInt8>.self)
  }

  /// All bits set in the bytes that are none of the `count` from `first` on.
  @inlinable @inline(__always)
  public func isOutside(_ first: UInt8, count: UInt8) -> SIMD16<UInt8> {
    // Signed, because the machine has no other comparison; so 0 is moved to the lowest number.
    let moved = unsafe unsafeBitCast(
      self &- SIMD16(repeating: first &+ 0x80), to: SIMD16<Int8>.self)
    let last = Int8(bitPattern: count &- 1 &+ 0x80)
    return unsafe unsafeBitCast(moved .> SIMD16<Int8>(repeating: last), to: SIMD16<UInt8>.self)
  }
}

extension SIMD4<UInt32> {
  /// Whether one of them is this number.
  @inlinable @inline(__always)
  public func holds(_ number: UInt32) -> Bool { souptap_holds(self, number) != 0 }
}
