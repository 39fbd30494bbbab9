internal import Storage

extension OutputBuffer {
  /// Appends captured bytes as the inside of a JSON string, and says whether they were UTF-8.
  ///
  /// `"`, `\` and what ``HiddenScalar`` contains are escaped; bytes that are not UTF-8 become U+FFFD,
  /// one for each maximal subpart.
  mutating func append(jsonText text: RawSpan, from start: Int = 0) -> Bool {
    var isUTF8 = true
    var offset = start
    while true {
      let rest = text.byteCount &- offset
      unsafe append(upTo: rest &+ 16) {
        let copied = unsafe Self.copyPlain(text, from: offset, count: rest, to: $0)
        offset &+= copied
        return copied
      }
      guard offset < text.byteCount else { return isUTF8 }
      let byte = text.byte(at: offset)
      if byte == 0x22 || byte == 0x5c {
        append(0x5c)
        append(byte)
        offset &+= 1
        continue
      }
      let step = UTF8Step(in: text, at: offset)
      if let scalar = step.scalar {
        if Self.isEscaped(scalar) {
          append(jsonEscape: scalar)
        } else {
          append(text.extracting(offset..<(offset &+ step.length)))
        }
      } else {
        append("\u{fffd}")
        isUTF8 = false
      }
      offset &+= step.length
    }
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
    case 0x10000...:
      // A surrogate pair (RFC 8259 section 7).
      append(jsonEscape: 0xd800 &+ (scalar &- 0x10000) &>> 10)
      append(jsonEscape: 0xdc00 &+ scalar & 0x3ff)
    default:
      append(#"\u"#)
      append(hexadecimal: UInt64(scalar), paddedTo: 4)
    }
  }

  /// Where the bytes of `text` from `start` on begin to need escapes. Says less than it could: not
  /// far beyond what is written soon, and not exactly near the end.
  @inline(__always)
  static func plainEnd(of text: RawSpan, from start: Int) -> Int {
    precondition(start >= 0)
    let end = min(text.byteCount, start &+ 2048)
    guard end &- start >= 16 else { return start }
    var offset = start
    while offset &+ 16 <= end {
      let found = oddities(in: text.vector(known: offset))
      if found != 0 { return offset &+ found.trailingZeroBitCount }
      offset &+= 16
    }
    // The last sixteen, some of them a second time.
    return oddities(in: text.vector(known: end &- 16)) == 0 ? end : offset
  }

  /// Copies the first of the `count` bytes of `text` from `start` on as long as they need no escapes,
  /// and returns how many they are. `target` has room for all of them and 16 more.
  @inline(never)
  static func copyPlain(
    _ text: RawSpan, from start: Int, count: Int, to target: UnsafeMutablePointer<UInt8>
  ) -> Int {
    precondition(start >= 0 && count >= 0 && start &+ count <= text.byteCount)
    let target = UnsafeMutableRawPointer(target)
    var offset = 0
    // What lies behind the end, or needs an escape, is copied, too, and written over.
    while offset < count, start &+ offset &+ 16 <= text.byteCount {
      let bytes = text.vector(known: start &+ offset)
      unsafe target.storeBytes(of: bytes, toByteOffset: offset, as: SIMD16<UInt8>.self)
      let found = oddities(in: bytes)
      if found != 0 { return min(count, offset &+ found.trailingZeroBitCount) }
      offset &+= 16
    }
    while offset < count {
      let byte = text.byte(at: start &+ offset)
      if byte < 0x20 || byte >= 0x7f || byte == 0x22 || byte == 0x5c { break }
      unsafe target.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
      offset &+= 1
    }
    return min(count, offset)
  }

  /// A bit for each byte that is not printable ASCII, or is a quote or a backslash; the first is the
  /// lowest.
  @inline(__always)
  private static func oddities(in bytes: SIMD16<UInt8>) -> UInt64 {
    (bytes.isOutside(0x20, count: 0x5f) | bytes.equal(to: 0x22) | bytes.equal(to: 0x5c)).topBits
  }
}
