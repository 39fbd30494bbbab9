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

  private struct Column {
    var title: String
    var width: Int
    /// The least is shown first where there is room for few.
    var importance: Int
  }

  private static let columns = [
    Column(title: "requests", width: 9, importance: 0),
    Column(title: "rate", width: 9, importance: 7),
    Column(title: "error", width: 7, importance: 3),
    Column(title: "unansw.", width: 7, importance: 4),
    Column(title: "p50", width: 8, importance: 2),
    Column(title: "p90", width: 8, importance: 9),
    Column(title: "p99", width: 8, importance: 1),
    Column(title: "max", width: 8, importance: 6),
    Column(title: "mean", width: 8, importance: 11),
    Column(title: "late", width: 6, importance: 5),
    Column(title: "in flight", width: 9, importance: 8),
    Column(title: "notif.", width: 8, importance: 10),
  ]

  /// The columns for which there is room.
  private var shown: [Int] {
    var room = width - firstWidth
    var chosen: [Int] = []
    for index in Self.columns.indices.sorted(by: {
      Self.columns[$0].importance < Self.columns[$1].importance
    }) {
      room -= Self.columns[index].width + 2
      if room < 0 { break }
      chosen.append(index)
    }
    return chosen.sorted()
  }

  private var firstWidth: Int {
    let moment = 19 + (decimals > 0 ? decimals + 1 : 0)
    // The names of groups take up to a third.
    return views.hasGroups ? max(moment, min(width / 3, 48)) : moment
  }

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
    let rows = groups.rows.filter { !$0.tally.isEmpty }
    for row in rows.prefix(limit) {
      append(ReportText.name(of: row), cells(row.tally, covered), isGroup: true, to: &buffer)
    }
    let hidden = rows.dropFirst(limit).map(\.tally) + [groups.other].compactMap { $0 }
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
    var percentiles = [figures?.p50, figures?.p90, figures?.p99].map { ReportCell(duration: $0) }
    if views.isCensored, let censored = CensoredFigures(tally) {
      percentiles = [censored.p50, censored.p90, censored.p99].map {
        $0.map { ReportCell(duration: $0) } ?? ReportText.beyond(censored.longest)
      }
    }
    return [
      ReportCell(count: tally.requests), ReportCell(rate: tally.ratePerSecond(over: covered)),
      ReportCell(share: tally.errorRate, tally.errors > 0 ? .bad : .plain),
      ReportCell(
        count: tally.unanswered.total,
        tally.unanswered.failures > 0 ? .bad : tally.unanswered.total > 0 ? .warning : .plain),
      percentiles[0], percentiles[1], percentiles[2], ReportCell(duration: figures?.maximum),
      ReportCell(duration: figures?.mean), ReportCell(count: tally.late),
      ReportCell(number: tally.inFlightMean(over: covered)),
      ReportCell(count: tally.notifications),
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
    for index in shown {
      line.append(cells[index], columns: Self.columns[index].width + 2, alignsRight: true)
    }
    line.appendLine(to: &buffer, palette: palette)
  }
}
