public import Statistics
internal import Wire

/// Intervals as lines of a table for people; the lines are printed as intervals end, so the columns
/// have fixed widths. The groups of an interval stand beneath it.
public struct IntervalText {
  private let width: Int
  private let palette: Palette
  private let views: ReportViews
  /// The decimals of the second at which intervals begin.
  private let decimals: Int

  /// The most groups beneath an interval, unless the user says how many.
  private static let groupLimit = 5

  /// Creates a printer for a terminal of at least 40 columns; times are in UTC, like the bounds.
  public init(style: TableStyle, views: ReportViews = ReportViews()) {
    width = max(40, style.width)
    palette = style.palette
    self.views = views
    let length = views.intervalNanoseconds ?? 1_000_000_000
    decimals =
      length % 1_000_000_000 == 0
      ? 0 : length % 100_000_000 == 0 ? 1 : length % 10_000_000 == 0 ? 2 : 3
  }

  /// Creates a printer for a terminal of at least 40 columns.
  public init(width: Int, isColoured: Bool) {
    var style = TableStyle()
    style.width = width
    style.palette = isColoured ? .ansi : .plain
    self.init(style: style)
  }

  private static let columns: [(title: String, width: Int)] = [
    ("requests", 9), ("rate", 9), ("error", 7), ("unansw.", 7), ("p50", 8), ("p99", 8),
    ("max", 8), ("late", 6), ("in flight", 9), ("notif.", 8), ("p90", 8), ("mean", 8),
  ]

  private var firstWidth: Int { 19 + (decimals > 0 ? decimals + 1 : 0) }

  /// Appends the line of titles.
  public func appendTitles(to buffer: inout OutputBuffer) {
    append(
      ReportCell("from (UTC)", .faint), Self.columns.map { ReportCell($0.title, .faint) },
      to: &buffer)
  }

  /// Appends the line of an interval with those of its groups, or of a run of empty intervals.
  public func append(_ interval: Summary, to buffer: inout OutputBuffer) {
    let start = interval.from.map(moment) ?? ""
    guard !interval.isEmpty else {
      var flow = ReportFlow()
      flow.append(start)
      flow.append("nothing until \(interval.to.map(moment) ?? "")", .faint)
      let waiting = interval.totals.inFlightMaximum
      if waiting > 0 { flow.append("· \(Units.count(waiting)) in flight", .warning) }
      flow.append(indent: 0, width: width, palette: palette, to: &buffer)
      return
    }
    let covered = interval.coveredNanoseconds
    append(ReportCell(start), cells(interval.totals, covered), to: &buffer)
    guard let groups = interval.groups else { return }
    let limit = views.top ?? Self.groupLimit
    for row in groups.rows.prefix(limit) {
      append(ReportText.name(of: row), cells(row.tally, covered), isGroup: true, to: &buffer)
    }
    let hidden = groups.rows.dropFirst(limit).map(\.tally) + [groups.other].compactMap { $0 }
    guard var rest = hidden.first else { return }
    for tally in hidden.dropFirst() { rest = rest.adding(tally) }
    append(ReportCell("(other)", .faint), cells(rest, covered), isGroup: true, to: &buffer)
  }

  private func moment(_ time: CaptureTime) -> String {
    var buffer = OutputBuffer(capacity: 64)
    buffer.append(date: time)
    buffer.append(" ")
    buffer.append(clock: time, decimals: decimals)
    return buffer.string
  }

  private func cells(_ tally: Tally, _ covered: UInt64?) -> [ReportCell] {
    let figures = LatencyFigures(tally.latency)
    var percentiles = [figures?.p50, figures?.p99, figures?.p90].map { ReportCell(duration: $0) }
    if views.isCensored, let censored = CensoredFigures(tally) {
      percentiles = [censored.p50, censored.p99, censored.p90].map {
        $0.map { ReportCell(duration: $0) } ?? ReportText.beyond(censored.longest)
      }
    }
    return [
      ReportCell(count: tally.requests), ReportCell(rate: tally.ratePerSecond(over: covered)),
      ReportCell(share: tally.errorRate, tally.errors > 0 ? .bad : .plain),
      ReportCell(
        count: tally.unanswered.total,
        tally.unanswered.failures > 0 ? .bad : tally.unanswered.total > 0 ? .warning : .plain),
      percentiles[0], percentiles[1], ReportCell(duration: figures?.maximum),
      ReportCell(count: tally.late), ReportCell(number: tally.inFlightMean(over: covered)),
      ReportCell(count: tally.notifications), percentiles[2],
      ReportCell(duration: figures?.mean),
    ]
  }

  /// A line: the first cell at the left, the others right-aligned as far as there is room.
  private func append(
    _ first: ReportCell, _ cells: [ReportCell], isGroup: Bool = false,
    to buffer: inout OutputBuffer
  ) {
    let indent = isGroup ? 2 : 0
    var line = ReportLine(indent: indent)
    line.append(first, columns: firstWidth - indent, alignsRight: false)
    var used = firstWidth
    for (column, cell) in zip(Self.columns, cells) {
      guard used + 2 + column.width <= width else { break }
      line.append(cell, columns: column.width + 2, alignsRight: true)
      used += 2 + column.width
    }
    line.appendLine(to: &buffer, palette: palette)
  }
}
