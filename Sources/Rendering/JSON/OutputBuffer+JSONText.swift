internal import Storage

extension OutputBuffer {
  /// Appends captured bytes as the inside of a JSON string, and says whether they were UTF-8.
  ///
  /// `"`, `\`, controls, characters that change the direction of text and invisible ones are
  /// escaped; bytes that are not UTF-8 become U+FFFD, one for each maximal subpart.
  @inline(__always)
  mutating func append(jsonText text: RawSpan) -> Bool {
    let clean = Self.plainLength(of: text, from: 0)
    if clean == text.byteCount {
      append(text)
      return true
    }
    return append(jsonText: text, from: clean)
  }

  @inline(never)
  private mutating func append(jsonText text: RawSpan, from firstOddity: Int) -> Bool {
    var isUTF8 = true
    var start = 0
    var offset = firstOddity
    while offset < text.byteCount {
      let step = UTF8Step(in: text, at: offset)
      let isPlain = step.scalar.map { !Self.isEscaped($0) } ?? false
      if !isPlain {
        append(text.extracting(start..<offset))
        start = offset + step.length
        if let scalar = step.scalar {
          append(jsonEscape: scalar)
        } else {
          append("\u{fffd}")
          isUTF8 = false
        }
      }
      offset += step.length
      offset = Self.plainLength(of: text, from: offset)
    }
    append(text.extracting(start..<text.byteCount))
    return isUTF8
  }

  private static func isEscaped(_ scalar: UInt32) -> Bool {
    scalar == 0x22 || scalar == 0x5c || HiddenScalar.contains(scalar)
  }

  private mutating func append(jsonEscape scalar: UInt32) {
    switch scalar {
    case 0x22: append(#"\""#)
    case 0x5c: append(#"\\"#)
    case 0x08: append(#"\b"#)
    case 0x09: append(#"\t"#)
    case 0x0a: append(#"\n"#)
    case 0x0c: append(#"\f"#)
    case 0x0d: append(#"\r"#)
    default:
      append(#"\u"#)
      append(hexadecimal: UInt64(scalar), paddedTo: 4)
    }
  }

  /// The offset of the first byte at or behind `start` that is not printable ASCII, or is a quote or
  /// a backslash.
  @inline(__always)
  private static func plainLength(of text: RawSpan, from start: Int) -> Int {
    var offset = start
    while offset &+ 8 <= text.byteCount {
      if hasOddity(text.word(at: offset)) { break }
      offset &+= 8
    }
    while offset < text.byteCount {
      let byte = text.byte(at: offset)
      if byte < 0x20 || byte >= 0x7f || byte == 0x22 || byte == 0x5c { break }
      offset &+= 1
    }
    return offset
  }

  /// Where the bytes of `text` from `start` on begin to need escapes. Says less than it could: it goes
  /// in steps, and not far beyond what is written soon.
  @inline(__always)
  static func plainEnd(of text: RawSpan, from start: Int) -> Int {
    precondition(start >= 0)
    let end = min(text.byteCount, start &+ 2048)
    guard end &- start >= 16 else { return start }
    var offset = start
    while offset &+ 16 <= end {
      if oddities(in: text.vector(known: offset)).isSomewhere { return offset }
      offset &+= 16
    }
    // The last sixteen, some of them a second time.
    return oddities(in: text.vector(known: end &- 16)).isSomewhere ? offset : end
  }

  /// Copies the first of the `count` bytes of `text` from `start` on as long as they need no escapes,
  /// in steps, and returns how many they are. `target` has room for all of them and 16 more.
  @inline(never)
  static func copyPlain(
    _ text: RawSpan, from start: Int, count: Int, to target: UnsafeMutablePointer<UInt8>
  ) -> Int {
    precondition(start >= 0 && count >= 0 && start &+ count <= text.byteCount)
    let target = UnsafeMutableRawPointer(target)
    var offset = 0
    while offset &+ 16 <= count {
      let bytes = text.vector(known: start &+ offset)
      if oddities(in: bytes).isSomewhere { return offset }
      unsafe target.storeBytes(of: bytes, toByteOffset: offset, as: SIMD16<UInt8>.self)
      offset &+= 16
    }
    guard offset < count else { return count }
    if start &+ offset &+ 16 <= text.byteCount {
      // What lies behind the end is copied, too, and written over.
      let bytes = text.vector(known: start &+ offset)
      unsafe target.storeBytes(of: bytes, toByteOffset: offset, as: SIMD16<UInt8>.self)
      let found = oddities(in: bytes).halves
      let behind = UInt64(truncatingIfNeeded: (16 &- (count &- offset)) &<< 3)
      let hits = behind < 64 ? found[0] | found[1] &<< behind : found[0] << (behind &- 64)
      return hits == 0 ? count : offset
    }
    if count >= 16 {
      // The last sixteen, some of them a second time.
      let bytes = text.vector(known: start &+ count &- 16)
      if oddities(in: bytes).isSomewhere { return offset }
      unsafe target.storeBytes(of: bytes, toByteOffset: count &- 16, as: SIMD16<UInt8>.self)
      return count
    }
    while offset < count {
      let byte = text.byte(at: start &+ offset)
      if byte < 0x20 || byte >= 0x7f || byte == 0x22 || byte == 0x5c { break }
      unsafe target.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
      offset &+= 1
    }
    return offset
  }

  /// All bits set in the bytes that are not printable ASCII, or are a quote or a backslash.
  @inline(__always)
  private static func oddities(in bytes: SIMD16<UInt8>) -> SIMD16<UInt8> {
    bytes.isOutside(0x20, count: 0x5f) | bytes.equal(to: 0x22) | bytes.equal(to: 0x5c)
  }

  /// Whether one of eight bytes is not printable ASCII, or is a quote or a backslash.
  @inline(__always)
  private static func hasOddity(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops: UInt64 = 0x8080_8080_8080_8080
    // Each term sets a top bit where a byte is below a bound or equals a value; the word itself
    // where it is above ASCII. Borrows only reach bytes above one that is already odd.
    let below = word &- 0x20 &* ones
    let delete = word &+ ones
    let quote = (word ^ 0x22 &* ones) &- ones
    let backslash = (word ^ 0x5c &* ones) &- ones
    return (below | delete | quote | backslash | word) & tops != 0
  }
}
