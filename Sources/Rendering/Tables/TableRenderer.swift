public import ControlProtocol
public import Records
internal import Wire

/// Writes records as aligned rows of text for people, a row a record, as they come.
///
/// The columns are fixed from the first row on; they follow from the width of the terminal. When
/// the date changes, a line with the date comes before the row.
public final class TableRenderer: RecordSink {
  private var lines: TableLines
  private var clock: TableClock
  private var secrets: Secrets
  private let kinds: RecordKinds
  private let style: TableStyle
  private let transactions: TransactionTable
  private let messages: MessageTable
  private let connections: ConnectionTable
  private let diagnostics: DiagnosticLine
  private let output: any OutputSink
  private var hasHeader = false

  private static let limit = 65_536

  /// Creates a renderer that writes the records of `kinds` to `output`; the header is that of the
  /// first of messages, transactions and connections among them.
  public init(
    kinds: RecordKinds, style: TableStyle, secrets: Secrets, output: any OutputSink
  ) {
    self.kinds = kinds
    self.style = style
    self.secrets = secrets
    self.output = output
    lines = TableLines(palette: style.palette)
    clock = TableClock(secondsFromUTC: style.secondsFromUTC)
    transactions = TransactionTable(width: style.width)
    messages = MessageTable(width: style.width)
    connections = ConnectionTable(width: style.width)
    diagnostics = DiagnosticLine(width: style.width)
  }

  /// Hands on what was gathered.
  public func flush() {
    guard !lines.buffer.isEmpty else { return }
    output.write(lines.buffer.bytes)
    lines.buffer.removeAll()
  }

  /// Lets `body` write bytes among the rows; they reach the terminal as they are.
  public func write(_ body: (inout OutputBuffer) -> Void) {
    body(&lines.buffer)
    flushIfLarge()
  }

  public func take(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {
    guard kinds.contains(.messages) else { return }
    if style.isFull {
      messages.full(
        record, parameters: parameters, text: text, clock: clock, secrets: &secrets, to: &lines)
    } else {
      begin(record.start)
      messages.row(
        record, parameters: parameters, text: text, clock: clock, secrets: &secrets, to: &lines)
    }
    flushIfLarge()
  }

  public func take(_ record: borrowing TransactionRecord, text: RawSpan) {
    guard kinds.contains(.transactions) else { return }
    begin(record.start)
    transactions.row(record, text: text, clock: clock, to: &lines)
    if style.isFull { transactions.explanation(record, text: text, to: &lines) }
    flushIfLarge()
  }

  public func take(_ record: borrowing DiagnosticRecord, text: RawSpan) {
    guard kinds.contains(.diagnostics) else { return }
    begin(record.time)
    diagnostics.line(
      record, text: text, clock: clock, showsText: secrets.shows, to: &lines)
    flushIfLarge()
  }

  public func take(_ record: borrowing ConnectionRecord) {
    guard kinds.contains(.connections) else { return }
    begin(record.start)
    connections.row(record, clock: clock, to: &lines)
    if style.isFull { connections.place(of: record, to: &lines) }
    flushIfLarge()
  }

  /// Writes the header before the first row, and the date before the first row of a day.
  private func begin(_ time: CaptureTime) {
    if !hasHeader, !(style.isFull && kinds.contains(.messages)) {
      if kinds.contains(.messages) {
        messages.header(to: &lines)
      } else if kinds.contains(.transactions) {
        transactions.header(to: &lines)
      } else if kinds.contains(.connections) {
        connections.header(to: &lines)
      }
    }
    hasHeader = true
    guard clock.beginsDay(time) else { return }
    let clock = clock
    lines.text(colour: style.palette.dim) { clock.append(dayOf: time, to: &$0) }
    lines.end()
  }

  private func flushIfLarge() {
    if lines.buffer.count >= Self.limit { flush() }
  }
}
