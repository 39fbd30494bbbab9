internal import ControlProtocol

/// Captured text in a row.
extension JSONRow {
  /// Writes captured text that may be absent, and when it is not UTF-8 its exact bytes as
  /// `<name>_base64` beside it.
  @inline(__always)
  mutating func field(_ name: StaticString, _ range: TextRange, in text: RawSpan) {
    guard range.isPresent else { return }
    key(name)
    quote(range, of: text, for: name)
  }

  /// Writes a string of our own.
  @inline(__always)
  mutating func field(_ name: StaticString, word: String) {
    key(name)
    literal("\"")
    let bytes = unsafe word.utf8Span.span.bytes
    copy(bytes, from: 0, count: bytes.byteCount)
    literal("\"")
  }

  /// Writes the value of the key `name`, which was just written, or will have been.
  @inline(__always)
  mutating func quote(_ range: TextRange, of text: RawSpan, for name: StaticString) {
    let (start, count) = (range.range.lowerBound, range.range.count)
    makeRoom(for: count)
    literal("\"")
    if start >= plain.lowerBound, start &+ count <= plain.upperBound {
      copy(text, from: start, count: count)
    } else {
      let copied = copyPlain(text, from: start, count: count)
      if copied < count { return escape(text.bytes(of: range), from: copied, for: name) }
    }
    literal("\"")
  }

  /// Writes the rest of a text, of which the first bytes were copied, and ends it.
  @inline(never)
  private mutating func escape(_ text: RawSpan, from copied: Int, for name: StaticString) {
    self = self.writing { buffer in
      let isUTF8 = buffer.append(jsonText: text, from: copied)
      buffer.append("\"")
      guard !isUTF8 else { return }
      buffer.append(",\"")
      buffer.append(name)
      buffer.append(#"_base64":""#)
      buffer.append(base64: text)
      buffer.append("\"")
    }
  }

  /// Writes a uuid: as a number when it is an integer of at most 15 digits, leading zeros aside, and
  /// as sent where the number does not show that. An empty one counts as none.
  @inline(__always)
  mutating func uuid(_ range: TextRange, in text: RawSpan) {
    guard range.isPresent, range.count > 0 else { return }
    let (start, count) = (Int(range.start), Int(range.count))
    guard text.holdsPlainNumber(from: start, count: count) else { return oddUUID(range, in: text) }
    key("uuid")
    copy(text, from: start, count: count)
  }

  @inline(never)
  private mutating func oddUUID(_ range: TextRange, in text: RawSpan) {
    let sent = text.bytes(of: range)
    var zeros = 0
    var number: UInt64 = 0
    var isNumber = true
    for offset in 0..<sent.byteCount {
      let digit = sent.byte(at: offset) &- 0x30
      // 15 digits always fit into what every reader of JSON takes for an integer.
      if digit > 9 || offset - zeros >= 15 {
        isNumber = false
        break
      }
      if number == 0, digit == 0 { zeros = offset + 1 }
      number = number * 10 + UInt64(digit)
    }
    if isNumber { field("uuid", number) }
    key("uuid_text")
    quote(range, of: text, for: "uuid_text")
  }
}

extension RawSpan {
  /// Whether the `count` bytes from `start` on, at least one, are a number of at most 15 digits as a
  /// number is written.
  @inline(__always)
  fileprivate func holdsPlainNumber(from start: Int, count: Int) -> Bool {
    guard count <= 15, byte(at: start) != 0x30 || count == 1 else { return false }
    if count >= 8 {
      return Self.areDigits(word(at: start)) && Self.areDigits(word(at: start &+ count &- 8))
    }
    if start &+ 8 <= byteCount {
      // What follows goes out at the top, and zeros come in.
      let unused = UInt64(truncatingIfNeeded: 8 &- count) &<< 3
      return Self.areDigits(
        word(at: start) &<< unused | 0x3030_3030_3030_3030 &>> (64 &- unused))
    }
    for offset in start..<(start &+ count) where byte(at: offset) &- 0x30 > 9 { return false }
    return true
  }

  @inline(__always)
  private static func areDigits(_ word: UInt64) -> Bool {
    let high: UInt64 = 0xf0f0_f0f0_f0f0_f0f0
    let digits: UInt64 = 0x3030_3030_3030_3030
    // With six added the bytes behind `9` leave the row of digits; none of them carries.
    return word & high == digits && (word &+ 0x0606_0606_0606_0606) & high == digits
  }
}
