import ControlProtocol
import Records
import Rendering
import Wire

/// Makes records that tell other addresses than the real ones: of connections, and in captured text.
final class Anonymizer {
  private var addresses: AddressMap
  private var text: [UInt8] = []
  private var parameters: [ParameterText] = []

  init(key: TokenKey) {
    addresses = AddressMap(key: key)
  }

  /// A text of our own, such as a file's name or a filter, with other addresses in it.
  func changed(_ text: String) -> String { addresses.mapped(text) }

  /// Who is connected, with other addresses.
  func changed(_ identity: ConnectionIdentity) -> ConnectionIdentity {
    var identity = identity
    identity.client.address = addresses.mapped(identity.client.address)
    identity.server.address = addresses.mapped(identity.server.address)
    return identity
  }

  /// Where addresses stand in captured bytes.
  func places(in bytes: RawSpan) -> [Range<Int>] { addresses.places(in: bytes) }

  func change(
    _ record: borrowing MessageRecord, parameters list: Span<ParameterText>, text: RawSpan,
    _ body: (borrowing MessageRecord, Span<ParameterText>, RawSpan) -> Void
  ) {
    var record = copy record
    begin()
    record.identity = changed(record.identity)
    record.type = take(record.type, text)
    record.uuid = take(record.uuid, text)
    record.statusText = take(record.statusText, text)
    record.code = take(record.code, text)
    record.reason = take(record.reason, text)
    parameters.removeAll(keepingCapacity: true)
    for index in list.indices {
      parameters.append(
        ParameterText(key: take(list[index].key, text), value: take(list[index].value, text)))
    }
    let bytes = self.text
    let changed = parameters
    unsafe body(record, changed.span, bytes.span.bytes)
  }

  func change(
    _ record: borrowing TransactionRecord, text: RawSpan,
    _ body: (borrowing TransactionRecord, RawSpan) -> Void
  ) {
    var record = copy record
    begin()
    record.identity = changed(record.identity)
    record.type = take(record.type, text)
    record.uuid = take(record.uuid, text)
    record.statusText = take(record.statusText, text)
    record.code = take(record.code, text)
    record.reason = take(record.reason, text)
    record.responseType = take(record.responseType, text)
    let bytes = self.text
    unsafe body(record, bytes.span.bytes)
  }

  func change(
    _ record: borrowing DiagnosticRecord, text: RawSpan,
    _ body: (borrowing DiagnosticRecord, RawSpan) -> Void
  ) {
    var record = copy record
    begin()
    record.identity = changed(record.identity)
    record.excerpt = take(record.excerpt, text)
    record.comment = take(record.comment, text)
    let bytes = self.text
    unsafe body(record, bytes.span.bytes)
  }

  func change(
    _ record: borrowing ConnectionRecord, _ body: (borrowing ConnectionRecord) -> Void
  ) {
    var record = copy record
    record.identity = changed(record.identity)
    body(record)
  }

  private func begin() {
    text.removeAll(keepingCapacity: true)
  }

  private func take(_ range: TextRange, _ source: RawSpan) -> TextRange {
    guard range.isPresent else { return .absent }
    let start = text.count
    addresses.append(source.extracting(range.range), to: &text)
    return TextRange(start: start, count: text.count - start)
  }
}
