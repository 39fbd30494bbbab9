internal import Statistics

/// What requests without an answer make of percentiles.
extension ReportText {
  /// How percentiles were made, where they count the unanswered.
  func appendCensoredNote(_ totals: Tally, to buffer: inout OutputBuffer) {
    guard !totals.waits.isEmpty else {
      return appendNote("No wait was cut off: percentiles are those of the answers.", to: &buffer)
    }
    var note = Units.count(
      totals.waits.count, "wait without an answer is", "waits without an answer are")
    note += " counted in percentiles as cut off (Kaplan–Meier); "
    note += ">\u{a0}means longer than any that was observed."
    appendNote(note, to: &buffer)
    let unknown = totals.unanswered.total - min(totals.unanswered.total, totals.waits.count)
    guard unknown > 0 else { return }
    appendNote("How long \(Units.count(unknown)) more waited is not known.", to: &buffer)
  }

  /// Which of the percentiles above would be others.
  func appendCensoredChanges(_ summary: Summary, to buffer: inout OutputBuffer) {
    let totals = CensoredChange.changes(of: summary.totals)
    var rows: [(name: ReportCell, changes: [CensoredChange])] = []
    if let groups = summary.groups {
      rows = groups.rows.prefix(rowLimit).map {
        (Self.name(of: $0), CensoredChange.changes(of: $0.tally))
      }
    } else {
      rows = summary.byType.filter { $0.tally.requests > 0 }.prefix(rowLimit).map {
        (Self.name(of: $0.type), CensoredChange.changes(of: $0.tally))
      }
    }
    rows.removeAll { $0.changes.isEmpty }
    guard !totals.isEmpty || !rows.isEmpty else { return }
    var flow = ReportFlow()
    let waits = summary.totals.waits.count
    flow.append(
      "Without the \(Units.count(waits)) unanswered these figures flatter; with"
        + " \(waits == 1 ? "it" : "them") as cut off (--censored):", .warning)
    let named = totals.isEmpty ? Array(rows.prefix(3)) : [(ReportCell("total"), totals)]
    for (index, row) in named.enumerated() {
      if index > 0 { flow.append("·") }
      flow.append(row.name.cut(to: 30))
      flow.append(phrases: row.changes.map(Self.phrase))
    }
    let others = rows.count - (totals.isEmpty ? named.count : 0)
    if others > 0 { flow.append("· and in " + Units.count(UInt64(others), "row")) }
    flow.append(indent: 2, width: width, palette: palette, to: &buffer)
  }

  private static func phrase(_ change: CensoredChange) -> String {
    let plain = Units.duration(Int64(clamping: change.plain))
    let censored = change.censored.map { Units.duration(Int64(clamping: $0)) }
    let name = change.name == "p999" ? "p99.9" : change.name
    return "\(name) \(plain) → \(censored ?? "never reached")"
  }
}
