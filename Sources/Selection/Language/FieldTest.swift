/// One question about one field. Whatever a field has several values of, one that fits is enough.
struct FieldTest: Sendable {
  /// What is asked.
  enum Question: Sendable {
    /// Whether there is a value; of a flag, whether it is true.
    case exists
    case number(Comparison, Int64)
    /// Equal bytes.
    case text(Bytes)
    /// A captured number of any length against one; leading zeros do not count.
    case digits(Comparison, Bytes)
    /// Any of our words.
    case words(UInt64)
    case network(Network)
    /// A pattern, by its number in the program.
    case pattern(Int)
  }

  /// How two numbers are to each other. What is not equal is asked as a negation.
  enum Comparison: Sendable {
    case equal, less, lessOrEqual, greater, greaterOrEqual

    /// Whether a value holds whose order against the operand is known.
    func holds(_ order: Int) -> Bool {
      switch self {
      case .equal: order == 0
      case .less: order < 0
      case .lessOrEqual: order <= 0
      case .greater: order > 0
      case .greaterOrEqual: order >= 0
      }
    }
  }

  /// Bytes of the program's pool.
  struct Bytes: Sendable {
    var range: Range<Int>
  }

  var field: Field
  var question: Question
  /// Of a parameter: its key in the program's pool, and its number among the tests of parameters.
  var key = Bytes(range: 0..<0)
  var parameter = 0
}

/// An expression as it was read, before it is made into a program.
indirect enum ExpressionNode: Sendable {
  case test(FieldTest)
  case not(ExpressionNode)
  case and(ExpressionNode, ExpressionNode)
  case or(ExpressionNode, ExpressionNode)
}
