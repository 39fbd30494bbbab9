internal import Records
internal import Statistics

/// Types against time: a stall of the whole server fills its columns, a slow type its row.
extension ReportText {
  /// What a cell shows.
  private enum Shade: Equatable {
    case none
    case latency(Int)
    /// The p99 is a request that the server's side left without an answer.
    case unanswered
    /// Requests whose answers the capture lacks, and no other.
    case unseen
  }

  func appendHeatMap(_ timeline: Timeline, to buffer: inout OutputBuffer) {
    guard timeline.rows.contains(where: { $0.requests > 0 }) else { return }
    let axis = TimeAxis(timeline, width: width)
    appendTitle(
      "p99 of types over time, \(Units.duration(axis.timeline.width)) a column, by when requests"
        + " were made", to: &buffer)
    let rows = axis.timeline.rows
    let named = rows.filter { !$0.isOther && $0.requests > 0 }
    let scale = HeatScale(
      rows.flatMap(\.cells).compactMap { $0.latency.percentiles([9_900]).first })
    var used = Set<Int>()
    var hasUnanswered = false
    var hasUnseen = false
    let hasBothDirections = Set(named.compactMap(\.direction)).count > 1
    func append(_ name: ReportCell, _ cells: [Timeline.Cell]) {
      let shades = cells.map { Self.shade(of: $0, scale) }
      for shade in shades {
        if case .latency(let number) = shade { used.insert(number) }
        if shade == .unanswered { hasUnanswered = true }
        if shade == .unseen { hasUnseen = true }
      }
      self.append(name, shades, axis, to: &buffer)
    }
    if rows.count > 1 { append(ReportCell("all types", .heading), Self.sum(of: rows)) }
    for row in named.prefix(rowLimit) {
      append(Self.name(of: row, showsDirection: hasBothDirections), row.cells)
    }
    let rest = Array(named.dropFirst(rowLimit)) + rows.filter(\.isOther)
    if rest.contains(where: { $0.requests > 0 }) {
      append(ReportCell("(other)", .faint), Self.sum(of: rest))
    }
    appendAxis(axis, to: &buffer)
    appendLegend(scale, used, hasUnanswered, hasUnseen, axis, to: &buffer)
  }

  private static func name(of row: Timeline.Row, showsDirection: Bool) -> ReportCell {
    guard showsDirection, let type = row.type, row.direction == .serverToClient else {
      return name(of: row.type)
    }
    return ReportCell(captured: type + Array(" ← server".utf8))
  }

  private static func sum(of rows: [Timeline.Row]) -> [Timeline.Cell] {
    var sum = Array(repeating: Timeline.Cell(), count: rows.first?.cells.count ?? 0)
    for row in rows {
      for (index, cell) in row.cells.enumerated() { sum[index] = sum[index].adding(cell) }
    }
    return sum
  }

  private static func shade(of cell: Timeline.Cell, _ scale: HeatScale) -> Shade {
    // Who was left without an answer waited longer than anybody who got one.
    let judged = cell.answered &+ cell.failures
    if cell.failures > judged / 100 { return .unanswered }
    if let slow = cell.latency.percentiles([9_900]).first {
      return .latency(scale.shade(of: slow))
    }
    return cell.artefacts > 0 ? .unseen : .none
  }

  private func append(
    _ name: ReportCell, _ shades: [Shade], _ axis: TimeAxis, to buffer: inout OutputBuffer
  ) {
    var label = ReportLine(indent: 2)
    label.append(name, columns: axis.indent - 4, alignsRight: false)
    label.append(to: &buffer, palette: palette, upTo: axis.indent)
    var begun: Shade?
    for shade in shades.prefix((shades.lastIndex { $0 != .none } ?? -1) + 1) {
      if shade != begun {
        if begun != nil { buffer.append(palette.reset) }
        buffer.append(sequence(of: shade))
        begun = shade
      }
      for _ in 0..<axis.cellWidth { buffer.append(Self.mark(of: shade)) }
    }
    if begun != nil { buffer.append(palette.reset) }
    buffer.append("\n")
  }

  private static func mark(of shade: Shade) -> StaticString {
    switch shade {
    case .none: " "
    case .latency(let number): HeatScale.shades[number]
    case .unanswered: "!"
    case .unseen: "?"
    }
  }

  private func sequence(of shade: Shade) -> String {
    switch shade {
    case .none: ""
    case .latency(let number): palette.heat[number]
    case .unanswered: palette.alarm
    case .unseen: palette.dim
    }
  }

  private func appendLegend(
    _ scale: HeatScale, _ used: Set<Int>, _ hasUnanswered: Bool, _ hasUnseen: Bool,
    _ axis: TimeAxis, to buffer: inout OutputBuffer
  ) {
    var flow = ReportFlow()
    for number in 0..<((used.max() ?? -1) + 1) {
      let words =
        number < scale.cuts.count
        ? "< " + Units.duration(Int64(clamping: scale.cuts[number]))
        : number > 0 ? "≥ " + Units.duration(Int64(clamping: scale.cuts[number - 1])) : "all"
      flow.append(
        ReportCell(
          mark: "\(HeatScale.shades[number])", sequence: palette.heat[number], words + " ", palette)
      )
    }
    if hasUnanswered {
      flow.append(ReportCell(mark: "!", sequence: palette.alarm, "p99 without an answer ", palette))
    }
    if hasUnseen {
      flow.append(ReportCell(mark: "?", sequence: palette.dim, "answers not captured", palette))
    }
    flow.append(indent: axis.indent, width: width, palette: palette, to: &buffer)
  }
}
