/// Writes captured bytes and names from outside so that a terminal shows them and obeys none.
///
/// Controls, characters that change the direction of text, invisible ones and bytes that are not
/// UTF-8 are written as escapes (`\n`, `\x1b`, `\u{202e}`); a backslash is doubled, so that no
/// text can pass for an escape. Whatever goes in, no control byte comes out.
public enum TerminalText {
  /// Appends all of `text`, and returns the columns it takes.
  @discardableResult
  public static func append(_ text: RawSpan, to buffer: inout OutputBuffer) -> Int {
    append(text, upTo: .max, to: &buffer)
  }

  /// Appends all of `text`, and returns the columns it takes.
  @discardableResult
  public static func append(_ text: String, to buffer: inout OutputBuffer) -> Int {
    unsafe append(text.utf8Span.span.bytes, upTo: .max, to: &buffer)
  }

  /// Appends as much of `text` as fits into `width` columns, with `…` as the last one when
  /// something is left out, and returns the columns taken.
  ///
  /// Neither an escape nor a character with its combining marks is cut. At most 32 marks are
  /// written for one character; the rest is left out, whatever the width.
  @discardableResult
  public static func append(
    _ text: RawSpan, upTo width: Int, to buffer: inout OutputBuffer
  ) -> Int {
    var offset = 0
    var columns = 0
    // Where the text can be cut with room for the ellipsis.
    var cut = (count: buffer.count, columns: 0)
    while offset < text.byteCount {
      let run = plainRun(of: text, from: offset)
      if run > 0 {
        let room = width - columns
        guard run <= room else {
          guard width > 0 else { return columns }
          if room > 0 {
            buffer.append(text.extracting(offset..<(offset + room - 1)))
          } else {
            buffer.truncate(to: cut.count)
            columns = cut.columns + 1
          }
          buffer.append("…")
          return room > 0 ? width : columns
        }
        buffer.append(text.extracting(offset..<(offset + run)))
        columns += run
        offset += run
        let isFull = columns == width
        cut = (buffer.count - (isFull ? 1 : 0), columns - (isFull ? 1 : 0))
        continue
      }
      let start = buffer.count
      let (length, wide) = appendCluster(of: text, at: offset, to: &buffer)
      if columns > width - wide {
        buffer.truncate(to: start)
        guard width > 0 else { return columns }
        buffer.truncate(to: cut.count)
        buffer.append("…")
        return cut.columns + 1
      }
      columns += wide
      offset += length
      if columns < width { cut = (buffer.count, columns) }
    }
    return columns
  }

  /// Appends `text` in exactly `width` columns: cut with an ellipsis, or padded with blanks.
  public static func append(
    _ text: RawSpan, inColumns width: Int, alignedRight: Bool = false,
    to buffer: inout OutputBuffer
  ) {
    var cell = OutputBuffer(capacity: 64)
    let padding = width - append(text, upTo: width, to: &cell)
    if alignedRight { buffer.append(repeating: 0x20, count: padding) }
    buffer.append(cell.bytes)
    if !alignedRight { buffer.append(repeating: 0x20, count: padding) }
  }

  /// Appends `text` in exactly `width` columns: cut with an ellipsis, or padded with blanks.
  public static func append(
    _ text: String, inColumns width: Int, alignedRight: Bool = false,
    to buffer: inout OutputBuffer
  ) {
    unsafe append(
      text.utf8Span.span.bytes, inColumns: width, alignedRight: alignedRight, to: &buffer)
  }

  /// How many columns `text` takes once it is escaped.
  public static func columns(of text: RawSpan) -> Int {
    var scratch = OutputBuffer(capacity: text.byteCount * 2)
    return append(text, to: &scratch)
  }

  /// How many columns `text` takes once it is escaped.
  public static func columns(of text: String) -> Int {
    unsafe columns(of: text.utf8Span.span.bytes)
  }

  /// `text` as a string that is safe to show.
  public static func escaped(_ text: String) -> String {
    var buffer = OutputBuffer(capacity: 64)
    append(text, to: &buffer)
    return buffer.string
  }

  /// How many characters from `start` on are printable ASCII that is shown as it is, none of them with
  /// marks on it.
  private static func plainRun(of text: RawSpan, from start: Int) -> Int {
    let end = text.plainEnd(from: start)
    // The last may have marks on it.
    return end < text.byteCount && end > start && text.byte(at: end) >= 0x80
      ? end - start - 1 : end - start
  }

  /// Writes one character with its combining marks, or one escape.
  private static func appendCluster(
    of text: RawSpan, at start: Int, to buffer: inout OutputBuffer
  ) -> (length: Int, columns: Int) {
    let first = text.byte(at: start)
    if first >= 0x20, first < 0x7f, first != 0x5c,
      start + 1 == text.byteCount || text.byte(at: start + 1) < 0x80
    {
      buffer.append(first)
      return (1, 1)
    }
    let base = UTF8Step(in: text, at: start)
    guard let scalar = base.scalar else {
      for offset in start..<(start + base.length) {
        append(escapedByte: text.byte(at: offset), to: &buffer)
      }
      return (base.length, 4 * base.length)
    }
    if scalar == 0x5c || HiddenScalar.isInvisible(scalar) {
      return (base.length, append(escape: scalar, to: &buffer))
    }
    var columns = DisplayWidth.columns(of: scalar)
    if columns == 0 {
      // A mark with nothing to stand on gets a dotted circle.
      buffer.append("\u{25cc}")
      columns = 1
    }
    buffer.append(text.extracting(start..<(start + base.length)))
    var offset = start + base.length
    var marks = 0
    while offset < text.byteCount, text.byte(at: offset) >= 0x80 {
      let step = UTF8Step(in: text, at: offset)
      guard let mark = step.scalar, !HiddenScalar.isInvisible(mark),
        DisplayWidth.columns(of: mark) == 0
      else { break }
      if marks < 32 { buffer.append(text.extracting(offset..<(offset + step.length))) }
      marks += 1
      offset += step.length
    }
    return (offset - start, columns)
  }

  private static func append(escapedByte byte: UInt8, to buffer: inout OutputBuffer) {
    buffer.append(#"\x"#)
    buffer.append(hexadecimal: UInt64(byte), paddedTo: 2)
  }

  private static func append(escape scalar: UInt32, to buffer: inout OutputBuffer) -> Int {
    let start = buffer.count
    switch scalar {
    case 0x09: buffer.append(#"\t"#)
    case 0x0a: buffer.append(#"\n"#)
    case 0x0d: buffer.append(#"\r"#)
    case 0x5c: buffer.append(#"\\"#)
    case 0...0x7f: append(escapedByte: UInt8(truncatingIfNeeded: scalar), to: &buffer)
    default:
      buffer.append(#"\u{"#)
      buffer.append(hexadecimal: UInt64(scalar))
      buffer.append("}")
    }
    return buffer.count - start
  }
}
