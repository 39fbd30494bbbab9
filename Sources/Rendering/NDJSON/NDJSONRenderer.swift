public import ControlProtocol
public import Records

/// Writes records as NDJSON, one object a line, as `records.md` fixes them.
///
/// Lines are gathered and handed on when some 64 KiB have come together, and on `flush`.
public final class NDJSONRenderer: RecordSink {
  private var json = JSONWriter(capacity: limit + 16_384)
  private var identities = IdentityCache()
  private var secrets: Secrets
  private let kinds: RecordKinds
  private let output: any OutputSink

  private static let limit = 65_536

  /// Creates a renderer that writes the records of `kinds` to `output`.
  public init(kinds: RecordKinds, secrets: Secrets, output: any OutputSink) {
    self.kinds = kinds
    self.secrets = secrets
    self.output = output
  }

  /// Hands on what was gathered.
  public func flush() {
    guard !json.buffer.isEmpty else { return }
    output.write(json.buffer.bytes)
    json.buffer.removeAll()
  }

  /// Lets `body` write lines of other kinds among the records: `beginLine` … `endLine`.
  public func write(_ body: (inout JSONWriter) -> Void) {
    body(&json)
    flushIfLarge()
  }

  /// Writes the `meta` line.
  public func write(_ run: RunDescription) {
    write { $0.line(run) }
  }

  /// Writes a `stream` line.
  public func write(_ stream: StreamRecord) {
    write { $0.line(stream) }
  }

  public func take(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {
    guard kinds.contains(.messages) else { return }
    json.beginLine(record: "message")
    identities.write(record.identity, record.direction, to: &json)
    json.fields(of: record, parameters: parameters, text: text, secrets: &secrets)
    json.endLine()
    flushIfLarge()
  }

  public func take(_ record: borrowing TransactionRecord, text: RawSpan) {
    guard kinds.contains(.transactions) else { return }
    json.beginLine(record: "transaction")
    identities.write(record.identity, record.direction, to: &json)
    json.fields(of: record, text: text)
    json.endLine()
    flushIfLarge()
  }

  public func take(_ record: borrowing DiagnosticRecord, text: RawSpan) {
    guard kinds.contains(.diagnostics) else { return }
    json.beginLine(record: "diagnostic")
    identities.write(record.identity, record.direction, to: &json)
    json.fields(of: record, text: text, secrets: secrets)
    json.endLine()
    flushIfLarge()
  }

  public func take(_ record: borrowing ConnectionRecord) {
    guard kinds.contains(.connections) else { return }
    json.beginLine(record: "connection")
    json.fields(of: record.identity, direction: nil)
    json.fields(of: record)
    json.endLine()
    flushIfLarge()
  }

  private func flushIfLarge() {
    if json.buffer.count >= Self.limit { flush() }
  }
}
