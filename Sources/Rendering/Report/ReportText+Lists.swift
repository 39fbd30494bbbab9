internal import ControlProtocol
internal import Records
internal import Statistics

extension ReportText {
  /// Errors by code and by reason.
  func appendErrors(_ summary: Summary, to buffer: inout OutputBuffer) {
    let totals = summary.totals
    guard totals.errors > 0 else { return }
    appendTexts(
      "Errors by code", "code", totals.errorsByCode, of: totals.errors, to: &buffer)
    if !totals.errorsByReason.isEmpty {
      appendTexts(
        "Errors by reason", "reason", totals.errorsByReason, of: totals.errors, to: &buffer)
    }
  }

  private func appendTexts(
    _ title: String, _ name: String, _ counts: TextCounts, of total: UInt64,
    to buffer: inout OutputBuffer
  ) {
    appendTitle(title, to: &buffer)
    var table = ReportTable([
      ReportTable.Column(title: "count"),
      ReportTable.Column(title: "share"),
      ReportTable.Column(title: name, alignsRight: false, narrowest: 12),
    ])
    func add(_ count: UInt64, _ text: ReportCell) {
      let share = Double(count) / Double(max(1, total))
      table.append([ReportCell(count: count), ReportCell(share: share), text])
    }
    let entries = counts.entries
    for entry in entries.prefix(listLimit) {
      let text =
        entry.text.isEmpty
        ? ReportCell("(empty)", .faint) : ReportCell(captured: entry.text)
      add(entry.count, text)
    }
    let hidden = entries.dropFirst(listLimit)
    if !hidden.isEmpty {
      add(
        hidden.reduce(0) { $0 &+ $1.count },
        ReportCell("(\(Units.count(UInt64(hidden.count))) more)", .faint))
    }
    if counts.other > 0 { add(counts.other, ReportCell("(other)", .faint)) }
    let named = counts.total
    if total > named { add(total - named, ReportCell("(without \(name))", .faint)) }
    appendTable(table, to: &buffer)
  }

  /// Unanswered requests by reason, with the oldest wait.
  func appendUnanswered(_ summary: Summary, to buffer: inout OutputBuffer) {
    let unanswered = summary.totals.unanswered
    guard unanswered.total > 0 else { return }
    appendTitle("Unanswered requests", to: &buffer)
    var table = ReportTable([
      ReportTable.Column(title: "count"),
      ReportTable.Column(title: "oldest waited"),
      ReportTable.Column(title: "reason", alignsRight: false),
      ReportTable.Column(title: "counts as", alignsRight: false, importance: 1),
    ])
    for reason in UnansweredReason.allCases where unanswered[reason] > 0 {
      table.append([
        ReportCell(count: unanswered[reason]),
        ReportCell(
          duration: unanswered.oldestWaited(reason).map { UInt64(max(0, $0)) }),
        ReportCell(reason.name, reason.isFailure ? .bad : .warning),
        ReportCell(reason.isFailure ? "failure" : "artefact of the capture", .faint),
      ])
    }
    appendTable(table, to: &buffer)
    var note = Units.count(
      unanswered.total, "request has no latency and is", "requests have no latency and are")
    note += views.isCensored ? " in percentiles as cut off only" : " in no percentile"
    if let oldest = unanswered.oldestWaited {
      note += "; the oldest waited \(Units.duration(oldest)) or longer"
    }
    appendNote(note + ".", to: &buffer)
  }

