internal import Records
internal import Statistics
internal import Wire

extension ReportText {
  /// The table by what was grouped by, or by request type and direction, with its total.
  func appendRows(_ summary: Summary, to buffer: inout OutputBuffer) {
    guard summary.totals.requests > 0 else { return }
    if let groups = summary.groups {
      appendGroups(groups, summary, to: &buffer)
    } else {
      appendTypes(summary, to: &buffer)
    }
    if views.isCensored {
      appendCensoredNote(summary.totals, to: &buffer)
    } else {
      appendExactFigures(summary.totals, to: &buffer)
      appendCensoredChanges(summary, to: &buffer)
    }
    appendUnknownStatus(summary.totals, to: &buffer)
  }

  /// The most rows of a table.
  var rowLimit: Int { views.top ?? listLimit * 2 }

  /// How narrow the first column may become before figures are left out.
  var narrowestName: Int { width >= 110 ? 24 : width >= 90 ? 18 : 12 }

  private func appendTypes(_ summary: Summary, to buffer: inout OutputBuffer) {
    appendTitle("Requests by type" + sortedBy, to: &buffer)
    let names = [
      ReportTable.Column(title: "type", alignsRight: false, narrowest: narrowestName),
      ReportTable.Column(title: "to", alignsRight: false),
    ]
    let rows = summary.byType.filter { $0.tally.requests > 0 }
    appendTable(
      names, rows.map { ([Self.name(of: $0.type), Self.receiver($0.direction)], $0.tally) },
      noun: "type", other: summary.otherTypes, summary, to: &buffer)
  }

  /// A table of tallies: names first, then the figures; the rest and the total at the end.
  func appendTable(
    _ names: [ReportTable.Column], _ rows: [(names: [ReportCell], tally: Tally)], noun: String,
    other: Tally?, _ summary: Summary, to buffer: inout OutputBuffer
  ) {
    var table = ReportTable(names + Self.figureColumns)
    let covered = summary.coveredNanoseconds
    let blanks = Array(repeating: ReportCell(""), count: names.count - 1)
    for row in rows.prefix(rowLimit) { table.append(row.names + cells(row.tally, covered)) }
    // The total stays the sum of what stands above it.
    if var rest = rows.dropFirst(rowLimit).first?.tally {
      for row in rows.dropFirst(rowLimit + 1) { rest = rest.adding(row.tally) }
      let name = "(\(Units.count(UInt64(rows.count - rowLimit), "more \(noun)")))"
      table.append([ReportCell(name, .faint)] + blanks + cells(rest, covered))
    }
    if let other, other.requests > 0 {
      table.append([ReportCell("(other)", .faint)] + blanks + cells(other, covered))
    }
    if rows.count > 1 || other != nil {
      table.append([ReportCell("total", .heading)] + blanks + cells(summary.totals, covered))
    }
    appendTable(table, to: &buffer)
  }

  static func name(of type: [UInt8]?) -> ReportCell {
    guard let type else { return ReportCell("(no type)", .faint) }
    return type.isEmpty ? ReportCell("(empty)", .faint) : ReportCell(captured: type)
  }

  static func receiver(_ direction: Direction) -> ReportCell {
    ReportCell(direction == .clientToServer ? "server" : "client")
  }

  private var sortedBy: String { views.isCensored ? ", percentiles with the unanswered" : "" }

  private static let figureColumns = [
    ReportTable.Column(title: "count"),
    ReportTable.Column(title: "rate", importance: 2),
    ReportTable.Column(title: "answered", importance: 5),
    ReportTable.Column(title: "error"),
    ReportTable.Column(title: "unansw."),
    ReportTable.Column(title: "p50"),
    ReportTable.Column(title: "p90", importance: 3),
    ReportTable.Column(title: "p95", importance: 6),
    ReportTable.Column(title: "p99", importance: 1),
    ReportTable.Column(title: "p99.9", importance: 4),
    ReportTable.Column(title: "max"),
    ReportTable.Column(title: "mean", importance: 8),
    ReportTable.Column(title: "late", importance: 9),
    ReportTable.Column(title: "in flight", importance: 7),
  ]

  private func cells(_ tally: Tally, _ covered: UInt64?) -> [ReportCell] {
    let unanswered = tally.unanswered
    var result = [
      ReportCell(count: tally.requests),
      ReportCell(rate: tally.ratePerSecond(over: covered)),
      ReportCell(count: tally.answered),
      ReportCell(share: tally.errorRate, tally.errors > 0 ? .bad : .plain),
      ReportCell(
        count: unanswered.total,
        unanswered.failures > 0 ? .bad : unanswered.total > 0 ? .warning : .plain),
    ]
    let latency = tally.latency
    result += views.isCensored ? censoredCells(tally, latency) : plainCells(latency)
    result.append(ReportCell(duration: latency.mean))
    result.append(ReportCell(count: tally.late))
    result.append(ReportCell(number: tally.inFlightMean(over: covered)))
    return result
  }

  private func plainCells(_ latency: LatencyDistribution) -> [ReportCell] {
    let figures = LatencyFigures(latency)
    return [
      figures?.p50, figures?.p90, figures?.p95, figures?.p99, figures?.p999, figures?.maximum,
    ].map { ReportCell(duration: $0) }
  }

  private func censoredCells(_ tally: Tally, _ latency: LatencyDistribution) -> [ReportCell] {
    guard let figures = CensoredFigures(answered: latency, waits: tally.waits) else {
      return Array(repeating: .absent, count: 6)
    }
    return [figures.p50, figures.p90, figures.p95, figures.p99, figures.p999].map {
      $0.map { ReportCell(duration: $0) } ?? Self.beyond(figures.longest)
    } + [ReportCell(duration: latency.maximum)]
  }

  /// What is longer than anything that was observed: `>30.0 s`.
  static func beyond(_ nanoseconds: UInt64) -> ReportCell {
    ReportCell(">" + Units.duration(Int64(clamping: nanoseconds)), .warning)
  }

  private func appendExactFigures(_ totals: Tally, to buffer: inout OutputBuffer) {
    guard totals.hasInexactLatency else { return }
    guard let exact = LatencyFigures(totals.exactLatency) else {
      return appendNote("No latency is exact: see the causes in the transactions.", to: &buffer)
    }
    let figures = [
      ("p50", exact.p50), ("p90", exact.p90), ("p95", exact.p95), ("p99", exact.p99),
      ("p99.9", exact.p999), ("max", exact.maximum),
    ].map { "\($0.0) \(Units.duration(Int64(clamping: $0.1)))" }
    appendNote(
      "Of all types, only the "
        + Units.count(exact.count, "exact latency", "exact latencies") + ": "
        + figures.joined(separator: " · "),
      .plain, to: &buffer)
  }

  private func appendUnknownStatus(_ totals: Tally, to buffer: inout OutputBuffer) {
    guard totals.unknownStatus > 0 else { return }
    let answers = Units.count(totals.unknownStatus, "answer was", "answers were")
    appendNote("\(answers) neither OK nor ERROR.", .warning, to: &buffer)
  }
}
