/// A table of a page.
struct PageTable {
  struct Column {
    var title: String
    /// Figures stand at the right, below each other.
    var isFigure = true

    static func words(_ title: String) -> Column { Column(title: title, isFigure: false) }
    static func figure(_ title: String) -> Column { Column(title: title) }
  }

  /// Whether it takes the whole width of the page.
  var isWide = false
  private let caption: String
  private let columns: [Column]
  private var rows: [[ReportCell]] = []
  private var totals: [[ReportCell]] = []

  /// Creates a table without rows; the first column names the row.
  ///
  /// - Parameter caption: what is in it, for those who hear the page.
  init(_ caption: String, _ columns: [Column]) {
    self.caption = caption
    self.columns = columns
  }

  /// Adds a row with a cell for each column.
  mutating func append(_ row: [ReportCell]) { rows.append(row) }

  /// Adds a row beneath the others.
  mutating func append(total row: [ReportCell]) { totals.append(row) }

  func write(to page: HTMLWriter) {
    page.element("div", ["class": "scroll"]) {
      page.element("table", isWide ? ["class": "wide"] : [:]) {
        page.element("caption", caption)
        page.element("thead") {
          page.element("tr") {
            for column in columns {
              page.element(
                "th", ["scope": "col", "class": column.isFigure ? "n" : "w"], column.title)
            }
          }
        }
        page.markup("\n")
        write(rows, "tbody", to: page)
        if !totals.isEmpty { write(totals, "tfoot", to: page) }
      }
    }
    page.markup("\n")
  }

  private func write(_ rows: [[ReportCell]], _ group: StaticString, to page: HTMLWriter) {
    page.element(group) {
      for row in rows {
        page.element("tr") {
          for (index, cell) in row.enumerated() where index < columns.count {
            let alignment = columns[index].isFigure ? "n" : "w"
            let tone = cell.style.tone
            let name = tone.isEmpty ? alignment : alignment + " " + tone
            if index == 0 {
              page.element("th", ["scope": "row", "class": name]) { page.cell(cell) }
            } else {
              page.element("td", ["class": name]) { page.cell(cell) }
            }
          }
        }
        page.markup("\n")
      }
    }
  }
}

extension ReportStyle {
  /// The class of an element that looks so; empty for none.
  var tone: String {
    switch self {
    case .plain: ""
    case .heading: "heading"
    case .faint: "faint"
    case .good: "good"
    case .warning: "warning"
    case .bad: "bad"
    }
  }
}

extension HTMLWriter {
  /// Writes what a cell of a report says, without its style.
  func cell(_ cell: ReportCell) {
    if cell.isCaptured {
      markup("<bdi>")
      text(shown: cell.text)
      markup("</bdi>")
    } else {
      text(shown: cell.text)
    }
  }
}
