internal import ControlProtocol
internal import Wire

/// A record that tests can ask for the values of its fields.
///
/// What a field has several values of is numbered from 0 on; nil ends them.
protocol FieldSource {
  /// A number, a duration or a moment in nanoseconds, 1 and 0 of a flag.
  func number(of field: Field, at index: Int) -> Int64?
  /// The bits of the words that a field has; 0 when it has none.
  func words(of field: Field) -> UInt64
  /// An address.
  func address(of field: Field, at index: Int) -> IPAddress?
  /// A captured text; absent where there is none.
  func text(of field: Field) -> TextRange
  /// A text that is none of the captured ones; nil where the captured one counts.
  func ownText(of field: Field) -> StaticString?
}

extension FieldSource {
  func text(of field: Field) -> TextRange { .absent }

  func ownText(of field: Field) -> StaticString? { nil }
}
