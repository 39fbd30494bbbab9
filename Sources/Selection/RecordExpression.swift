public import Wire

/// An expression that selects records, such as `type == "room.join" and latency > 50ms`, read and
/// checked.
///
/// A comparison with a field that a record does not have is false, its opposites `!=`, `!~` and
/// `not in` too; `not (…)` turns that around. Of fields with several values one that fits is enough.
public struct RecordExpression: Sendable {
  /// The text it was made of.
  public let text: String
  /// The kinds of records that have every field it asks for.
  public let kinds: SelectableKinds
  /// Where values stand in the text.
  public let literals: [ExpressionLiteral]
  let uses: [(name: String, kinds: SelectableKinds, column: Int)]
  let steps: [Step]
  /// Where to begin.
  let entry: Int
  let pool: [UInt8]
  let patterns: [Pattern]
  /// Each test of a parameter, in the order of their numbers.
  let parameterTests: [FieldTest]

  /// A test, and where to go on; `selected` and `rejected` end.
  struct Step: Sendable {
    var test: FieldTest
    var ifTrue: Int
    var ifFalse: Int
  }

  static let selected = -1
  static let rejected = -2

  /// Reads an expression.
  ///
  /// - Parameters:
  ///   - hidesParameter: whether values of a parameter are hidden, nil standing for lines that are no
  ///     parameters: errors then show nothing of the text.
  ///   - secondsFromUTC: how far local time is ahead of UTC at a moment, for times without a zone.
  /// - Throws: an `ExpressionError` that names the column.
  public init(
    _ text: String, hidesParameter: @escaping (String?) -> Bool = { _ in false },
    secondsFromUTC: @escaping (CaptureTime) -> Int32 = { _ in 0 }
  ) throws(ExpressionError) {
    var parser = ExpressionParser(
      text, hidesParameter: hidesParameter, secondsFromUTC: secondsFromUTC)
    let node = try parser.parse()
    var compiler = Compiler()
    entry = compiler.compile(node, ifTrue: Self.selected, ifFalse: Self.rejected)
    self.text = text
    steps = compiler.steps
    let parts = parser.program
    kinds = parts.kinds
    uses = parts.uses
    literals = parts.literals
    pool = parts.pool
    patterns = parts.patterns
    var tests: [FieldTest] = []
    for step in steps where step.test.field == .parameter { tests.append(step.test) }
    parameterTests = tests.sorted { $0.parameter < $1.parameter }
  }

  /// Whether it asks for parameters of messages.
  public var usesParameters: Bool { !parameterTests.isEmpty }

  /// Checks that records of at least one of `wanted` have all its fields.
  ///
  /// - Throws: an `ExpressionError` about the first field that keeps it from that, and which commands
  ///   know the field.
  public func check(fits wanted: SelectableKinds, of command: String) throws(ExpressionError) {
    guard kinds.isDisjoint(with: wanted) else { return }
    var rest = wanted
    for (name, kinds, column) in uses {
      if kinds.isDisjoint(with: wanted) {
        let others = kinds.intersection([.messages, .transactions, .connections])
        throw ExpressionError(
          column: column,
          message: "expected a field of \(command), found \"\(name)\", which only"
            + " \(others.words) \(others.rawValue.nonzeroBitCount == 1 ? "has" : "have")")
      }
      if kinds.isDisjoint(with: rest) {
        throw ExpressionError(
          column: column,
          message: "expected a field that goes with those before, found \"\(name)\", which only"
            + " \(kinds.words) \(kinds.rawValue.nonzeroBitCount == 1 ? "has" : "have")")
      }
      rest.formIntersection(kinds)
    }
  }

  /// Makes steps of a tree, the last first: each knows where to go on.
  private struct Compiler {
    var steps: [Step] = []

    mutating func compile(_ node: ExpressionNode, ifTrue: Int, ifFalse: Int) -> Int {
      switch node {
      case .test(let test):
        steps.append(Step(test: test, ifTrue: ifTrue, ifFalse: ifFalse))
        return steps.count - 1
      case .not(let node):
        return compile(node, ifTrue: ifFalse, ifFalse: ifTrue)
      case .and(let a, let b):
        let second = compile(b, ifTrue: ifTrue, ifFalse: ifFalse)
        return compile(a, ifTrue: second, ifFalse: ifFalse)
      case .or(let a, let b):
        let second = compile(b, ifTrue: ifTrue, ifFalse: ifFalse)
        return compile(a, ifTrue: ifTrue, ifFalse: second)
      }
    }
  }
}
