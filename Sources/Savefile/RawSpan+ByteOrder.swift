/// In which order a savefile's numbers have their bytes.
public enum ByteOrder: UInt8, Sendable {
  case little, big
}

/// Loads in a byte order that is known at run time, and a bulk copy. They are bounds-checked, but for
/// one.
///
/// All unsafe spellings of this module are here.
extension RawSpan {
  @inline(__always)
  func byte(at offset: Int) -> UInt8 {
    unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  @inline(__always)
  func word16(at offset: Int, _ order: ByteOrder) -> UInt16 {
    let word = unsafe UInt16(
      littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    return order == .big ? word.byteSwapped : word
  }

  @inline(__always)
  func word32(at offset: Int, _ order: ByteOrder) -> UInt32 {
    let word = unsafe UInt32(
      littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    return order == .big ? word.byteSwapped : word
  }

  /// Eight bytes, the lowest one first, of which the caller has checked that they are there.
  @inline(__always)
  func littleWord64(known offset: Int) -> UInt64 {
    unsafe UInt64(
      littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
  }

  @inline(__always)
  func word64(at offset: Int, _ order: ByteOrder) -> UInt64 {
    let word = unsafe UInt64(
      littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    return order == .big ? word.byteSwapped : word
  }
}

extension [UInt8] {
  mutating func append(contentsOf bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
  }
}
