extension RawSpan {
  /// The byte at an offset, checked against the bounds.
  @inlinable
  public func byte(at offset: Int) -> UInt8 {
    unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  /// Eight bytes at an offset in the machine's order, checked against the bounds.
  @inlinable
  public func word(at offset: Int) -> UInt64 {
    unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  /// Eight bytes of which the caller has checked that they are there.
  @inlinable @inline(__always)
  public func word(known offset: Int) -> UInt64 {
    unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
  }

  /// Four bytes of which the caller has checked that they are there.
  @inlinable @inline(__always)
  public func halfWord(known offset: Int) -> UInt32 {
    unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self)
  }

  /// Sixteen bytes of which the caller has checked that they are there.
  @inlinable @inline(__always)
  public func vector(known offset: Int) -> SIMD16<UInt8> {
    unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: SIMD16<UInt8>.self)
  }

  /// Whether two spans have equal bytes.
  @inlinable
  public func hasSameBytes(as other: RawSpan) -> Bool {
    guard byteCount == other.byteCount else { return false }
    var offset = 0
    while offset + 8 <= byteCount {
      if word(at: offset) != other.word(at: offset) { return false }
      offset += 8
    }
    while offset < byteCount {
      if byte(at: offset) != other.byte(at: offset) { return false }
      offset += 1
    }
    return true
  }

  /// Where bytes differ from as many others: the offset of the first one that does, and how many do.
  public func differences(from other: RawSpan) -> (first: Int, count: Int) {
    precondition(byteCount == other.byteCount)
    var first = byteCount
    var count = 0
    var offset = 0
    while offset < byteCount {
      // Nearly always there are none.
      if offset &+ 8 <= byteCount, word(known: offset) == other.word(known: offset) {
        offset &+= 8
        continue
      }
      if byte(at: offset) != other.byte(at: offset) {
        first = min(first, offset)
        count &+= 1
      }
      offset &+= 1
    }
    return (first, count)
  }
}
