/// What is wrong with an expression: where, what was expected there, and what was found.
public struct ExpressionError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The place, in characters from 1 on.
  public var column: Int
  /// What was expected and what was found.
  public var message: String

  /// Creates an error.
  public init(column: Int, message: String) {
    self.column = column
    self.message = message
  }

  /// `column 12: expected …`.
  public var description: String { "column \(column): \(message)" }
}
