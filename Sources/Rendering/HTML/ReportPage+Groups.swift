internal import Records
internal import Statistics
internal import Wire

/// The table of what the user grouped by.
extension ReportPage {
  func writeGroups(_ summary: Summary, to page: HTMLWriter) {
    guard let groups = summary.groups, !groups.rows.isEmpty || groups.other != nil else { return }
    section(.groups, to: page) {
      let names = groups.plan.dimensions.map(\.name)
      var table = PageTable(
        "Requests by group, with counts and percentiles of latency",
        names.map { .words(String($0.prefix(40))) } + Self.figureColumns)
      table.isWide = true
      let covered = summary.coveredNanoseconds
      let blanks = [ReportCell](repeating: ReportCell(""), count: max(0, names.count - 1))
      for row in groups.rows.prefix(Self.rowLimit) {
        table.append(row.values.map(cell) + cells(row.tally, covered))
      }
      if var rest = groups.rows.dropFirst(Self.rowLimit).map(\.tally).first {
        for row in groups.rows.dropFirst(Self.rowLimit + 1) { rest = rest.adding(row.tally) }
        let name = "(\(Units.count(UInt64(groups.rows.count - Self.rowLimit), "more group")))"
        table.append([ReportCell(name, .faint)] + blanks + cells(rest, covered))
      }
      if let rest = groups.other {
        table.append([ReportCell("(other)", .faint)] + blanks + cells(rest, covered))
      }
      table.append(total: [ReportCell("total")] + blanks + cells(summary.totals, covered))
      table.write(to: page)
    }
  }

  private func cell(_ value: GroupValue) -> ReportCell {
    var buffer = OutputBuffer(capacity: 128)
    switch value {
    case .type(let type): return Self.name(of: type)
    case .direction(let direction):
      return ReportCell("to " + (direction == .clientToServer ? "server" : "client"))
    case .client(let address): buffer.append(address)
    case .server(let endpoint): buffer.append(endpoint)
    case .connection(let identity):
      buffer.append("\(identity.connection): ")
      buffer.append(identity.client)
      buffer.append(" → ")
      buffer.append(identity.server)
    case .parameter(_, let value, _):
      guard let value else { return ReportCell("(absent)", .faint) }
      return value.isEmpty
        ? ReportCell("(empty)", .faint) : ReportCell(captured: value, upTo: Self.longestText)
    }
    return ReportCell(buffer.string)
  }
}
