internal import ControlProtocol
internal import Records
import Storage

/// The lines that an NDJSON renderer has gathered, and what it needs to write more: one value, so
/// that the renderer touches one property for a record.
///
/// Messages, transactions and diagnostics wait for each other and are written a few at a time, in the
/// order in which they came, and before any other line. Every `take` and `write` returns how many bytes
/// are gathered.
struct NDJSONLines: ~Copyable {
  var json: JSONWriter
  private var waiting = WaitingRows()
  private var clock = SecondText()
  private var identities = IdentityTexts()
  private var secrets: Secrets

  init(secrets: Secrets, capacity: Int) {
    self.secrets = secrets
    json = JSONWriter(capacity: capacity)
  }

  mutating func take(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) -> Int {
    if !waiting.transactions.isEmpty { writeWaiting() }
    waiting.append(record, parameters: parameters, text: text)
    if waiting.isFull { writeWaiting() }
    return json.buffer.count
  }

  mutating func take(_ record: borrowing TransactionRecord, text: RawSpan) -> Int {
    if !waiting.messages.isEmpty { writeWaiting() }
    waiting.append(record, text: text)
    if waiting.isFull { writeWaiting() }
    return json.buffer.count
  }

  mutating func take(_ record: borrowing DiagnosticRecord, text: RawSpan) -> Int {
    waiting.append(record, text: text, keepsExcerpt: secrets.shows)
    if waiting.isFull { writeWaiting() }
    return json.buffer.count
  }

  /// Writes what waits.
  mutating func writeWaiting() {
    guard !waiting.isEmpty else { return }
    var rows = WaitingRows()
    swap(&rows, &waiting)
    var written = 0
    for index in 0..<rows.diagnostics.count {
      let diagnostic = rows.diagnostics[index]
      writeOthers(of: rows, written..<diagnostic.position)
      written = diagnostic.position
      write(diagnostic.record, text: rows.texts.bytes)
    }
    writeOthers(of: rows, written..<rows.others)
    rows.removeAll()
    swap(&rows, &waiting)
  }

  /// Writes some of the transactions or messages that waited.
  private mutating func writeOthers(of rows: borrowing WaitingRows, _ numbers: Range<Int>) {
    guard rows.messages.isEmpty else {
      for index in numbers {
        let message = rows.messages[index]
        write(
          message.record,
          parameters: rows.parameters.elements.extracting(
            message.parameterStart..<message.parameterEnd),
          text: rows.texts.bytes.extracting(message.textStart..<message.textEnd))
      }
      return
    }
    for index in numbers { write(rows.transactions[index], text: rows.texts.bytes) }
  }

  private mutating func write(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {
    var row = json.buffer.beginRow()
    row.literal(#"{"record":"message""#)
    identities.write(record.identity, record.direction, to: &row)
    row.fields(of: record, parameters: parameters, text: text, secrets: &secrets, &clock)
    row.literal("}\n")
    json.buffer.end(row)
  }

  private mutating func write(_ record: borrowing TransactionRecord, text: RawSpan) {
    var row = json.buffer.beginRow()
    row.literal(#"{"record":"transaction""#)
    identities.write(record.identity, record.direction, to: &row)
    row.fields(of: record, text: text, &clock)
    row.literal("}\n")
    json.buffer.end(row)
  }

  private mutating func write(_ record: borrowing DiagnosticRecord, text: RawSpan) {
    var row = json.buffer.beginRow()
    row.literal(#"{"record":"diagnostic""#)
    identities.write(record.identity, record.direction, to: &row)
    row.fields(of: record, text: text, showing: secrets.shows, &clock)
    row.literal("}\n")
    json.buffer.end(row)
  }

  mutating func write(_ record: borrowing ConnectionRecord) -> Int {
    writeWaiting()
    json.beginLine(record: "connection")
    json.fields(of: record.identity, direction: nil)
    json.fields(of: record)
    json.endLine()
    return json.buffer.count
  }
}
