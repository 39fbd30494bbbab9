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

  /// The offset of the first byte at or behind `start` that is not printable ASCII, or is a backslash:
  /// of all others a terminal shows one in each column.
  func plainEnd(from start: Int) -> Int {
    var offset = start
    while offset &+ 8 <= byteCount, !Self.hasOddity(word(at: offset)) { offset &+= 8 }
    let isTail = offset &+ 8 > byteCount
    // The last eight, some of them a second time.
    if isTail, offset > start, !Self.hasOddity(word(at: byteCount &- 8)) { return byteCount }
    while offset < byteCount {
      let byte = byte(at: offset)
      if byte < 0x20 || byte >= 0x7f || byte == 0x5c { break }
      offset &+= 1
    }
    return offset
  }

  /// Whether one of eight bytes is not printable ASCII, or is a backslash.
  @inline(__always)
  private static func hasOddity(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    // Borrows and carries only reach bytes above one that is already odd.
    let below = word &- 0x20 &* ones
    let delete = word &+ ones
    let backslash = (word ^ 0x5c &* ones) &- ones
    return (below | delete | backslash | word) & 0x8080_8080_8080_8080 != 0
  }

  /// How many characters UTF-8 has from `start` on.
  func characters(from start: Int) -> Int {
    var count = byteCount &- start
    var offset = start
    while offset &+ 8 <= byteCount {
      count &-= Self.continuations(in: word(at: offset))
      offset &+= 8
    }
    guard offset < byteCount else { return count }
    if byteCount >= 8 {
      // The last eight, without those that were counted, or lie before the first.
      let rest = UInt64(byteCount &- offset)
      return count &- Self.continuations(in: word(at: byteCount &- 8) &>> (64 &- rest &* 8))
    }
    while offset < byteCount {
      count &-= byte(at: offset) & 0xc0 == 0x80 ? 1 : 0
      offset &+= 1
    }
    return count
  }

  /// How many of eight bytes are not the first of a character.
  @inline(__always)
  private static func continuations(in word: UInt64) -> Int {
    let tops = word & 0x8080_8080_8080_8080
    return tops == 0 ? 0 : (tops & ~(word &<< 1)).nonzeroBitCount
  }
}
