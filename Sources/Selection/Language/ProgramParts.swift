/// What the reader of an expression gathers beside its tree.
struct ProgramParts {
  /// Texts and keys, one after the other.
  private(set) var pool: [UInt8] = []
  private(set) var patterns: [Pattern] = []
  var literals: [ExpressionLiteral] = []
  private(set) var parameterTests = 0
  /// The kinds of records that have all the fields, and who lacks which.
  private(set) var kinds = SelectableKinds.all
  private(set) var uses: [(name: String, kinds: SelectableKinds, column: Int)] = []

  mutating func add(_ bytes: [UInt8]) -> FieldTest.Bytes {
    let start = pool.count
    pool += bytes
    return FieldTest.Bytes(range: start..<pool.count)
  }

  mutating func add(_ pattern: Pattern) -> Int {
    patterns.append(pattern)
    return patterns.count - 1
  }

  /// Gives the number of one more test of a parameter; nil when there are too many.
  mutating func addParameterTest() -> Int? {
    guard parameterTests < ExpressionParser.maximumParameterTests else { return nil }
    parameterTests += 1
    return parameterTests - 1
  }

  mutating func uses(_ entry: FieldTable.Entry, at column: Int) {
    kinds.formIntersection(entry.kinds)
    uses.append((entry.name, entry.kinds, column))
  }

  mutating func usesParameter(at column: Int) {
    let known: SelectableKinds = [.messages, .transactions]
    kinds.formIntersection(known)
    uses.append(("param", known, column))
  }
}
