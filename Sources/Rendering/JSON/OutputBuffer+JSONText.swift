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

  /// The offset of the first byte at or behind `offset` that is not printable ASCII, or is a quote
  /// or a backslash.
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

  /// Copies the first bytes of `text` as long as they need no escapes, in steps, and returns how many
  /// they are. `target` has room for all of it.
  @inline(never)
  static func copyPlain(_ text: RawSpan, to target: UnsafeMutablePointer<UInt8>) -> Int {
    let count = text.byteCount
    let target = UnsafeMutableRawPointer(target)
    var offset = 0
    guard count >= 8 else {
      while offset < count {
        let byte = text.byte(at: offset)
        if byte < 0x20 || byte >= 0x7f || byte == 0x22 || byte == 0x5c { break }
        unsafe target.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
        offset &+= 1
      }
      return offset
    }
    while offset &+ 16 <= count {
      let (first, second) = (text.word(at: offset), text.word(at: offset &+ 8))
      if hasOddity(first) || hasOddity(second) { return offset }
      unsafe target.storeBytes(of: first.littleEndian, toByteOffset: offset, as: UInt64.self)
      unsafe target.storeBytes(of: second.littleEndian, toByteOffset: offset &+ 8, as: UInt64.self)
      offset &+= 16
    }
    if offset &+ 8 <= count {
      let word = text.word(at: offset)
      if hasOddity(word) { return offset }
      unsafe target.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
      offset &+= 8
    }
    guard offset < count else { return count }
    // The last eight, some of them a second time.
    let word = text.word(at: count &- 8)
    if hasOddity(word) { return offset }
    unsafe target.storeBytes(of: word.littleEndian, toByteOffset: count &- 8, as: UInt64.self)
    return count
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
