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

  init(_ renderer: NDJSONRenderer) {
    self.renderer = renderer
  }

  func begin(_ run: RunDescription) { renderer.write(run) }

  func write(_ stream: StreamRecord) { renderer.write(stream) }

  func write(_ body: (inout OutputBuffer) -> Void) {}

  func flush() { renderer.flush() }

  func end(_ summary: Summary, survey: ReportSurvey) {
    renderer.write { SummaryJSON.appendLine(summary, to: &$0) }
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
    var line = "\(stream.file)  \(Units.bytes(stream.length))"
    let missing = stream.gaps.reduce(0) { $0 + $1.length }
    let unlisted = stream.unlistedGaps > 0 ? " and \(Units.count(stream.unlistedGaps)) more" : ""
    if missing > 0 {
      line += ", without \(Units.bytes(missing)) in \(Units.count(UInt64(stream.gaps.count)))"
      line += " gaps\(unlisted)"
    }
    if !stream.conflicts.isEmpty {
      line += ", \(Units.count(UInt64(stream.conflicts.count))) conflicts"
    }
    renderer.write { $0.append(line + "\n") }
  }

  func write(_ body: (inout OutputBuffer) -> Void) { renderer.write(body) }

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

/// No records: the report at the end.
final class ReportWriter: RecordWriter {
  private let text: ReportText
  private let output: any OutputSink

  init(_ text: ReportText, output: any OutputSink) {
    self.text = text
    self.output = output
  }

  func begin(_ run: RunDescription) {}

  func write(_ stream: StreamRecord) {}

  func write(_ body: (inout OutputBuffer) -> Void) {}

  func flush() {}

  func end(_ summary: Summary, survey: ReportSurvey) {
    var buffer = OutputBuffer()
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
