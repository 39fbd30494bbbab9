public import ControlProtocol
public import Records

/// Writes records as NDJSON, one object a line, as `records.md` fixes them.
///
/// Lines are gathered, and a few records before they become lines; they are handed on when some 256 KiB
/// have come together, and on `flush`.
public final class NDJSONRenderer: RecordSink {
  private var lines: NDJSONLines
  private let kinds: RecordKinds
  private let output: any OutputSink

  private static let limit = 262_144

  /// Creates a renderer that writes the records of `kinds` to `output`.
  public init(kinds: RecordKinds, secrets: Secrets, output: any OutputSink) {
    self.kinds = kinds
    self.output = output
    lines = NDJSONLines(secrets: secrets, capacity: Self.limit + 16_384)
  }

  /// Hands on what was gathered.
  public func flush() {
    lines.writeWaiting()
    guard !lines.json.buffer.isEmpty else { return }
    output.write(lines.json.buffer.bytes)
    lines.json.buffer.removeAll()
  }

  /// Lets `body` write lines of other kinds among the records: `beginLine` … `endLine`.
  public func write(_ body: (inout JSONWriter) -> Void) {
    lines.writeWaiting()
    body(&lines.json)
    if lines.json.buffer.count >= Self.limit { flush() }
  }

  /// Writes the `meta` line.
  public func write(_ run: RunDescription) {
    write { $0.line(run) }
  }

  /// Writes a `stream` line.
  public func write(_ stream: StreamRecord) {
    write { $0.line(stream) }
  }

  /// Writes a `message` line, if messages are shown.
  public func take(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {
    guard kinds.contains(.messages) else { return }
    if lines.take(record, parameters: parameters, text: text) >= Self.limit { flush() }
  }

  /// Writes a `transaction` line, if transactions are shown.
  public func take(_ record: borrowing TransactionRecord, text: RawSpan) {
    guard kinds.contains(.transactions) else { return }
    if lines.take(record, text: text) >= Self.limit { flush() }
  }

  /// Writes a `diagnostic` line, if diagnostics are shown.
  public func take(_ record: borrowing DiagnosticRecord, text: RawSpan) {
    guard kinds.contains(.diagnostics) else { return }
    if lines.take(record, text: text) >= Self.limit { flush() }
  }

  /// Writes a `connection` line, if connections are shown.
  public func take(_ record: borrowing ConnectionRecord) {
    guard kinds.contains(.connections) else { return }
    if lines.write(record) >= Self.limit { flush() }
  }
}
