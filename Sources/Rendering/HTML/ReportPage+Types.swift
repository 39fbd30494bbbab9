internal import Records
internal import Statistics

extension ReportPage {
  /// The table by request type and direction, with its total.
  func writeTypes(_ summary: Summary, to page: HTMLWriter) {
    guard summary.totals.requests > 0 else { return }
    section(.types, to: page) {
      var table = PageTable(
        "Requests by type and direction, with counts and percentiles of latency",
        [
          .words("type"), .words("to"), .figure("count"), .figure("rate"), .figure("answered"),
          .figure("error"), .figure("unanswered"), .figure("p50"), .figure("p90"), .figure("p95"),
          .figure("p99"), .figure("p99.9"), .figure("max"), .figure("exact"),
        ])
      table.isWide = true
      let covered = summary.coveredNanoseconds
      let rows = summary.byType.filter { $0.tally.requests > 0 }
      for row in rows.prefix(Self.rowLimit) {
        table.append(
          cells(Self.name(of: row.type), ReportText.receiver(row.direction), row.tally, covered))
      }
      if var rest = rows.dropFirst(Self.rowLimit).map(\.tally).first {
        for row in rows.dropFirst(Self.rowLimit + 1) { rest = rest.adding(row.tally) }
        let name = "(\(Units.count(UInt64(rows.count - Self.rowLimit))) more types)"
        table.append(cells(ReportCell(name, .faint), ReportCell(""), rest, covered))
      }
      if let rest = summary.otherTypes, rest.requests > 0 {
        table.append(cells(ReportCell("(other)", .faint), ReportCell(""), rest, covered))
      }
      table.append(total: cells(ReportCell("total"), ReportCell(""), summary.totals, covered))
      if summary.totals.hasInexactLatency, let exact = LatencyFigures(summary.totals.exactLatency) {
        let empty = [ReportCell](repeating: ReportCell(""), count: 6)
        table.append(
          total: [ReportCell("of these only the exact")] + empty + durations(exact)
            + [ReportCell(count: exact.count)])
      }
      table.write(to: page)
      writeRemarks(summary.totals, to: page)
    }
  }

  private func writeRemarks(_ totals: Tally, to page: HTMLWriter) {
    if totals.hasInexactLatency, totals.exactLatency.isEmpty {
      note("No latency is exact: see the causes beneath the slowest transactions.", to: page)
    }
    if totals.unknownStatus > 0 {
      let answers = ReportText.counted(totals.unknownStatus, "answer was", "answers were")
      note("\(answers) neither OK nor ERROR.", to: page)
    }
  }

  private func cells(
    _ name: ReportCell, _ receiver: ReportCell, _ tally: Tally, _ covered: UInt64?
  ) -> [ReportCell] {
    let unanswered = tally.unanswered
    let exact = tally.exactLatency.count
    let timed = exact + tally.degraded + tally.uncertain
    let share = timed == 0 ? nil : Double(exact) / Double(timed)
    return [
      name, receiver, ReportCell(count: tally.requests),
      ReportCell(rate: tally.ratePerSecond(over: covered)),
      ReportCell(count: tally.answered),
      ReportCell(share: tally.errorRate, tone(tally.errorRate)),
      ReportCell(count: unanswered.total, unanswered.failures > 0 ? .bad : .plain),
    ] + durations(LatencyFigures(tally.latency))
      + [ReportCell(share: share, share.map { $0 < 0.9 } == true ? .warning : .plain)]
  }

  /// A few errors are told apart from many: where all stands out, nothing does.
  private func tone(_ errorRate: Double?) -> ReportStyle {
    guard let errorRate, errorRate > 0 else { return .plain }
    return errorRate >= 0.05 ? .bad : .warning
  }

  private func durations(_ figures: LatencyFigures?) -> [ReportCell] {
    [
      figures?.p50, figures?.p90, figures?.p95, figures?.p99, figures?.p999, figures?.maximum,
    ].map { ReportCell(duration: $0) }
  }
}
