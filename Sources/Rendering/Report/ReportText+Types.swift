internal import Records
internal import Statistics

extension ReportText {
  /// The table by request type and direction, with its total.
  func appendTypes(_ summary: Summary, to buffer: inout OutputBuffer) {
    guard summary.totals.requests > 0 else { return }
    appendTitle("Requests by type", to: &buffer)
    var table = ReportTable([
      ReportTable.Column(title: "type", alignsRight: false, narrowest: 12),
      ReportTable.Column(title: "to", alignsRight: false),
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
    ])
    let covered = summary.coveredNanoseconds
    let rows = summary.byType.filter { $0.tally.requests > 0 }
    for row in rows.prefix(listLimit * 2) {
      table.append(
        cells(Self.name(of: row.type), Self.receiver(row.direction), row.tally, covered))
    }
    // The total stays the sum of what stands above it.
    if var rest = rows.dropFirst(listLimit * 2).map(\.tally).first {
      for row in rows.dropFirst(listLimit * 2 + 1) { rest = rest.adding(row.tally) }
      let name = "(\(Units.count(UInt64(rows.count - listLimit * 2))) more types)"
      table.append(cells(ReportCell(name, .faint), .absent, rest, covered))
    }
    if let rest = summary.otherTypes, rest.requests > 0 {
      table.append(cells(ReportCell("(other)", .faint), .absent, rest, covered))
    }
    if rows.count > 1 || summary.otherTypes != nil {
      table.append(cells(ReportCell("total", .heading), ReportCell(""), summary.totals, covered))
    }
    appendTable(table, to: &buffer)
    appendExactFigures(summary.totals, to: &buffer)
    appendUnknownStatus(summary.totals, to: &buffer)
  }

  static func name(of type: [UInt8]?) -> ReportCell {
    guard let type else { return ReportCell("(no type)", .faint) }
    return type.isEmpty ? ReportCell("(empty)", .faint) : ReportCell(captured: type)
  }

  static func receiver(_ direction: Direction) -> ReportCell {
    ReportCell(direction == .clientToServer ? "server" : "client")
  }

  private func cells(
    _ name: ReportCell, _ receiver: ReportCell, _ tally: Tally, _ covered: UInt64?
  ) -> [ReportCell] {
    let figures = LatencyFigures(tally.latency)
    let unanswered = tally.unanswered
    return [
      name, receiver, ReportCell(count: tally.requests),
      ReportCell(rate: tally.ratePerSecond(over: covered)),
      ReportCell(count: tally.answered),
      ReportCell(share: tally.errorRate, tally.errors > 0 ? .bad : .plain),
      ReportCell(
        count: unanswered.total,
        unanswered.failures > 0 ? .bad : unanswered.total > 0 ? .warning : .plain),
    ]
      + [
        figures?.p50, figures?.p90, figures?.p95, figures?.p99, figures?.p999, figures?.maximum,
      ].map { ReportCell(duration: $0) }
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
      "Of all types, only the \(Units.count(exact.count)) exact latencies: "
        + figures.joined(separator: " · "),
      .plain, to: &buffer)
  }

  private func appendUnknownStatus(_ totals: Tally, to buffer: inout OutputBuffer) {
    guard totals.unknownStatus > 0 else { return }
    let answers = Self.counted(totals.unknownStatus, "answer was", "answers were")
    appendNote("\(answers) neither OK nor ERROR.", .warning, to: &buffer)
  }
}
