internal import ControlProtocol
internal import Records
import Storage

/// Records that wait to be written together, a few at a time: what writes them then stays at hand from
/// one to the next, and does not push out of the cache what the next packet needs.
///
/// They are written in the order in which they came; beside diagnostics there are only transactions or
/// only messages at a time. Bounded: whoever adds one writes them all as soon as `isFull`.
struct WaitingRows: ~Copyable {
  /// So many records, so many bytes of text and so many parameters are enough.
  private static let most = 16
  private static let mostBytes = 16 << 10
  private static let mostParameters = 2048

  /// A message, and where the parts of `texts` and `parameters` begin and end that are its own.
  struct Message: BitwiseCopyable {
    var record: MessageRecord
    var textStart: Int
    var textEnd: Int
    var parameterStart: Int
    var parameterEnd: Int
  }

  /// A diagnostic, and its place among the others.
  struct Diagnostic: BitwiseCopyable {
    /// Its text ranges point into `texts`.
    var record: DiagnosticRecord
    /// How many transactions or messages came before it.
    var position: Int
  }

  private(set) var diagnostics = Buffer<Diagnostic>()
  /// Their text ranges point into `texts`.
  private(set) var transactions = Buffer<TransactionRecord>()
  /// Their text ranges point into their parts of `texts`.
  private(set) var messages = Buffer<Message>()
  private(set) var parameters = Buffer<ParameterText>()
  private(set) var texts = TextArena()

  /// Transactions or messages.
  var others: Int { transactions.count &+ messages.count }

  var isEmpty: Bool { others == 0 && diagnostics.isEmpty }

  /// Whether they are to be written now.
  var isFull: Bool {
    others &+ diagnostics.count >= Self.most || texts.count >= Self.mostBytes
      || parameters.count >= Self.mostParameters
  }

  /// Adds a transaction with the texts that it points to.
  mutating func append(_ record: borrowing TransactionRecord, text: RawSpan) {
    var own = copy record
    keep(&own.type, of: text)
    keep(&own.uuid, of: text)
    keep(&own.statusText, of: text)
    keep(&own.code, of: text)
    keep(&own.reason, of: text)
    keep(&own.responseType, of: text)
    transactions.append(own)
  }

  @inline(__always)
  private mutating func keep(_ range: inout TextRange, of text: RawSpan) {
    guard range.isPresent else { return }
    let start = texts.count
    texts.append(text.extracting(range.range))
    range = TextRange(start: start, count: Int(range.count))
  }

  /// Adds a diagnostic with the texts that it points to.
  ///
  /// - Parameter keepsExcerpt: whether its excerpt is going to be shown.
  mutating func append(
    _ record: borrowing DiagnosticRecord, text: RawSpan, keepsExcerpt: Bool
  ) {
    var own = copy record
    keep(&own.comment, of: text)
    if keepsExcerpt { keep(&own.excerpt, of: text) } else { own.excerpt = .absent }
    diagnostics.append(Diagnostic(record: own, position: others))
  }

  /// Adds a message with all of its text.
  mutating func append(
    _ record: borrowing MessageRecord, parameters own: Span<ParameterText>, text: RawSpan
  ) {
    let (textStart, parameterStart) = (texts.count, parameters.count)
    texts.append(text)
    unsafe own.withUnsafeBufferPointer { source in
      unsafe parameters.append(count: source.count) { unsafe _ = $0.initialize(from: source) }
    }
    messages.append(
      Message(
        record: copy record, textStart: textStart, textEnd: texts.count,
        parameterStart: parameterStart, parameterEnd: parameters.count))
  }

  mutating func removeAll() {
    diagnostics.removeAll(keeping: .max)
    transactions.removeAll(keeping: .max)
    messages.removeAll(keeping: .max)
    parameters.removeAll(keeping: 1 << 16)
    texts.removeAll()
  }
}
