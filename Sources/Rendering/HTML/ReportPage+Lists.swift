internal import ControlProtocol
internal import Records
internal import Statistics

extension ReportPage {
  /// Errors by code and by reason, and requests without an answer.
  func writeFailures(_ summary: Summary, to page: HTMLWriter) {
    let totals = summary.totals
    guard totals.errors > 0 || totals.unanswered.total > 0 else { return }
    section(.failures, to: page) {
      if let rate = totals.failureRate {
        note(
          "\(Units.share(rate)) of the requests failed; what only the capture lacks is not among"
            + " them.", to: page)
      }
      page.element("div", ["class": "pair"]) {
        if totals.errors > 0 {
          write("Errors by code", "code", totals.errorsByCode, of: totals.errors, to: page)
          if !totals.errorsByReason.isEmpty {
            write("Errors by reason", "reason", totals.errorsByReason, of: totals.errors, to: page)
          }
        }
        writeUnanswered(totals.unanswered, to: page)
      }
    }
  }

  private func write(
    _ title: String, _ name: String, _ counts: TextCounts, of total: UInt64, to page: HTMLWriter
  ) {
    var table = PageTable(title, [.words(name), .figure("count"), .figure("share")])
    func add(_ count: UInt64, _ text: ReportCell) {
      let share = Double(count) / Double(max(1, total))
      table.append([text, ReportCell(count: count), ReportCell(share: share)])
    }
    let entries = counts.entries
    for entry in entries.prefix(Self.listLimit) {
      add(
        entry.count,
        entry.text.isEmpty
          ? ReportCell("(empty)", .faint)
          : ReportCell(captured: entry.text, upTo: Self.longestText))
    }
    let hidden = entries.dropFirst(Self.listLimit)
    if !hidden.isEmpty {
      add(
        hidden.reduce(0) { $0 &+ $1.count },
        ReportCell("(\(Units.count(UInt64(hidden.count))) more)", .faint))
    }
    if counts.other > 0 { add(counts.other, ReportCell("(other)", .faint)) }
    let named = counts.total
    if total > named { add(total - named, ReportCell("(without \(name))", .faint)) }
    page.element("div") {
      page.element("h3", title)
      table.write(to: page)
    }
  }

  private func writeUnanswered(_ unanswered: UnansweredCounts, to page: HTMLWriter) {
    guard unanswered.total > 0 else { return }
    let title = "Unanswered requests by reason"
    var table = PageTable(
      title, [.words("reason"), .figure("count"), .figure("oldest waited"), .words("counts as")])
    for reason in UnansweredReason.allCases where unanswered[reason] > 0 {
      table.append([
        ReportCell(reason.name), ReportCell(count: unanswered[reason]),
        ReportCell(duration: unanswered.oldestWaited(reason).map { UInt64(max(0, $0)) }),
        reason.isFailure
          ? ReportCell("failure", .bad) : ReportCell("artefact", .faint),
      ])
    }
    page.element("div") {
      page.element("h3", title)
      table.write(to: page)
      note(
        "They are in no percentile. An artefact is what the capture lacks, no failure.", to: page)
    }
  }

  /// Notifications by type.
  func writeNotifications(_ summary: Summary, to page: HTMLWriter) {
    guard summary.totals.notifications > 0 else { return }
    section(.notifications, to: page) {
      var table = PageTable(
        "Notifications by type", [.words("type"), .words("to"), .figure("count"), .figure("rate")])
      let covered = summary.coveredNanoseconds
      let rows = summary.byType.filter { $0.tally.notifications > 0 }.sorted {
        $0.tally.notifications > $1.tally.notifications
      }
      for row in rows.prefix(Self.listLimit) {
        table.append([
          Self.name(of: row.type), ReportText.receiver(row.direction),
          ReportCell(count: row.tally.notifications),
          ReportCell(rate: row.tally.notificationsPerSecond(over: covered)),
        ])
      }
      var rest = summary.otherTypes?.notifications ?? 0
      for row in rows.dropFirst(Self.listLimit) { rest &+= row.tally.notifications }
      if rest > 0 {
        table.append([
          ReportCell("(other)", .faint), ReportCell(""), ReportCell(count: rest), ReportCell(""),
        ])
      }
      table.append(total: [
        ReportCell("total"), ReportCell(""), ReportCell(count: summary.totals.notifications),
        ReportCell(rate: summary.totals.notificationsPerSecond(over: covered)),
      ])
      table.write(to: page)
    }
  }

  /// Diagnostics by code, the worst first.
  func writeDiagnostics(_ summary: Summary, to page: HTMLWriter) {
    guard !summary.diagnostics.isEmpty else { return }
    section(.diagnostics, to: page) {
      var table = PageTable(
        "Diagnostics by code", [.words("code"), .words("severity"), .figure("count")])
      let sorted = summary.diagnostics.sorted {
        let (mine, theirs) = ($0.code.severity, $1.code.severity)
        return mine != theirs ? mine > theirs : $0.count > $1.count
      }
      for item in sorted {
        let severity = item.code.severity
        table.append([
          ReportCell(item.code.name),
          ReportCell(
            severity.name, severity == .error ? .bad : severity == .warning ? .warning : .faint),
          ReportCell(count: item.count),
        ])
      }
      table.write(to: page)
      note(
        "What was odd in the protocol and read all the same; the manual explains each.", to: page)
    }
  }

  /// What a capture without a message had instead.
  func writeNothingFound(_ summary: Summary, _ survey: ReportSurvey?, to page: HTMLWriter) {
    section(.nothing, to: page) {
      for sentence in words.nothingFound(summary, survey) { page.element("p", sentence) }
      guard let survey, survey.messagesRead == 0, !survey.busiestPorts.isEmpty else { return }
      var table = PageTable(
        "Busiest TCP ports", [.words("port"), .figure("packets"), .words("looks like")])
      for port in survey.busiestPorts {
        table.append([
          ReportCell(String(port.port)), ReportCell(count: port.packets),
          port.look.isEmpty ? .absent : ReportCell(captured: Array(port.look.utf8)),
        ])
      }
      page.element("h3", "Busiest TCP ports")
      table.write(to: page)
    }
  }
}
