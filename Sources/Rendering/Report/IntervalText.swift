public import Statistics
internal import Wire

/// Intervals as lines of a table for people; the lines are printed as intervals end, so the columns
/// have fixed widths.
public struct IntervalText {
  private let width: Int
  private let palette: Palette
  private let views: ReportViews

  /// Creates a printer for a terminal of at least 40 columns; times are in UTC, like the bounds.
  public init(style: TableStyle, views: ReportViews = ReportViews()) {
    width = max(40, style.width)
    palette = style.palette
    self.views = views
  }

  /// Creates a printer for a terminal of at least 40 columns.
  public init(width: Int, isColoured: Bool) {
    var style = TableStyle()
    style.width = width
    style.palette = isColoured ? .ansi : .plain
    self.init(style: style)
  }

  private static let columns: [(title: String, width: Int)] = [
    ("from (UTC)", 19), ("requests", 9), ("rate", 9), ("error", 7), ("unansw.", 7),
    ("p50", 8), ("p99", 8), ("max", 8), ("late", 6), ("in flight", 9), ("notif.", 8), ("p90", 8),
  ]

  /// Appends the line of titles.
  public func appendTitles(to buffer: inout OutputBuffer) {
    append(Self.columns.map { ReportCell($0.title, .faint) }, to: &buffer)
  }

  /// Appends the line of an interval, or of a run of empty ones.
  public func append(_ interval: Summary, to buffer: inout OutputBuffer) {
    var start = OutputBuffer(capacity: 64)
    if let from = interval.from {
      start.append(date: from)
      start.append(" ")
      start.append(clock: from, decimals: 0)
    }
    if interval.isEmpty {
      var flow = ReportFlow()
      flow.append(start.string)
      var end = OutputBuffer(capacity: 64)
      if let to = interval.to {
        end.append(date: to)
        end.append(" ")
        end.append(clock: to, decimals: 0)
      }
      flow.append("nothing until \(end.string)", .faint)
      let waiting = interval.totals.inFlightMaximum
      if waiting > 0 { flow.append("· \(Units.count(waiting)) in flight", .warning) }
      flow.append(indent: 0, width: width, palette: palette, to: &buffer)
      return
    }
    let totals = interval.totals
    let covered = interval.coveredNanoseconds
    let figures = LatencyFigures(totals.latency)
    var mean = OutputBuffer(capacity: 64)
    if let value = totals.inFlightMean(over: covered) {
      Units.append(significant: value, to: &mean)
    }
    append(
      [
        ReportCell(start.string), ReportCell(count: totals.requests),
        ReportCell(rate: totals.ratePerSecond(over: covered)),
        ReportCell(share: totals.errorRate, totals.errors > 0 ? .bad : .plain),
        ReportCell(
          count: totals.unanswered.total, totals.unanswered.failures > 0 ? .bad : .plain),
        ReportCell(duration: figures?.p50), ReportCell(duration: figures?.p99),
        ReportCell(duration: figures?.maximum), ReportCell(count: totals.late),
        mean.isEmpty ? .absent : ReportCell(mean.string), ReportCell(count: totals.notifications),
        ReportCell(duration: figures?.p90),
      ], to: &buffer)
  }

  private func append(_ cells: [ReportCell], to buffer: inout OutputBuffer) {
    var used = 0
    for (column, cell) in zip(Self.columns, cells) {
      let gap = used == 0 ? 0 : 2
      guard used + gap + column.width <= width else { break }
      buffer.append(repeating: 0x20, count: gap + max(0, column.width - cell.columns))
      cell.append(upTo: column.width, palette: palette, to: &buffer)
      used += gap + column.width
    }
    buffer.append("\n")
  }
}
