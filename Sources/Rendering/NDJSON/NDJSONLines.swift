internal import ControlProtocol
internal import Records

/// The lines that an NDJSON renderer has gathered, and what it needs to write more: one value, so
/// that the renderer touches one property for a record.
///
/// Every `write` returns how many bytes are gathered.
struct NDJSONLines: ~Copyable {
  var json: JSONWriter
  private var identities = IdentityCache()
  private var secrets: Secrets

  init(secrets: Secrets, capacity: Int) {
    self.secrets = secrets
    json = JSONWriter(capacity: capacity)
  }

  mutating func write(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) -> Int {
    json.beginLine(record: "message")
    identities.write(record.identity, record.direction, to: &json)
    json.fields(of: record, parameters: parameters, text: text, secrets: &secrets)
    json.endLine()
    return json.buffer.count
  }

  mutating func write(_ record: borrowing TransactionRecord, text: RawSpan) -> Int {
    json.beginLine(record: "transaction")
    identities.write(record.identity, record.direction, to: &json)
    json.fields(of: record, text: text)
    json.endLine()
    return json.buffer.count
  }

  mutating func write(_ record: borrowing DiagnosticRecord, text: RawSpan) -> Int {
    json.beginLine(record: "diagnostic")
    identities.write(record.identity, record.direction, to: &json)
    json.fields(of: record, text: text, secrets: secrets)
    json.endLine()
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
