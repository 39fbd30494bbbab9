public import Statistics

/// What `souptap report` prints for people: the health of the capture first, then what is slow, what
/// fails and what was odd, in as many columns as there are.
///
/// Captured text is escaped; with `isColoured` false no control byte but the line feed is written,
/// with it only SGR sequences of our own. No line is wider than `width`, from 40 columns on.
public struct ReportText: Sendable {
  /// Columns of the terminal; at least 40.
  public let width: Int
  public let isColoured: Bool
  /// The most lines of each list of texts, codes and types.
  public var listLimit = 12

  /// Creates a printer for a terminal.
  public init(width: Int, isColoured: Bool) {
    self.width = max(40, width)
    self.isColoured = isColoured
  }

  /// Appends the report of a run.
  ///
  /// - Parameters:
  ///   - summary: what was counted.
  ///   - survey: what else was in the capture, told when there was no message.
  public func append(
    _ summary: Summary, survey: ReportSurvey? = nil, to buffer: inout OutputBuffer
  ) {
    appendHead(summary, to: &buffer)
    guard !summary.messages.isEmpty || !summary.totals.isEmpty else {
      appendNothingFound(summary, survey, to: &buffer)
      appendDiagnostics(summary, to: &buffer)
      return
    }
    appendTypes(summary, to: &buffer)
    appendErrors(summary, to: &buffer)
    appendUnanswered(summary, to: &buffer)
    appendNotifications(summary, to: &buffer)
    appendSlowest(summary, to: &buffer)
    appendDiagnostics(summary, to: &buffer)
  }

  /// Appends an empty line and the title of a section.
  func appendTitle(_ title: String, to buffer: inout OutputBuffer) {
    buffer.append("\n")
    ReportCell(title, .heading).append(upTo: width, coloured: isColoured, to: &buffer)
    buffer.append("\n")
  }

  /// Appends words as lines that fit.
  func appendNote(_ words: String, _ style: ReportStyle = .faint, to buffer: inout OutputBuffer) {
    var flow = ReportFlow()
    flow.append(words, style)
    flow.append(indent: 2, width: width, coloured: isColoured, to: &buffer)
  }

  func appendTable(_ table: ReportTable, to buffer: inout OutputBuffer) {
    table.append(width: width, coloured: isColoured, to: &buffer)
  }

  /// `1 gap`, `3 gaps`.
  static func counted(_ count: UInt64, _ singular: String, _ plural: String) -> String {
    Units.count(count) + " " + (count == 1 ? singular : plural)
  }
}
