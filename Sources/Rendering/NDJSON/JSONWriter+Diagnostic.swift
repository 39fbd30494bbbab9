internal import ControlProtocol
internal import Records

extension JSONWriter {
  /// Writes the fields of a `diagnostic` line behind those of its connection.
  mutating func fields(of record: borrowing DiagnosticRecord, text: RawSpan, secrets: Secrets) {
    field("code", record.code.name)
    field("severity", record.code.severity.name)
    field(known: "ts", record.time)
    field(frame: "frame", record.frame)
    field("offset", record.offset)
    field("length", record.length)
    field("detail", record.detail)
    field("comment", record.comment, in: text)
    if record.count > 1 { field("count", record.count) }
    field("capture_could_miss", record.captureCouldMiss)
    if secrets.shows { field("excerpt", record.excerpt, in: text) }
  }
}
