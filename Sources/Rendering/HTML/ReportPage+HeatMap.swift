internal import ControlProtocol
internal import Records
internal import Statistics
internal import Wire

/// Types against time: a stall of the whole server fills a column, a slow type its row.
extension ReportPage {
  /// The most columns of a heat map.
  private static let columnLimit = 128
  private static let cellHeight = 18.0

  /// How p99 becomes one of seven steps.
  private struct HeatScale {
    static let steps = 7
    let least: UInt64
    let most: UInt64
    private let start: Double
    private let span: Double

    /// Where the darkest step ends, nanoseconds: a decade above the least at the least.
    var end: UInt64 {
      max(most, least.multipliedReportingOverflow(by: 10).overflow ? most : least * 10)
    }

    /// - Parameter values: what is shown; not empty.
    init?(_ values: [UInt64]) {
      guard let least = values.min(), let most = values.max() else { return nil }
      self.least = least
      self.most = most
      start = Logarithm.base10(Double(max(1, least)))
      // Less than a decade is no heat.
      span = max(1, Logarithm.base10(Double(max(1, most))) - start)
    }

    func step(of value: UInt64) -> Int {
      let place = (Logarithm.base10(Double(max(1, value))) - start) / span
      return max(0, min(Int(place * Double(Self.steps)), Self.steps - 1))
    }

    static let classes: [StaticString] = ["h0", "h1", "h2", "h3", "h4", "h5", "h6"]
  }

  func hasHeatMap(_ summary: Summary) -> Bool {
    summary.timeline?.rows.contains { $0.cells.contains { !$0.latency.isEmpty } } ?? false
  }

  func writeHeatMap(_ summary: Summary, to page: HTMLWriter) {
    guard let whole = summary.timeline, !whole.rows.isEmpty else { return }
    // A few requests in many columns would be specks.
    let columns = max(16, min(Int(clamping: summary.totals.requests / 4), Self.columnLimit))
    let timeline = whole.fitted(to: columns)
    let tails = timeline.rows.map { row in row.cells.map { $0.latency.percentiles([9_900]).first } }
    guard let scale = HeatScale(tails.joined().compactMap { $0 }) else { return }
    section(.heatmap, to: page) {
      note(
        "Each column is \(Units.duration(timeline.width)) of requests that began in it. A stall of the"
          + " whole server fills a column, a slow type its row; where nothing is, no request began.",
        to: page)
      writeLegend(scale, timeline, to: page)
      page.element("figure") { draw(timeline, tails, scale, to: page) }
      writeWorst(of: timeline, to: page)
    }
  }

  /// Names the intervals that stand out, for those who do not see it.
  private func writeWorst(of timeline: Timeline, to page: HTMLWriter) {
    guard timeline.bins.count > 1 else { return }
    func name(_ bin: Int) -> String {
      String(moment(timeline.start(of: bin), decimals: 3).dropFirst(11))
    }
    var phrases: [String] = []
    let tails = timeline.bins.map { $0.latency.percentiles([9_900]).first ?? 0 }
    if let slowest = tails.indices.max(by: { tails[$0] < tails[$1] }), tails[slowest] > 0 {
      phrases.append(
        "The slowest interval begins at \(name(slowest)): p99 \(Self.duration(tails[slowest])) of all"
          + " types.")
    }
    let failures = timeline.bins.map { $0.errors &+ $0.failures }
    if let worst = failures.indices.max(by: { failures[$0] < failures[$1] }), failures[worst] > 0 {
      let requests = Units.count(timeline.bins[worst].requests, "request")
      phrases.append(
        "Most failures are in that of \(name(worst)): \(Units.count(failures[worst])) of \(requests)."
      )
    }
    note(phrases.joined(separator: " "), to: page)
  }

