/// A line of cells with fixed widths.
struct ReportLine {
  private let indent: Int
  private var cells: [(cell: ReportCell, columns: Int, alignsRight: Bool)] = []

  init(indent: Int) { self.indent = indent }

  mutating func append(_ cell: ReportCell, columns: Int, alignsRight: Bool) {
    cells.append((cell, columns, alignsRight))
  }

  /// Appends the cells and fills up to `columns`.
  func append(to buffer: inout OutputBuffer, palette: Palette, upTo columns: Int) {
    buffer.append(repeating: 0x20, count: indent)
    var used = indent
    // Blanks wait until something follows, so that no line ends with them.
    var blanks = 0
    for item in cells {
      let padding = max(0, item.columns - item.cell.columns)
      if item.alignsRight { blanks += padding }
      if item.cell.columns > 0 {
        buffer.append(repeating: 0x20, count: blanks)
        blanks = 0
        item.cell.append(upTo: item.columns, palette: palette, to: &buffer)
      }
      if !item.alignsRight { blanks += padding }
      used += item.columns
    }
    if columns > 0 { buffer.append(repeating: 0x20, count: blanks + max(0, columns - used)) }
  }

  /// Appends the cells and ends the line.
  func appendLine(to buffer: inout OutputBuffer, palette: Palette) {
    append(to: &buffer, palette: palette, upTo: 0)
    buffer.append("\n")
  }
}
