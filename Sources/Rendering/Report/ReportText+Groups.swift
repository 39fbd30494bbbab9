internal import ControlProtocol
internal import Records
internal import Statistics
internal import Wire

/// The table by what the user grouped by.
extension ReportText {
  func appendGroups(
    _ groups: GroupedTallies, _ summary: Summary, to buffer: inout OutputBuffer
  ) {
    let dimensions = groups.plan.dimensions
    var title = "Requests by "
    title += dimensions.map { Self.title(of: $0) }.joined(separator: ", ")
    if views.isCensored { title += ", percentiles with the unanswered" }
    buffer.append("\n")
    ReportCell(captured: Array(title.utf8), .heading).append(
      upTo: width, palette: palette, to: &buffer)
    buffer.append("\n")
    let columns = dimensions.enumerated().map { index, dimension in
      ReportTable.Column(
        title: Self.heading(of: dimension), alignsRight: dimension == .connection,
        narrowest: index == 0 || width >= 110 ? narrowestName : 12)
    }
    let rows = groups.rows.filter { $0.tally.requests > 0 }
    appendTable(
      columns, rows.map { ($0.values.map { Self.cell(of: $0) }, $0.tally) }, noun: "group",
      other: groups.other, summary, to: &buffer)
  }

  /// The values of a group in one cell.
  static func name(of row: GroupRow) -> ReportCell {
    guard row.values.count > 1 else { return row.values.first.map { cell(of: $0) } ?? .absent }
    var text: [UInt8] = []
    for value in row.values {
      if !text.isEmpty { text += Array(" ".utf8) }
      text += Self.bytes(of: value)
    }
    return ReportCell(captured: text)
  }

  private static func title(of dimension: GroupingPlan.Dimension) -> String { dimension.name }

  /// The title of a column, at most 24 columns of captured or typed text.
  private static func heading(of dimension: GroupingPlan.Dimension) -> String {
    var buffer = OutputBuffer(capacity: 64)
    _ = unsafe TerminalText.append(
      Array(dimension.name.utf8).span.bytes, upTo: 24, to: &buffer)
    return buffer.string
  }

  static func cell(of value: GroupValue) -> ReportCell {
    switch value {
    case .type(let type): name(of: type)
    case .direction(let direction): receiver(direction)
    case .parameter(_, nil, _): ReportCell("(none)", .faint)
    case .parameter(_, let value?, _) where value.isEmpty: ReportCell("(empty)", .faint)
    default: ReportCell(captured: bytes(of: value))
    }
  }

  private static func bytes(of value: GroupValue) -> [UInt8] {
    var buffer = OutputBuffer(capacity: 64)
    switch value {
    case .type(let type): return type ?? Array("(no type)".utf8)
    case .direction(let direction): buffer.append(direction.name)
    case .client(let address): buffer.append(address)
    case .server(let endpoint): buffer.append(endpoint)
    case .connection(let identity): buffer.append(decimal: identity.connection)
    case .parameter(_, let value, _): return value ?? Array("(none)".utf8)
    }
    return Array(buffer.string.utf8)
  }
}
