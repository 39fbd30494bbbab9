/// Rows of cells in columns, fitted to a width: columns that matter least are left out first, then
/// the flexible ones become narrower.
struct ReportTable {
  struct Column {
    var title: String
    var alignsRight = true
    /// 0 stays always; among the others the greatest is left out first.
    var importance = 0
    /// The narrowest it may become; nil for a column that cannot.
    var narrowest: Int?
  }

  let columns: [Column]
  private var rows: [[ReportCell]] = []
  /// How far every line stands in.
  var indent = 2

  init(_ columns: [Column]) {
    self.columns = columns
  }

  var isEmpty: Bool { rows.isEmpty }

  /// Adds a row with a cell for each column.
  mutating func append(_ row: [ReportCell]) { rows.append(row) }

  /// Which columns are shown in `width` columns of the terminal, and how wide each is.
  func layout(width: Int) -> [(column: Int, width: Int)] {
    let natural = columns.indices.map { index in
      rows.reduce(columns[index].title.unicodeScalars.count) {
        max($0, index < $1.count ? $1[index].columns : 0)
      }
    }
    var shown = Array(columns.indices)
    func least(_ index: Int) -> Int {
      columns[index].narrowest.map { min($0, natural[index]) } ?? natural[index]
    }
    func needed() -> Int { indent + shown.reduce(0) { $0 + least($1) } + 2 * (shown.count - 1) }
    while needed() > width {
      guard
        let worst = shown.filter({ columns[$0].importance > 0 })
          .max(by: { columns[$0].importance < columns[$1].importance })
      else { break }
      shown.removeAll { $0 == worst }
    }
    var spare = max(0, width - needed())
    return shown.map { index in
      let wanted = natural[index] - least(index)
      let given = min(wanted, spare)
      spare -= given
      return (index, least(index) + given)
    }
  }

  /// Appends the title line and the rows; with `beneath`, what it appends after each.
  func append(
    width: Int, palette: Palette, to buffer: inout OutputBuffer,
    beneath: (Int, inout OutputBuffer) -> Void = { _, _ in }
  ) {
    let layout = layout(width: width)
    append(
      columns.map { ReportCell($0.title, .faint) }, layout, width: width, palette: palette,
      to: &buffer)
    for (number, row) in rows.enumerated() {
      append(row, layout, width: width, palette: palette, to: &buffer)
      beneath(number, &buffer)
    }
  }

  private func append(
    _ row: [ReportCell], _ layout: [(column: Int, width: Int)], width: Int, palette: Palette,
    to buffer: inout OutputBuffer
  ) {
    // On a terminal narrower than any table what does not fit is left out.
    var room = width - indent
    buffer.append(repeating: 0x20, count: min(indent, width))
    for (position, place) in layout.enumerated() {
      let gap = position == 0 ? 0 : 2
      guard room > gap, place.column < row.count else { break }
      let cell = row[place.column]
      let columns = min(place.width, room - gap)
      let padding = max(0, columns - cell.columns)
      let isLast = position == layout.count - 1
      buffer.append(repeating: 0x20, count: gap)
      if self.columns[place.column].alignsRight { buffer.append(repeating: 0x20, count: padding) }
      cell.append(upTo: columns, palette: palette, to: &buffer)
      if !self.columns[place.column].alignsRight, !isLast {
        buffer.append(repeating: 0x20, count: padding)
      }
      room -= gap + columns
    }
    buffer.append("\n")
  }
}
