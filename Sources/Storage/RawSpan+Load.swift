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
}
