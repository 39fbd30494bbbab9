internal import ControlProtocol
internal import Records

extension JSONRow {
  /// Writes the fields of a `diagnostic` line behind those of its connection.
  @inline(__always)
  mutating func fields(
    of record: borrowing DiagnosticRecord, text: RawSpan, showing shows: Bool,
    _ clock: inout SecondText
  ) {
    field("code", word: record.code.name)
    switch record.code.severity {
    case .note: literal(#","severity":"note""#)
    case .warning: literal(#","severity":"warning""#)
    case .error: literal(#","severity":"error""#)
    }
    field("ts", record.time, &clock)
    field(frame: "frame", record.frame)
    key("offset")
    number(record.offset)
    field("length", record.length)
    if let detail = record.detail { field("detail", word: detail.words) }
    field("comment", record.comment, in: text)
    if record.count > 1 { field("count", record.count) }
    if let couldMiss = record.captureCouldMiss {
      literal(couldMiss ? #","capture_could_miss":true"# : #","capture_could_miss":false"#)
    }
    if shows { field("excerpt", record.excerpt, in: text) }
  }
}
