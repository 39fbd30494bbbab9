import Storage

/// Loads and searches over borrowed bytes. Every index, or a search's range, is checked; where a caller
/// has checked a range before, its loads say `known`.
extension RawSpan {
  @inline(__always)
  func byte(at index: Int) -> UInt8 {
    unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self)
  }

  /// Eight bytes, the first one lowest.
  @inline(__always)
  func word(at index: Int) -> UInt64 {
    UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
  }

  /// Four bytes, the first one lowest.
  @inline(__always)
  func halfWord(at index: Int) -> UInt32 {
    UInt32(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: index, as: UInt32.self))
  }

  /// Two bytes, the first one lowest.
  @inline(__always)
  func pair(at index: Int) -> UInt16 {
    UInt16(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: index, as: UInt16.self))
  }

  /// A byte of which the caller knows that it is there.
  @inline(__always)
  func byte(known index: Int) -> UInt8 {
    unsafe unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
  }

  /// Two bytes of which the caller knows that they are there, the first one lowest.
  @inline(__always)
  func pair(known index: Int) -> UInt16 {
    UInt16(
      littleEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt16.self))
  }

  /// Four bytes of which the caller knows that they are there, the first one lowest.
  @inline(__always)
  func halfWord(known index: Int) -> UInt32 {
    UInt32(
      littleEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt32.self))
  }

  /// Eight bytes of which the caller knows that they are there, the first one lowest.
  @inline(__always)
  func word(known index: Int) -> UInt64 {
    UInt64(
      littleEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
  }

  /// Sixteen bytes, of which the caller knows that they are there.
  @inline(__always)
  private func vector(uncheckedAt index: Int) -> SIMD16<UInt8> {
    unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: SIMD16<UInt8>.self)
  }

  /// The first byte from `start` on that `pattern` tells; `end` when there is none.
  @inline(__always)
  private func first<Pattern: BytePattern>(
    _ pattern: Pattern.Type, from start: Int, to end: Int
  ) -> Int {
    precondition(start >= 0 && end <= byteCount)
    var index = start
    while index &+ 16 <= end {
      let found = Pattern.mask(vector(uncheckedAt: index)).halves
      if found[0] != 0 { return index &+ found[0].trailingZeroBitCount &>> 3 }
      if found[1] != 0 { return index &+ 8 &+ found[1].trailingZeroBitCount &>> 3 }
      index &+= 16
      if index &- start == 64 { index = skipBlocks(without: pattern, from: index, to: end) }
    }
    if index >= end { return end }
    // The last few bytes: the vector that ends with them, less what was searched already.
    if end >= 16 {
      let found = Pattern.mask(vector(uncheckedAt: end &- 16)).halves
      let searched = 16 &- (end &- index)
      let both = UInt128(found[1]) &<< 64 | UInt128(found[0])
      let hits = both &>> UInt128(truncatingIfNeeded: searched &<< 3)
      return hits == 0 ? end : index &+ hits.trailingZeroBitCount &>> 3
    }
    while index < end && !Pattern.matches(byte(at: index)) { index &+= 1 }
    return index
  }

  /// Passes over long runs without a hit, four vectors a test.
  @inline(never)
  private func skipBlocks<Pattern: BytePattern>(
    without pattern: Pattern.Type, from start: Int, to end: Int
  ) -> Int {
    precondition(start >= 0 && end <= byteCount)
    var index = start
    while index &+ 64 <= end {
      let found =
        Pattern.mask(vector(uncheckedAt: index)) | Pattern.mask(vector(uncheckedAt: index &+ 16))
        | Pattern.mask(vector(uncheckedAt: index &+ 32))
        | Pattern.mask(vector(uncheckedAt: index &+ 48))
      if found.isSomewhere { break }
      index &+= 64
    }
    return index
  }

  /// The first byte that is not printable ASCII: a control byte, DEL, or a byte from 0x80 on.
  @inline(__always)
  func firstSpecial(from start: Int, to end: Int) -> Int {
    first(Special.self, from: start, to: end)
  }

  /// The first byte that is not printable ASCII, or a colon.
  @inline(__always)
  func firstSpecialOrColon(from start: Int, to end: Int) -> Int {
    first(SpecialOrColon.self, from: start, to: end)
  }

  /// The first byte that is no letter.
  @inline(__always)
  func firstNonLetter(from start: Int, to end: Int) -> Int {
    first(NonLetter.self, from: start, to: end)
  }

  /// The first line feed.
  func firstLineFeed(from start: Int, to end: Int) -> Int {
    first(LineFeed.self, from: start, to: end)
  }

  /// The first line feed or colon.
  func firstLineFeedOrColon(from start: Int, to end: Int) -> Int {
    first(LineFeedOrColon.self, from: start, to: end)
  }

  /// Whether the bytes from `start` on are `text`; false when there are not enough of them.
  func holds(_ text: StaticString, at start: Int, ignoringCase: Bool = false) -> Bool {
    guard text.utf8CodeUnitCount <= byteCount &- start else { return false }
    return matches(text, count: text.utf8CodeUnitCount, at: start, ignoringCase: ignoringCase)
  }

  /// Whether the `count` bytes from `start` on are the first ones of `text`.
  func matches(_ text: StaticString, count: Int, at start: Int, ignoringCase: Bool) -> Bool {
    for index in 0..<count {
      let a = byte(at: start &+ index)
      let b = unsafe text.utf8Start[index]
      if a != b && !(ignoringCase && Ascii.isLetter(a) && a ^ b == 0x20) { return false }
    }
    return true
  }
}

/// What a scan stops at, for one byte and for sixteen.
private protocol BytePattern {
  static func matches(_ byte: UInt8) -> Bool
  /// All bits set in the bytes that match.
  static func mask(_ bytes: SIMD16<UInt8>) -> SIMD16<UInt8>
}

private enum Special: BytePattern {
  @inline(__always)
  static func matches(_ byte: UInt8) -> Bool { byte &- 0x20 >= 0x5f }
  @inline(__always)
  static func mask(_ bytes: SIMD16<UInt8>) -> SIMD16<UInt8> {
    bytes.isOutside(0x20, count: 0x5f)
  }
}

private enum SpecialOrColon: BytePattern {
  @inline(__always)
  static func matches(_ byte: UInt8) -> Bool { Special.matches(byte) || byte == Ascii.colon }
  @inline(__always)
  static func mask(_ bytes: SIMD16<UInt8>) -> SIMD16<UInt8> {
    Special.mask(bytes) | bytes.equal(to: Ascii.colon)
  }
}

private enum NonLetter: BytePattern {
  @inline(__always)
  static func matches(_ byte: UInt8) -> Bool { !Ascii.isLetter(byte) }
  @inline(__always)
  static func mask(_ bytes: SIMD16<UInt8>) -> SIMD16<UInt8> {
    (bytes | SIMD16(repeating: 0x20)).isOutside(0x61, count: 26)
  }
}

private enum LineFeed: BytePattern {
  @inline(__always)
  static func matches(_ byte: UInt8) -> Bool { byte == Ascii.lf }
  @inline(__always)
  static func mask(_ bytes: SIMD16<UInt8>) -> SIMD16<UInt8> { bytes.equal(to: Ascii.lf) }
}

private enum LineFeedOrColon: BytePattern {
  @inline(__always)
  static func matches(_ byte: UInt8) -> Bool { byte == Ascii.lf || byte == Ascii.colon }
  @inline(__always)
  static func mask(_ bytes: SIMD16<UInt8>) -> SIMD16<UInt8> {
    bytes.equal(to: Ascii.lf) | bytes.equal(to: Ascii.colon)
  }
}
