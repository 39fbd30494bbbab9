/// What the bytes at one place of a text are: a Unicode scalar, or bytes that are not UTF-8.
///
/// Ill-formed bytes are taken in maximal subparts, so that each stands for one U+FFFD.
/// Source: The Unicode Standard, section 3.9, tables 3-7 and 3-8.
struct UTF8Step {
  /// The scalar's number; nil for ill-formed bytes.
  var scalar: UInt32?
  /// How many bytes it takes, at least 1.
  var length: Int

  /// Reads what lies at `offset`, which is inside `text`.
  init(in text: RawSpan, at offset: Int) {
    let lead = text.byte(at: offset)
    let expected: Int
    var allowed: ClosedRange<UInt8> = 0x80...0xbf
    var value: UInt32
    switch lead {
    case 0x00...0x7f:
      scalar = UInt32(lead)
      length = 1
      return
    case 0xc2...0xdf:
      (expected, value) = (2, UInt32(lead & 0x1f))
    case 0xe0...0xef:
      (expected, value) = (3, UInt32(lead & 0x0f))
      if lead == 0xe0 { allowed = 0xa0...0xbf }
      if lead == 0xed { allowed = 0x80...0x9f }
    case 0xf0...0xf4:
      (expected, value) = (4, UInt32(lead & 0x07))
      if lead == 0xf0 { allowed = 0x90...0xbf }
      if lead == 0xf4 { allowed = 0x80...0x8f }
    default:
      scalar = nil
      length = 1
      return
    }
    length = 1
    while length < expected, offset + length < text.byteCount {
      let byte = text.byte(at: offset + length)
      guard allowed.contains(byte) else { break }
      allowed = 0x80...0xbf
      value = value << 6 | UInt32(byte & 0x3f)
      length += 1
    }
    scalar = length == expected ? value : nil
  }
}
