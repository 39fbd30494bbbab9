internal import ControlProtocol

extension RawSpan {
  /// The byte at `offset`.
  @inline(__always)
  func byte(at offset: Int) -> UInt8 {
    unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  /// The eight bytes from `offset` on; the first is the lowest.
  @inline(__always)
  func word(at offset: Int) -> UInt64 {
    UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// The bytes of a text; empty when it is absent.
  @inline(__always)
  @_lifetime(copy self)
  func bytes(of text: TextRange) -> RawSpan {
    extracting(text.range)
  }

  /// Whether both have the same bytes.
  func isEqual(to other: RawSpan) -> Bool {
    guard byteCount == other.byteCount else { return false }
    var offset = 0
    while offset < byteCount {
      if byte(at: offset) != other.byte(at: offset) { return false }
      offset &+= 1
    }
    return true
  }
}
