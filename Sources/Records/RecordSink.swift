public import ControlProtocol

/// Where records go: a renderer, the statistics, a test. Everything lent is lent for the call.
///
/// Text fields of a record are ranges into `text`.
public protocol RecordSink: AnyObject {
  /// Who counts in place of this sink what nobody wants more of. Asked once.
  var counter: (any RecordCounter)? { get }
  /// Whether the counter counts messages. Asked once.
  var countsMessages: Bool { get }
  /// Whether the counter counts plain transactions; the others come here. Asked once.
  var countsTransactions: Bool { get }
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
  /// Most sinks want the records.
  public var counter: (any RecordCounter)? { nil }
  /// A counter counts them, where there is one.
  public var countsMessages: Bool { counter != nil }
  /// A counter counts them, where there is one.
  public var countsTransactions: Bool { counter != nil }
}

/// Numbers for message types, so that whoever counts need not look at the text each time.
public enum TypeNumber {
  /// Of a type that has no number, or of a message without a type.
  public static let none = UInt32.max
}