  /// Notifications by type.
  func appendNotifications(_ summary: Summary, to buffer: inout OutputBuffer) {
    guard summary.totals.notifications > 0 else { return }
    appendTitle("Notifications by type", to: &buffer)
    var table = ReportTable([
      ReportTable.Column(title: "count"),
      ReportTable.Column(title: "rate"),
      ReportTable.Column(title: "to", alignsRight: false),
      ReportTable.Column(title: "type", alignsRight: false, narrowest: 12),
    ])
    let covered = summary.coveredNanoseconds
    let rows = summary.byType.filter { $0.tally.notifications > 0 }.sorted {
      $0.tally.notifications > $1.tally.notifications
    }
    for row in rows.prefix(listLimit) {
      table.append([
        ReportCell(count: row.tally.notifications),
        ReportCell(rate: row.tally.notificationsPerSecond(over: covered)),
        Self.receiver(row.direction), Self.name(of: row.type),
      ])
    }
    var rest = summary.otherTypes?.notifications ?? 0
    for row in rows.dropFirst(listLimit) { rest &+= row.tally.notifications }
    if rest > 0 {
      table.append([ReportCell(count: rest), .absent, .absent, ReportCell("(other)", .faint)])
    }
    appendTable(table, to: &buffer)
  }

  /// Diagnostics by code, the worst first.
  func appendDiagnostics(_ summary: Summary, to buffer: inout OutputBuffer) {
    guard !summary.diagnostics.isEmpty else { return }
    appendTitle("Diagnostics", to: &buffer)
    var table = ReportTable([
      ReportTable.Column(title: "count"),
      ReportTable.Column(title: "severity", alignsRight: false),
      ReportTable.Column(title: "code", alignsRight: false),
    ])
    let sorted = summary.diagnostics.sorted {
      let (mine, theirs) = ($0.code.severity, $1.code.severity)
      return mine != theirs ? mine > theirs : $0.count > $1.count
    }
    for item in sorted {
      let severity = item.code.severity
      table.append([
        ReportCell(count: item.count),
        ReportCell(
          severity.name, severity == .error ? .bad : severity == .warning ? .warning : .faint),
        ReportCell(item.code.name),
      ])
    }
    appendTable(table, to: &buffer)
  }

  /// What a capture without a message had instead, in sentences; the first says that there is none.
  func nothingFound(_ summary: Summary, _ survey: ReportSurvey?) -> [String] {
    if let survey, survey.messagesRead > 0 {
      return [
        "Nothing was selected: "
          + Units.count(survey.messagesRead, "message was read", "messages were read")
          + ", and left out."
      ]
    }
    var sentences = ["No ControlProtocol message was found."]
    guard let survey else { return sentences }
    if let filtered = survey.filteredPackets, filtered > 0 {
      sentences.append("The capture filter took away " + Units.count(filtered, "packet") + ".")
    }
    for item in summary.health?.undecoded ?? [] {
      sentences.append(
        Units.count(item.count, "packet was", "packets were")
          + " not decoded down to TCP: \(item.reason).")
    }
    guard survey.segments > 0 else { return sentences + ["There was no TCP packet."] }
    let ports = survey.expectedPorts.map { String($0) }.joined(separator: ", ")
    sentences.append(
      "There \(survey.segments == 1 ? "was" : "were") "
        + Units.count(survey.segments, "TCP packet")
        + (ports.isEmpty ? "." : "; a message was expected on port \(ports) (--port)."))
    return sentences
  }

  /// Appends what a capture without a message had instead.
  func appendNothingFound(
    _ summary: Summary, _ survey: ReportSurvey?, to buffer: inout OutputBuffer
  ) {
    buffer.append("\n")
    for (index, sentence) in nothingFound(summary, survey).enumerated() {
      appendNote(sentence, index == 0 ? .warning : .plain, to: &buffer)
    }
    guard let survey, survey.messagesRead == 0, !survey.busiestPorts.isEmpty else { return }
    appendTitle("Busiest TCP ports", to: &buffer)
    var table = ReportTable([
      ReportTable.Column(title: "port"),
      ReportTable.Column(title: "packets"),
      ReportTable.Column(title: "looks like", alignsRight: false, narrowest: 8),
    ])
    for port in survey.busiestPorts {
      table.append([
        ReportCell(String(port.port)), ReportCell(count: port.packets),
        port.look.isEmpty ? .absent : ReportCell(captured: Array(port.look.utf8)),
      ])
    }
    appendTable(table, to: &buffer)
  }
}
