internal import ControlProtocol
internal import Records
internal import Statistics

/// The lines of the head that say how much there was, what is slow and what fails.
extension ReportText {
  /// The rate and the requests in flight; nil without requests.
  func load(_ summary: Summary) -> ReportFlow? {
    let totals = summary.totals
    guard totals.requests > 0 else { return nil }
    var flow = ReportFlow()
    let covered = summary.coveredNanoseconds
    var phrases: [String] = []
    if let rate = totals.ratePerSecond(over: covered) { phrases.append(Units.rate(rate)) }
    if totals.inFlightMaximum > 0 {
      var words = "\(Units.count(totals.inFlightMaximum)) in flight at most"
      if let mean = totals.inFlightMean(over: covered) {
        words += " (\(Self.number(mean)) on average)"
      }
      phrases.append(words)
    }
    guard !phrases.isEmpty else { return nil }
    flow.append(phrases: phrases)
    if let law = LittlesLaw(summary), law.isBroken {
      flow.append(
        "· rate times latency makes \(Self.number(law.rateTimesLatency)), and the unanswered do not"
          + " explain it: doubt these figures", .bad)
    }
    return flow
  }

  /// The two types with the highest p99; nil without latencies.
  func slow(_ summary: Summary) -> ReportFlow? {
    var rows = summary.byType.compactMap { row in
      LatencyFigures(row.tally.latency).map { (row: row, figures: $0) }
    }
    guard !rows.isEmpty else { return nil }
    rows.sort { $0.figures.p99 > $1.figures.p99 }
    var flow = ReportFlow()
    for (index, (row, figures)) in rows.prefix(2).enumerated() {
      if index > 0 { flow.append("·") }
      appendName(of: row, in: summary, to: &flow)
      var words = "p99 \(Units.duration(Int64(clamping: figures.p99)))"
      words += " (p50 \(Units.duration(Int64(clamping: figures.p50))) of"
      words += " \(Units.count(figures.count)))"
      flow.append(words)
    }
    return flow
  }

  /// The name of a type, and where both sides ask for it, who is asked.
  private func appendName(
    of row: Summary.TypeRow, in summary: Summary, to flow: inout ReportFlow
  ) {
    flow.append(Self.name(of: row.type).cut(to: 30))
    let isShared = summary.byType.contains {
      $0.type == row.type && $0.direction != row.direction && $0.tally.requests > 0
    }
    if isShared { flow.append(row.direction == .clientToServer ? "to server" : "to client") }
  }

  /// The two types that fail most, and how; nil when none does.
  func fails(_ summary: Summary) -> ReportFlow? {
    func failures(_ tally: Tally) -> UInt64 { tally.errors &+ tally.unanswered.failures }
    let rows = summary.byType.filter { failures($0.tally) > 0 }
      .sorted { failures($0.tally) > failures($1.tally) }
    guard !rows.isEmpty else { return nil }
    var flow = ReportFlow()
    for (index, row) in rows.prefix(2).enumerated() {
      if index > 0 { flow.append("·") }
      appendName(of: row, in: summary, to: &flow)
      let tally = row.tally
      flow.append("\(Units.count(failures(tally))) of \(Units.count(tally.requests)):", .bad)
      appendCauses(of: tally, to: &flow)
    }
    if rows.count > 2 {
      flow.append("· and " + Units.count(UInt64(rows.count - 2), "more type"))
    }
    return flow
  }

  /// The commonest error code, then why there was no answer.
  private func appendCauses(of tally: Tally, to flow: inout ReportFlow) {
    var isFirst = true
    func separate() {
      if !isFirst { flow.append("and") }
      isFirst = false
    }
    if tally.errors > 0 {
      separate()
      let errors = Units.count(tally.errors, "error")
      if let code = tally.errorsByCode.entries.first, !code.text.isEmpty {
        let isOnly = code.count == tally.errors
        flow.append(errors + (isOnly ? "" : ", \(Units.count(code.count))") + " with code")
        flow.append(ReportCell(captured: code.text).cut(to: 24))
      } else {
        flow.append(errors)
      }
    }
    for reason in UnansweredReason.allCases
    where reason.isFailure && tally.unanswered[reason] > 0 {
      separate()
      flow.append("\(Units.count(tally.unanswered[reason])) \(reason.name)")
    }
  }
}
