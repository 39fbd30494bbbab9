internal import Statistics

/// Distributions of latency, cut at round values.
extension ReportText {
  /// The most lines of a histogram.
  private static let mostLines = 24

  func appendHistograms(_ summary: Summary, to buffer: inout OutputBuffer) {
    guard views.histogram != .none else { return }
    appendHistogram(
      of: ReportCell("all requests", .heading), summary.totals, to: &buffer)
    guard views.histogram == .rows else { return }
    if let groups = summary.groups {
      for row in groups.rows.prefix(rowLimit) {
        appendHistogram(of: Self.name(of: row), row.tally, to: &buffer)
      }
      if let rest = groups.other {
        appendHistogram(of: ReportCell("(other)", .faint), rest, to: &buffer)
      }
      return
    }
    for row in summary.byType.filter({ $0.tally.requests > 0 }).prefix(rowLimit) {
      appendHistogram(of: Self.name(of: row.type), row.tally, to: &buffer)
    }
    if let rest = summary.otherTypes {
      appendHistogram(of: ReportCell("(other)", .faint), rest, to: &buffer)
    }
  }

  private func appendHistogram(
    of name: ReportCell, _ tally: Tally, to buffer: inout OutputBuffer
  ) {
    let latency = tally.latency
    guard let histogram = LatencyHistogram(latency, rows: Self.mostLines),
      let figures = LatencyFigures(latency)
    else { return }
    buffer.append("\n")
    var title = ReportFlow()
    title.append("Latency of", .heading)
    title.append(name)
    title.append(
      "· " + Units.count(latency.count, "answer") + ", logarithmic axis", .faint)
    title.append(indent: 0, width: width, palette: palette, to: &buffer)
    let marks: [(String, UInt64)] = [
      ("p50", figures.p50), ("p90", figures.p90), ("p99", figures.p99), ("p99.9", figures.p999),
    ]
    let most = histogram.rows.map(\.count).max() ?? 1
    // From, count and share before the bar, and room for the marks behind it.
    let room = max(8, width - 52)
    for row in histogram.rows {
      var line = ReportLine(indent: 2)
      line.append(
        ReportCell("≥ " + Units.duration(Int64(clamping: row.from)), .faint), columns: 9,
        alignsRight: true)
      line.append(
        ReportCell(row.count == 0 ? "" : Units.count(row.count)), columns: 10, alignsRight: true)
      line.append(
        row.count == 0
          ? ReportCell("") : ReportCell(share: Double(row.count) / Double(latency.count)),
        columns: 8, alignsRight: true)
      line.append(ReportCell(""), columns: 2, alignsRight: true)
      line.append(
        ReportCell(Self.bar(Double(row.count) / Double(most), columns: room)), columns: room,
        alignsRight: false)
      let names = marks.filter { $0.1 >= row.from && $0.1 < row.to }.map(\.0)
      if !names.isEmpty, width >= 60 {
        line.append(
          ReportCell(" ◂ " + names.joined(separator: " "), .faint), columns: 21,
          alignsRight: false)
      }
      line.appendLine(to: &buffer, palette: palette)
    }
  }

  private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  /// A bar that fills a share of so many columns, at least a sliver when it is above 0.
  private static func bar(_ share: Double, columns: Int) -> String {
    guard share > 0 else { return "" }
    let parts = max(1, Int(share * Double(columns * 8) + 0.5))
    return String(repeating: "█", count: parts / 8) + eighths[parts % 8]
  }
}
