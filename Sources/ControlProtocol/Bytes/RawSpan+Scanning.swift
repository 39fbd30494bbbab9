/// Loads and searches over borrowed bytes. Every index is checked by the span.
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

  @inline(__always)
  private func vector(at index: Int) -> SIMD16<UInt8> {
    unsafe unsafeLoadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self)
  }

  /// The first byte from `start` on that `pattern` tells; `end` when there is none.
  @inline(__always)
  private func first<Pattern: BytePattern>(
    _ pattern: Pattern.Type, from start: Int, to end: Int
  ) -> Int {
    var index = start
    while index &+ 16 <= end {
      let found = Pattern.mask(vector(at: index)).halves
      if found[0] != 0 { return index &+ found[0].trailingZeroBitCount &>> 3 }
      if found[1] != 0 { return index &+ 8 &+ found[1].trailingZeroBitCount &>> 3 }
      index &+= 16
      // Long runs without a hit: four vectors a test.
      while index &+ 64 <= end {
        let all =
          Pattern.mask(vector(at: index)) | Pattern.mask(vector(at: index &+ 16))
          | Pattern.mask(vector(at: index &+ 32)) | Pattern.mask(vector(at: index &+ 48))
        if all.halves[0] | all.halves[1] != 0 { break }
        index &+= 64
      }
    }
    while index < end {
      if Pattern.matches(byte(at: index)) { return index }
      index &+= 1
    }
    return end
  }

  /// The first byte that is not printable ASCII: a control byte, DEL, or a byte from 0x80 on.
  func firstSpecial(from start: Int, to end: Int) -> Int {
    first(Special.self, from: start, to: end)
  }

  /// The first byte that is not printable ASCII, or a colon.
  func firstSpecialOrColon(from start: Int, to end: Int) -> Int {
    first(SpecialOrColon.self, from: start, to: end)
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

extension SIMD16<UInt8> {
  /// The two halves as words, the first byte lowest.
  @inline(__always)
  fileprivate var halves: SIMD2<UInt64> {
    let words = unsafe unsafeBitCast(self, to: SIMD2<UInt64>.self)
    return SIMD2(UInt64(littleEndian: words[0]), UInt64(littleEndian: words[1]))
  }

  /// All bits set in the bytes that equal `byte`.
  @inline(__always)
  fileprivate func equal(to byte: UInt8) -> SIMD16<UInt8> {
    unsafe unsafeBitCast(self .== SIMD16(repeating: byte), to: SIMD16<UInt8>.self)
  }

  /// All bits set in the bytes that are not printable ASCII.
  @inline(__always)
  fileprivate var special: SIMD16<UInt8> {
    // Signed, the bytes from 0x80 on are below the space too. Comparing with whole vectors, because
    // the operators that take a scalar are loops.
    let signed = unsafe unsafeBitCast(self, to: SIMD16<Int8>.self)
    let mask =
      (signed .< SIMD16<Int8>(repeating: 0x20)) .| (signed .== SIMD16<Int8>(repeating: 0x7f))
    return unsafe unsafeBitCast(mask, to: SIMD16<UInt8>.self)
  }
}

/// What a scan stops at, for one byte and for sixteen.
private protocol BytePattern {
  static func matches(_ byte: UInt8) -> Bool
  /// A nonzero byte for each that matches.
  static func mask(_ bytes: SIMD16<UInt8>) -> SIMD16<UInt8>
}

private enum Special: BytePattern {
  @inline(__always)
  static func matches(_ byte: UInt8) -> Bool { byte &- 0x20 >= 0x5f }
  @inline(__always)
  static func mask(_ bytes: SIMD16<UInt8>) -> SIMD16<UInt8> { bytes.special }
}

private enum SpecialOrColon: BytePattern {
  @inline(__always)
  static func matches(_ byte: UInt8) -> Bool { byte &- 0x20 >= 0x5f || byte == Ascii.colon }
  @inline(__always)
  static func mask(_ bytes: SIMD16<UInt8>) -> SIMD16<UInt8> {
    bytes.special | bytes.equal(to: Ascii.colon)
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
