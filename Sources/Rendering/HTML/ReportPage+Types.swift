internal import Records
internal import Statistics

extension ReportPage {
  static let figureColumns: [PageTable.Column] = [
    "count", "rate", "answered", "error", "unanswered", "p50", "p90", "p95", "p99", "p99.9", "max",
    "exact",
  ].map { .figure($0) }

  /// The table by request type and direction, with its total.
  func writeTypes(_ summary: Summary, to page: HTMLWriter) {
    guard summary.totals.requests > 0 else { return }
    section(.types, to: page) {
      var table = PageTable(
        "Requests by type and direction, with counts and percentiles of latency",
        [.words("type"), .words("to")] + Self.figureColumns)
      table.isWide = true
      let covered = summary.coveredNanoseconds
      let rows = summary.byType.filter { $0.tally.requests > 0 }
      for row in rows.prefix(Self.rowLimit) {
        table.append(
          cells(Self.name(of: row.type), ReportText.receiver(row.direction), row.tally, covered))
      }
      if var rest = rows.dropFirst(Self.rowLimit).map(\.tally).first {
        for row in rows.dropFirst(Self.rowLimit + 1) { rest = rest.adding(row.tally) }
        let name = "(\(Units.count(UInt64(rows.count - Self.rowLimit), "more type")))"
        table.append(cells(ReportCell(name, .faint), ReportCell(""), rest, covered))
      }
      if let rest = summary.otherTypes, rest.requests > 0 {
        table.append(cells(ReportCell("(other)", .faint), ReportCell(""), rest, covered))
      }
      table.append(total: cells(ReportCell("total"), ReportCell(""), summary.totals, covered))
      appendOtherFigures(summary.totals, to: &table)
      table.write(to: page)
      writeRemarks(summary.totals, to: page)
    }
  }

  /// The figures of the totals that differ from those of all answers: of the exact ones, and with the
  /// unanswered counted as cut off.
  private func appendOtherFigures(_ totals: Tally, to table: inout PageTable) {
    let empty = [ReportCell](repeating: ReportCell(""), count: 4)
    if totals.hasInexactLatency, let exact = LatencyFigures(totals.exactLatency) {
      table.append(
        total: [
          ReportCell("of these only the exact"), ReportCell(""), ReportCell(count: exact.count),
        ]
          + empty + durations(exact) + [ReportCell("")])
    }
    guard run.isCensored == true || !CensoredChange.changes(of: totals).isEmpty,
      let censored = CensoredFigures(totals), censored.censored > 0
    else { return }
    let figures = [censored.p50, censored.p90, censored.p95, censored.p99, censored.p999].map {
      $0.map { ReportCell(duration: $0) } ?? ReportCell("> " + Self.duration(censored.longest))
    }
    table.append(
      total: [
        ReportCell("unanswered as cut off"), ReportCell(""),
        ReportCell(count: censored.count + censored.censored),
      ] + empty + figures + [ReportCell(""), ReportCell("")])
  }

  private func writeRemarks(_ totals: Tally, to page: HTMLWriter) {
    if totals.hasInexactLatency, totals.exactLatency.isEmpty {
      note("No latency is exact: see the causes beneath the slowest transactions.", to: page)
    }
    if totals.unknownStatus > 0 {
      let answers = Units.count(totals.unknownStatus, "answer was", "answers were")
      note("\(answers) neither OK nor ERROR.", to: page)
    }
  }

  private func cells(
    _ name: ReportCell, _ receiver: ReportCell, _ tally: Tally, _ covered: UInt64?
  ) -> [ReportCell] {
    [name, receiver] + cells(tally, covered)
  }

  /// What is told of every row of requests, under ``figureColumns``.
  func cells(_ tally: Tally, _ covered: UInt64?) -> [ReportCell] {
    let unanswered = tally.unanswered
    let exact = tally.exactLatency.count
    let timed = exact + tally.degraded + tally.uncertain
    let share = timed == 0 ? nil : Double(exact) / Double(timed)
    return [
      ReportCell(count: tally.requests),
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
