internal import ControlProtocol
internal import Records

/// The lines that an NDJSON renderer has gathered, and what it needs to write more: one value, so
/// that the renderer touches one property for a record.
///
/// Every `write` returns how many bytes are gathered.
struct NDJSONLines: ~Copyable {
  var json: JSONWriter
  private var clock = SecondText()
  private var identities = IdentityTexts()
  private var secrets: Secrets

  init(secrets: Secrets, capacity: Int) {
    self.secrets = secrets
    json = JSONWriter(capacity: capacity)
  }

  mutating func write(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) -> Int {
    var row = json.buffer.beginRow()
    row.literal(#"{"record":"message""#)
    identities.write(record.identity, record.direction, to: &row)
    row.fields(of: record, parameters: parameters, text: text, secrets: &secrets, &clock)
    row.literal("}\n")
    json.buffer.end(row)
    return json.buffer.count
  }

  mutating func write(_ record: borrowing TransactionRecord, text: RawSpan) -> Int {
    var row = json.buffer.beginRow()
    row.literal(#"{"record":"transaction""#)
    identities.write(record.identity, record.direction, to: &row)
    row.fields(of: record, text: text, &clock)
    row.literal("}\n")
    json.buffer.end(row)
    return json.buffer.count
  }

  mutating func write(_ record: borrowing DiagnosticRecord, text: RawSpan) -> Int {
    var row = json.buffer.beginRow()
    row.literal(#"{"record":"diagnostic""#)
    identities.write(record.identity, record.direction, to: &row)
    row.fields(of: record, text: text, showing: secrets.shows, &clock)
    row.literal("}\n")
    json.buffer.end(row)
    return json.buffer.count
  }

  mutating func write(_ record: borrowing ConnectionRecord) -> Int {
    json.beginLine(record: "connection")
    json.fields(of: record.identity, direction: nil)
    json.fields(of: record)
    json.endLine()
    return json.buffer.count
  }
}
