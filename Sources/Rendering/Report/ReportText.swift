public import Statistics
internal import Wire

/// What `souptap report` prints for people: the health of the capture first, then what is slow, what
/// fails and what was odd, in as many columns as there are.
///
/// Captured text is escaped: no control byte is written but the line feed and the palette's own
/// sequences. No line is wider than the style's width, from 40 columns on.
public struct ReportText {
  /// Columns of the terminal; at least 40.
  public let width: Int
  /// The most lines of each list of texts and types; the table by type has twice as many.
  public var listLimit = 12
  let palette: Palette
  let views: ReportViews
  let secondsFromUTC: (CaptureTime) -> Int32

  /// Creates a printer for a terminal.
  public init(style: TableStyle, views: ReportViews = ReportViews()) {
    self.views = views
    width = max(40, style.width)
    palette = style.palette
    secondsFromUTC = style.secondsFromUTC
  }

  /// Creates a printer for a terminal, with times in UTC.
  public init(width: Int, isColoured: Bool) {
    var style = TableStyle()
    style.width = width
    style.palette = isColoured ? .ansi : .plain
    self.init(style: style)
  }

  /// Appends the report of a run.
  ///
  /// - Parameters:
  ///   - summary: what was counted.
  ///   - survey: what else was in the capture, told when there was no message.
  public func append(
    _ summary: Summary, survey: ReportSurvey? = nil, to buffer: inout OutputBuffer
  ) {
    appendHead(summary, selection: survey?.selection, to: &buffer)
    guard !summary.messages.isEmpty || !summary.totals.isEmpty else {
      appendNothingFound(summary, survey, to: &buffer)
      appendDiagnostics(summary, to: &buffer)
      return
    }
    appendRows(summary, to: &buffer)
    if let timeline = summary.timeline {
      if views.hasTimeline { appendTimeline(timeline, to: &buffer) }
      if views.hasHeatMap { appendHeatMap(timeline, to: &buffer) }
    }
    appendHistograms(summary, to: &buffer)
    appendErrors(summary, to: &buffer)
    appendUnanswered(summary, to: &buffer)
    appendNotifications(summary, to: &buffer)
    appendSlowest(summary, to: &buffer)
    appendDiagnostics(summary, to: &buffer)
  }

  /// Appends an empty line and the title of a section.
  func appendTitle(_ title: String, to buffer: inout OutputBuffer) {
    buffer.append("\n")
    ReportCell(title, .heading).append(upTo: width, palette: palette, to: &buffer)
    buffer.append("\n")
  }

  /// Appends words as lines that fit.
  func appendNote(_ words: String, _ style: ReportStyle = .faint, to buffer: inout OutputBuffer) {
    var flow = ReportFlow()
    flow.append(words, style)
    flow.append(indent: 2, width: width, palette: palette, to: &buffer)
  }

  func appendTable(_ table: ReportTable, to buffer: inout OutputBuffer) {
    table.append(width: width, palette: palette, to: &buffer)
  }
}
