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

  /// The first byte from `start` on that `pattern` tells; `end` when there is none.
  @inline(__always)
  private func first<Pattern: BytePattern>(
    _ pattern: Pattern.Type, from start: Int, to end: Int
  ) -> Int {
    precondition(start >= 0 && end <= byteCount)
    var index = start
    while index &+ 16 <= end {
      let found = Pattern.mask(vector(known: index)).topBits
      if found != 0 { return index &+ found.trailingZeroBitCount }
      index &+= 16
      if index &- start == 64 { index = skipBlocks(without: pattern, from: index, to: end) }
    }
    if index >= end { return end }
    // The last few bytes: the vector that ends with them, less what was searched already.
    if end >= 16 {
      let found = Pattern.mask(vector(known: end &- 16)).topBits
      let hits = found &>> UInt64(truncatingIfNeeded: 16 &- (end &- index))
      return hits == 0 ? end : index &+ hits.trailingZeroBitCount
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
        Pattern.mask(vector(known: index)) | Pattern.mask(vector(known: index &+ 16))
        | Pattern.mask(vector(known: index &+ 32))
        | Pattern.mask(vector(known: index &+ 48))
      if found.topBits != 0 { break }
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

/// What ends a key and what ends a value among the next 64 bytes, a bit for each, the first one
/// lowest.
struct LineMarks {
  /// What is not printable ASCII.
  var specials: UInt64 = 0
  var colons: UInt64 = 0

  @inline(__always)
  fileprivate mutating func add(_ bytes: SIMD16<UInt8>, at place: UInt64) {
    specials |= Special.mask(bytes).topBits &<< place
    colons |= bytes.equal(to: Ascii.colon).topBits &<< place
  }

  /// Leaves out the first `count` bytes, at least one. Of what moves in nothing is known.
  @inline(__always)
  mutating func removeFirst(_ count: Int) {
    let places = UInt64(truncatingIfNeeded: count)
    let stays: UInt64 = places < 64 ? .max : 0
    specials = (specials & stays) &>> places
    colons = (colons & stays) &>> places
  }
}

extension RawSpan {
  /// The marks of up to 64 bytes from `index` on, a known place; none lie at `limit`, up to which the
  /// bytes are known to be there, and beyond.
  @inline(__always)
  func lineMarks(known index: Int, to limit: Int) -> LineMarks {
    let missing = 64 &- (limit &- index)
    // Where there are fewer, the 64 bytes that end with them, less those before `index`.
    let start = missing > 0 ? index &- missing : index
    guard start >= 0 else { return fewLineMarks(at: index, to: limit) }
    var marks = LineMarks()
    marks.add(vector(known: start), at: 0)
    marks.add(vector(known: start &+ 16), at: 16)
    marks.add(vector(known: start &+ 32), at: 32)
    marks.add(vector(known: start &+ 48), at: 48)
    if missing > 0 { marks.removeFirst(missing) }
    return marks
  }

  /// The marks of fewer than 64 bytes in a span of fewer.
  @inline(never)
  private func fewLineMarks(at index: Int, to limit: Int) -> LineMarks {
    precondition(index >= 0 && limit <= byteCount && limit &- index < 64)
    var marks = LineMarks()
    var place = 0
    while index &+ place &+ 16 <= limit {
      marks.add(vector(known: index &+ place), at: UInt64(truncatingIfNeeded: place))
      place &+= 16
    }
    guard index &+ place < limit else { return marks }
    if limit >= 16 {
      // The vector that ends with them, less what was looked at.
      var last = LineMarks()
      last.add(vector(known: limit &- 16), at: 0)
      last.removeFirst(16 &- (limit &- index &- place))
      marks.specials |= last.specials &<< UInt64(truncatingIfNeeded: place)
      marks.colons |= last.colons &<< UInt64(truncatingIfNeeded: place)
      return marks
    }
    while index &+ place < limit {
      let byte = byte(known: index &+ place)
      if Special.matches(byte) { marks.specials |= 1 &<< UInt64(truncatingIfNeeded: place) }
      if byte == Ascii.colon { marks.colons |= 1 &<< UInt64(truncatingIfNeeded: place) }
      place &+= 1
    }
    return marks
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
