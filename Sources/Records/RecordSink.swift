public import ControlProtocol

/// Where records go: a renderer, the statistics, a test. Everything lent is lent for the call.
///
/// Text fields of a record are ranges into `text`.
public protocol RecordSink: AnyObject {
  /// Takes a message with its parameters (empty unless the inspector keeps them).
  func take(_ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan)
  /// Takes a transaction.
  func take(_ record: borrowing TransactionRecord, text: RawSpan)
  /// Takes a diagnostic.
  func take(_ record: borrowing DiagnosticRecord, text: RawSpan)
  /// Takes a connection that ended.
  func take(_ record: borrowing ConnectionRecord)
}
