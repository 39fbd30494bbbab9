public import ControlProtocol

/// Where records go: a renderer, the statistics, a test. Everything lent is lent for the call.
///
/// Text fields of a record are ranges into `text`.
public protocol RecordSink: AnyObject {
  /// Whether messages are read beyond what counting them needs: kind, whether it is an echo, type,
  /// uuid, direction and end. Asked once.
  var readsMessages: Bool { get }
  /// From this latency on (nanoseconds) transactions are read whole; `Int64.min` for all of them,
  /// unanswered ones too. Of the others there are only outcome, reason, code, quality, causes, hints,
  /// type, direction, number, revision, end, in flight and the durations: no identity, no uuid, no
  /// status text, no packets and no offsets. Asked for each transaction.
  var wholeFromLatency: Int64 { get }
  /// Takes a message with its parameters (empty unless the inspector keeps them).
  func take(_ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan)
  /// Takes a transaction.
  func take(_ record: borrowing TransactionRecord, text: RawSpan)
  /// Takes a diagnostic.
  func take(_ record: borrowing DiagnosticRecord, text: RawSpan)
  /// Takes a connection that ended.
  func take(_ record: borrowing ConnectionRecord)
}

extension RecordSink {
  /// Most sinks read all there is.
  public var readsMessages: Bool { true }
  /// Most sinks read all there is.
  public var wholeFromLatency: Int64 { .min }
}

/// Numbers for message types, so that whoever counts need not look at the text each time.
public enum TypeNumber {
  /// Of a type that has no number, or of a message without a type.
  public static let none = UInt32.max
}
