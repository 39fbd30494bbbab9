import ControlProtocol
import Records
import Rendering
import Statistics
import Wire

/// A renderer as a run uses it: a head, records, an end.
protocol RecordWriter: RecordSink {
  /// Writes what comes before the first record.
  func begin(_ run: RunDescription)
  /// Tells of a stream that was written to a file.
  func write(_ stream: StreamRecord)
  /// Lets `body` write bytes among what is shown to people; nothing where records are for programs.
  func write(_ body: (inout OutputBuffer) -> Void)
  /// Tells an interval that ended.
  func write(_ interval: Summary)
  /// Hands on what was gathered.
  func flush()
  /// Writes what comes behind the last record, and hands it on.
  ///
  /// - Parameter survey: what was in the capture, for a run that found no message.
  func end(_ summary: Summary, survey: ReportSurvey)
}

/// Records as NDJSON, between `meta` and `summary`.
final class NDJSONWriter: RecordWriter {
  private let renderer: NDJSONRenderer
  private let views: ReportViews

  init(_ renderer: NDJSONRenderer, views: ReportViews) {
    self.renderer = renderer
    self.views = views
  }

  func begin(_ run: RunDescription) { renderer.write(run) }

  func write(_ stream: StreamRecord) { renderer.write(stream) }

  func write(_ body: (inout OutputBuffer) -> Void) {}
  func write(_ interval: Summary) {
    renderer.write { IntervalJSON.appendLine(interval, views: views, to: &$0) }
  }

  func flush() { renderer.flush() }

  func end(_ summary: Summary, survey: ReportSurvey) {
    renderer.write { SummaryJSON.appendLine(summary, views: views, to: &$0) }
    renderer.flush()
  }

  func take(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {
    renderer.take(record, parameters: parameters, text: text)
  }

  func take(_ record: borrowing TransactionRecord, text: RawSpan) {
    renderer.take(record, text: text)
  }

  func take(_ record: borrowing DiagnosticRecord, text: RawSpan) {
    renderer.take(record, text: text)
  }

  func take(_ record: borrowing ConnectionRecord) { renderer.take(record) }
}

/// Records as rows for people.
final class TextWriter: RecordWriter {
  private let renderer: TableRenderer

  init(_ renderer: TableRenderer) {
    self.renderer = renderer
  }

  func begin(_ run: RunDescription) {}

  func write(_ stream: StreamRecord) {
    var text = "\(stream.file)  \(Units.bytes(stream.length))"
    let missing = stream.gaps.reduce(0) { $0 + $1.length }
    let gaps = UInt64(stream.gaps.count) + stream.unlistedGaps
    let conflicts = UInt64(stream.conflicts.count) + stream.unlistedConflicts
    if missing > 0 {
      text += ", without \(Units.bytes(missing)) in \(Units.count(gaps, "gap"))"
    }
    if conflicts > 0 { text += ", \(Units.count(conflicts, "conflict"))" }
    text += "\n"
    for gap in stream.gaps.prefix(Self.listed) {
      text += "  gap at \(gap.offset), \(Units.bytes(gap.length)): \(gap.reason)\n"
    }
    for conflict in stream.conflicts.prefix(Self.listed) {
      text += "  conflict at \(conflict.offset), \(Units.bytes(conflict.length))\n"
    }
    let most = UInt64(Self.listed)
    let more = (gaps > most ? gaps - most : 0) + (conflicts > most ? conflicts - most : 0)
    if more > 0 { text += "  and \(Units.count(more)) more: --format ndjson lists them\n" }
    renderer.write { $0.append(text) }
  }

  /// Gaps and conflicts of a stream beyond it are counted.
  private static let listed = 20

  func write(_ body: (inout OutputBuffer) -> Void) { renderer.write(body) }
  func write(_ interval: Summary) {}

  func flush() { renderer.flush() }

  func end(_ summary: Summary, survey: ReportSurvey) { renderer.flush() }

  func take(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {
    renderer.take(record, parameters: parameters, text: text)
  }

  func take(_ record: borrowing TransactionRecord, text: RawSpan) {
    renderer.take(record, text: text)
  }

  func take(_ record: borrowing DiagnosticRecord, text: RawSpan) {
    renderer.take(record, text: text)
  }

  func take(_ record: borrowing ConnectionRecord) { renderer.take(record) }
}

/// No records but intervals: the report at the end.
final class ReportWriter: RecordWriter {
  private let text: ReportText
  private let intervals: IntervalText
  private let output: any OutputSink
  private var hasIntervals = false

  init(_ text: ReportText, intervals: IntervalText, output: any OutputSink) {
    self.text = text
    self.intervals = intervals
    self.output = output
  }

  func begin(_ run: RunDescription) {}

  func write(_ stream: StreamRecord) {}

  func write(_ body: (inout OutputBuffer) -> Void) {}
  func write(_ interval: Summary) {
    var buffer = OutputBuffer()
    if !hasIntervals { intervals.appendTitles(to: &buffer) }
    hasIntervals = true
    intervals.append(interval, to: &buffer)
    output.write(buffer.bytes)
  }

  func flush() {}

  func end(_ summary: Summary, survey: ReportSurvey) {
    var buffer = OutputBuffer()
    if hasIntervals { buffer.append("\n") }
    text.append(summary, survey: survey, to: &buffer)
    output.write(buffer.bytes)
  }

  func take(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {}

  func take(_ record: borrowing TransactionRecord, text: RawSpan) {}

  func take(_ record: borrowing DiagnosticRecord, text: RawSpan) {}

  func take(_ record: borrowing ConnectionRecord) {}
}
