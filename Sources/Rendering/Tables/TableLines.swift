internal import Wire

/// A column of a table.
struct TableColumn {
  var title: StaticString
  /// In columns of the terminal.
  var width: Int
  var isAlignedRight = false

  init(_ title: StaticString, _ width: Int, isAlignedRight: Bool = false) {
    self.title = title
    self.width = width
    self.isAlignedRight = isAlignedRight
  }
}

/// Writes the lines of a table: cells of fixed widths with a blank between them.
///
/// Whatever a cell is given is escaped for the terminal; only colours are written as they are.
struct TableLines: ~Copyable {
  var buffer = OutputBuffer(capacity: 65_536 + 16_384)
  let palette: Palette
  private var plain = OutputBuffer()
  private var escaped = OutputBuffer()
  private var isAtStart = true
  /// Blanks owed before the next cell: none are left at the end of a line.
  private var padding = 0

  init(palette: Palette) {
    self.palette = palette
  }

  /// Writes a cell; `write` fills in its text, not yet escaped.
  @inline(__always)
  mutating func cell(
    _ column: TableColumn, colour: String = "", _ write: (inout OutputBuffer) -> Void
  ) {
    guard column.width > 0 else { return }
    let start = buffer.count
    write(&buffer)
    end(column, colour, from: start, isOwn: false)
  }

  /// Writes a cell; `write` fills in a text of our own, in which nothing is to be escaped and every
  /// character takes one column.
  @inline(__always)
  mutating func cell(own column: TableColumn, _ write: (inout OutputBuffer) -> Void) {
    guard column.width > 0 else { return }
    let start = buffer.count
    write(&buffer)
    end(column, "", from: start, isOwn: true)
  }

  /// Writes text outside the columns, escaped, after what was written before.
  mutating func text(colour: String = "", _ write: (inout OutputBuffer) -> Void) {
    isAtStart = false
    let start = buffer.count
    write(&buffer)
    if buffer.count == start, colour.isEmpty { return pad(at: start) }
    if colour.isEmpty, buffer.bytes.plainEnd(from: start) == buffer.count {
      return pad(at: start)
    }
    escape(from: start, upTo: .max)
    writeEscaped(colour)
  }

  /// Ends the line.
  mutating func end() {
    buffer.append("\n")
    isAtStart = true
    padding = 0
  }

  /// Writes the titles of columns as a line.
  mutating func header(_ columns: [TableColumn]) {
    for column in columns { cell(column, colour: palette.bold) { $0.append(column.title) } }
    end()
  }

  /// Ends a cell whose text lies behind the first `start` bytes, just as it was filled in.
  @inline(never)
  private mutating func end(_ column: TableColumn, _ colour: String, from start: Int, isOwn: Bool) {
    if !isAtStart { padding += 1 }
    isAtStart = false
    let length = buffer.count - start
    let taken: Int
    let characters = isOwn ? buffer.bytes.characters(from: start) : .max
    if length == 0 {
      taken = 0
    } else if characters <= column.width {
      taken = characters
    } else if length <= column.width, buffer.bytes.plainEnd(from: start) == buffer.count {
      taken = length
    } else {
      taken = escape(from: start, upTo: column.width)
      if column.isAlignedRight { padding += column.width - taken }
      if taken > 0 { writeEscaped(colour) }
      if !column.isAlignedRight { padding += column.width - taken }
      return
    }
    if column.isAlignedRight { padding += column.width - taken }
    if taken > 0 {
      pad(at: start)
      if !colour.isEmpty { paint(colour, length) }
    }
    if !column.isAlignedRight { padding += column.width - taken }
  }

  /// Pays the blanks that are owed before the bytes from `start` on.
  private mutating func pad(at start: Int) {
    buffer.insert(blanks: padding, at: start)
    padding = 0
  }

  /// Colours the last `length` bytes.
  private mutating func paint(_ colour: String, _ length: Int) {
    plain.removeAll()
    Self.copyEnd(of: buffer, from: buffer.count - length, to: &plain)
    buffer.truncate(to: buffer.count - length)
    buffer.append(colour)
    Self.copyEnd(of: plain, from: 0, to: &buffer)
    buffer.append(palette.reset)
  }

  /// Takes away what lies behind the first `start` bytes, and escapes it.
  @discardableResult
  private mutating func escape(from start: Int, upTo width: Int) -> Int {
    plain.removeAll()
    escaped.removeAll()
    Self.copyEnd(of: buffer, from: start, to: &plain)
    buffer.truncate(to: start)
    return Self.escape(plain, upTo: width, to: &escaped)
  }

  private static func escape(
    _ plain: borrowing OutputBuffer, upTo width: Int, to escaped: inout OutputBuffer
  ) -> Int {
    TerminalText.append(plain.bytes, upTo: width, to: &escaped)
  }

  private mutating func writeEscaped(_ colour: String) {
    buffer.append(repeating: 0x20, count: padding)
    padding = 0
    buffer.append(colour)
    Self.copyEnd(of: escaped, from: 0, to: &buffer)
    if !colour.isEmpty { buffer.append(palette.reset) }
  }

  private static func copyEnd(
    of bytes: borrowing OutputBuffer, from start: Int, to buffer: inout OutputBuffer
  ) {
    buffer.append(bytes.bytes.extracting(start..<bytes.count))
  }
}
