/// A value that stands in an expression, for whoever shows the expression and must not show it.
public struct ExpressionLiteral: Hashable, Sendable {
  /// Where it stands, in bytes of the text, quotes included.
  public var range: Range<Int>
  /// The key of the parameter that it is compared with; nil for other fields.
  public var parameter: String?
  /// Whether it is compared with lines that are no parameters.
  public var isRawLine: Bool
}
