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
  mutating func cell(
    _ column: TableColumn, colour: String = "", _ write: (inout OutputBuffer) -> Void
  ) {
    guard column.width > 0 else { return }
    if !isAtStart { padding += 1 }
    isAtStart = false
    let taken = escape(upTo: column.width, write)
    if column.isAlignedRight { padding += column.width - taken }
    if taken > 0 { writeEscaped(colour) }
    if !column.isAlignedRight { padding += column.width - taken }
  }

  /// Writes text outside the columns, escaped, after what was written before.
  mutating func text(colour: String = "", _ write: (inout OutputBuffer) -> Void) {
    escape(upTo: .max, write)
    isAtStart = false
    writeEscaped(colour)
  }

  /// Writes an empty cell.
  mutating func skip(_ column: TableColumn) {
    cell(column) { _ in }
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

  @discardableResult
  private mutating func escape(upTo width: Int, _ write: (inout OutputBuffer) -> Void) -> Int {
    plain.removeAll()
    escaped.removeAll()
    write(&plain)
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
    Self.copy(escaped, to: &buffer)
    if !colour.isEmpty { buffer.append(palette.reset) }
  }

  private static func copy(_ bytes: borrowing OutputBuffer, to buffer: inout OutputBuffer) {
    buffer.append(bytes.bytes)
  }
}
