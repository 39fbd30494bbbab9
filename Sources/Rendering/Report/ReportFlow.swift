/// Cells one after another with a blank between, broken into lines that fit a width, the later ones
/// standing in as far as the first cell's text.
struct ReportFlow {
  private(set) var cells: [ReportCell] = []

  /// Adds a cell that is not broken.
  mutating func append(_ cell: ReportCell) { cells.append(cell) }

  /// Adds our own words, which may be broken at every blank.
  mutating func append(_ words: String, _ style: ReportStyle = .plain) {
    for word in words.split(separator: " ") { cells.append(ReportCell(String(word), style)) }
  }

  /// Adds phrases with ` · ` between them.
  mutating func append(phrases: [String]) {
    append(phrases.joined(separator: " · "))
  }

  /// Appends it as lines. The first begins with `label`, filled up to `indent` columns.
  func append(
    label: ReportCell? = nil, indent: Int, width: Int, palette: Palette,
    to buffer: inout OutputBuffer
  ) {
    // Narrower than this there is nothing to be laid out.
    let indent = min(indent, max(0, width - 20))
    var used = 0
    if let label {
      label.append(upTo: max(1, min(indent, width) - 1), palette: palette, to: &buffer)
      used = min(label.columns, max(1, min(indent, width) - 1))
    }
    buffer.append(repeating: 0x20, count: indent - used)
    used = max(used, indent)
    var isFirst = true
    for cell in cells {
      let gap = isFirst ? 0 : 1
      if !isFirst, used + gap + min(cell.columns, width - indent) > width {
        buffer.append("\n")
        buffer.append(repeating: 0x20, count: indent)
        used = indent
      } else {
        buffer.append(repeating: 0x20, count: gap)
        used += gap
      }
      let room = max(1, width - used)
      cell.append(upTo: room, palette: palette, to: &buffer)
      used += min(cell.columns, room)
      isFirst = false
    }
    buffer.append("\n")
  }
}