  private func writeLegend(_ scale: HeatScale, _ timeline: Timeline, to page: HTMLWriter) {
    page.element("ul", ["class": "legend"]) {
      page.element("li") {
        page.text("p99 \(Self.duration(scale.least))")
        page.element("svg", ["class": "wide", "viewBox": "0 0 135 16", "aria-hidden": "true"]) {
          for (step, name) in HeatScale.classes.enumerated() {
            var box = PathData()
            box.rectangle(Double(step) * 19.2 + 1, 1, width: 18, height: 14)
            page.path(name, box)
          }
        }
        page.text(Self.duration(scale.end))
      }
      if timeline.bins.contains(where: { $0.failures > 0 }) {
        page.legend("some without an answer") {
          var box = PathData()
          box.rectangle(1, 10, width: 14, height: 5)
          page.path("lost", box)
        }
      }
    }
    page.markup("\n")
  }

  private func draw(
    _ timeline: Timeline, _ tails: [[UInt64?]], _ scale: HeatScale, to page: HTMLWriter
  ) {
    var frame = PlotFrame(height: Double(timeline.rows.count) * Self.cellHeight)
    frame.left = 184
    let columns = max(1, timeline.bins.count)
    let width = min(48, (frame.right - frame.left) / Double(columns))
    frame.right = frame.left + width * Double(columns)
    page.drawing(
      "heatmap-plot", height: frame.height, title: "Types over time",
      description: "The p99 of \(Units.count(UInt64(timeline.rows.count), "type"))"
        + " in \(Units.count(UInt64(columns), "interval")),"
        + " from \(Self.duration(scale.least)) to \(Self.duration(scale.most))."
    ) {
      // One path for each colour, whatever the number of cells.
      for (step, name) in HeatScale.classes.enumerated() {
        var path = PathData()
        forEachCell(timeline, frame, width) { row, column, x, y in
          guard let tail = tails[row][column], scale.step(of: tail) == step else { return }
          path.rectangle(x, y, width: width - 0.5, height: Self.cellHeight - 1)
        }
        page.path(name, path)
      }
      var silent = PathData()
      var lost = PathData()
      forEachCell(timeline, frame, width) { row, column, x, y in
        let cell = timeline.rows[row].cells[column]
        if tails[row][column] == nil {
          silent.rectangle(x, y, width: width - 0.5, height: Self.cellHeight - 1)
        }
        if cell.failures > 0 {
          lost.rectangle(
            x, y + Self.cellHeight - 7, width: max(width - 0.5, 1.5), height: 6)
        }
      }
      page.path("ground", silent)
      page.path("lost", lost)
      writeNames(timeline, frame, to: page)
      let end = timeline.start(of: timeline.bins.count)
      let time = TimeScale(
        from: timeline.start, to: end, start: frame.left, end: frame.right,
        secondsFromUTC: secondsFromUTC)
      writeTimes(time, frame, to: page)
    }
  }

  /// Calls `body` with the cells in which a request began.
  private func forEachCell(
    _ timeline: Timeline, _ frame: PlotFrame, _ width: Double,
    _ body: (_ row: Int, _ column: Int, _ x: Double, _ y: Double) -> Void
  ) {
    for (row, line) in timeline.rows.enumerated() {
      let y = frame.top + Double(row) * Self.cellHeight
      for (column, cell) in line.cells.enumerated() where !cell.isEmpty {
        body(row, column, frame.left + Double(column) * width, y)
      }
    }
  }

  private func writeNames(_ timeline: Timeline, _ frame: PlotFrame, to page: HTMLWriter) {
    for (number, row) in timeline.rows.enumerated() {
      page.label(
        row.isOther ? ReportCell("(other)", .faint) : Self.name(of: row.type, upTo: 18),
        row.direction, x: frame.left - 8,
        y: frame.top + Double(number) * Self.cellHeight + 13)
    }
  }

  /// Marks beneath the cells, which hide what lies behind them.
  private func writeTimes(_ time: TimeScale, _ frame: PlotFrame, to page: HTMLWriter) {
    var marks = PathData()
    for tick in time.ticks {
      marks.move(tick.position, frame.bottom)
      marks.line(tick.position, frame.bottom + 5)
    }
    page.path("axis", marks)
    frame.writeHorizontalNames(time.ticks, to: page)
  }
}
