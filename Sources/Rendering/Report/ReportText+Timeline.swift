internal import Statistics
internal import Wire

/// What happened over the time of the capture, a line for each figure.
extension ReportText {
  func appendTimeline(_ timeline: Timeline, to buffer: inout OutputBuffer) {
    let axis = TimeAxis(timeline, width: width)
    let bins = axis.timeline.bins
    let seconds = Double(axis.timeline.width) / 1e9
    appendTitle(
      "Over time, \(Units.duration(axis.timeline.width)) a column, by when requests were made",
      to: &buffer)
    let shares = bins.map { $0.latency.percentiles([5_000, 9_900]) }
    let rates = bins.map { Double($0.requests) / seconds }
    plot("requests", rates, scale: { Units.rate($0) }, .linear, axis, to: &buffer)
    let failures = bins.map { $0.failureRate ?? 0 }
    plot(
      "failures", failures, scale: { Units.share($0) }, .linear, axis, style: .bad, to: &buffer)
    let all = shares.flatMap { $0 }.map { Double($0) }
    let range = LogarithmicRange(all)
    for (name, index) in [("p50", 0), ("p99", 1)] {
      let values = shares.map { $0.count > index ? Double($0[index]) : 0 }
      plot(
        name, values, scale: { Units.duration(Int64($0)) }, .logarithmic(range), axis,
        to: &buffer)
    }
    plot(
      "in flight", bins.map(\.inFlightMean), scale: { Self.number($0) }, .linear, axis,
      to: &buffer)
    appendAxis(axis, to: &buffer)
  }

  /// How values become heights.
  private enum PlotScale {
    case linear
    case logarithmic(LogarithmicRange)
  }

  private static let heights: [StaticString] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// One line: the name, the greatest value, and a height for each value above 0.
  private func plot(
    _ name: String, _ values: [Double], scale: (Double) -> String, _ kind: PlotScale,
    _ axis: TimeAxis, style: ReportStyle = .plain, to buffer: inout OutputBuffer
  ) {
    let most = values.max() ?? 0
    var label = ReportLine(indent: 2)
    label.append(ReportCell(name), columns: 9, alignsRight: false)
    if axis.indent >= 24 {
      label.append(
        ReportCell(most > 0 ? "≤ " + scale(most) : "none", .faint), columns: axis.indent - 14,
        alignsRight: true)
    }
    guard most > 0 else { return label.appendLine(to: &buffer, palette: palette) }
    label.append(to: &buffer, palette: palette, upTo: axis.indent)
    let shown = values.lastIndex { $0 > 0 }.map { values[...$0] } ?? []
    let sequence = style.sequence(in: palette)
    buffer.append(sequence)
    for value in shown {
      let share: Double =
        switch kind {
        case .linear: value / most
        case .logarithmic(let range): range.share(of: value)
        }
      let height = min(7, max(0, Int(share * 8 - 1e-9)))
      for _ in 0..<axis.cellWidth {
        if value > 0 { buffer.append(Self.heights[height]) } else { buffer.append(" ") }
      }
    }
    if !sequence.isEmpty { buffer.append(palette.reset) }
    buffer.append("\n")
  }

  /// The line beneath: where the first column begins and the last one ends.
  func appendAxis(_ axis: TimeAxis, to buffer: inout OutputBuffer) {
    let start = moment(axis.timeline.start, axis)
    let end = moment(axis.end, axis)
    var line = ReportLine(indent: axis.indent)
    let room = width - axis.indent
    guard start.unicodeScalars.count + end.unicodeScalars.count + 4 <= max(axis.columns, room)
    else {
      line.append(ReportCell("└" + start, .faint), columns: room, alignsRight: false)
      return line.appendLine(to: &buffer, palette: palette)
    }
    line.append(ReportCell("└" + start, .faint), columns: start.count + 1, alignsRight: false)
    let rest = max(axis.columns - start.count - 1, end.count + 3)
    line.append(ReportCell(end + "┘", .faint), columns: rest, alignsRight: true)
    line.appendLine(to: &buffer, palette: palette)
  }

  /// A time of day; with the date when the plot reaches over a day.
  private func moment(_ time: CaptureTime, _ axis: TimeAxis) -> String {
    var buffer = OutputBuffer(capacity: 64)
    let ahead = Int64(secondsFromUTC(time)) * 1_000_000_000
    let local = time.advanced(byNanoseconds: ahead)
    if axis.end.nanoseconds(since: axis.timeline.start) >= 86_400_000_000_000 {
      buffer.append(date: local)
      buffer.append(" ")
    }
    buffer.append(clock: local, decimals: axis.decimals)
    return buffer.string
  }

  /// A number with three significant digits.
  static func number(_ value: Double) -> String {
    var buffer = OutputBuffer(capacity: 64)
    Units.append(significant: value, to: &buffer)
    return buffer.string
  }
}
