/// How a field is compared, as it was written.
enum ComparisonOperator: CaseIterable {
  case equal, notEqual, lessOrEqual, less, greaterOrEqual, greater, matches, matchesNot

  /// What it is written as. A longer one stands before its beginning.
  var symbol: String {
    switch self {
    case .equal: "=="
    case .notEqual: "!="
    case .lessOrEqual: "<="
    case .less: "<"
    case .greaterOrEqual: ">="
    case .greater: ">"
    case .matches: "~"
    case .matchesNot: "!~"
    }
  }

  /// The question about order; equality for the others.
  var comparison: FieldTest.Comparison {
    switch self {
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    case .equal, .notEqual, .matches, .matchesNot: .equal
    }
  }

  var isNegated: Bool { self == .notEqual || self == .matchesNot }
  var isOrder: Bool { comparison != .equal }
  var isPattern: Bool { self == .matches || self == .matchesNot }
}

/// A field as it was named in an expression.
struct NamedField {
  var name: String
  var place: Int
  var field: Field
  var kind: FieldKind
  /// Whether its name ends in `_ns`.
  var isNanoseconds = false
  /// Of a parameter: its key.
  var key: String?
}

extension ExpressionParser {
  mutating func comparison() throws(ExpressionError) -> ExpressionNode {
    let named = try field()
    text.skipBlanks()
    let place = text.offset
    if text.take(word: "in") { return try list(of: named) }
    if text.take(word: "not") {
      text.skipBlanks()
      guard text.take(word: "in") else { throw error("expected \"in\"", at: text.offset) }
      return .and(try exists(named), .not(try list(of: named)))
    }
    guard let symbol = ComparisonOperator.allCases.first(where: { text.take($0.symbol) }) else {
      if text.next == UInt8(ascii: "=") { throw error("expected \"==\"", at: place) }
      try checkEnd(named, at: place)
      return try exists(named)
    }
    try check(symbol, fits: named, at: place)
    let node = try test(named, symbol)
    if case .flag = named.kind { return symbol.isNegated ? .not(node) : node }
    // What is not there is not unequal either.
    return symbol.isNegated ? .and(try exists(named), .not(node)) : node
  }

  /// Behind a field that stands alone comes what can come behind a comparison.
  private func checkEnd(_ named: NamedField, at place: Int) throws(ExpressionError) {
    var look = text
    guard let next = look.next, next != UInt8(ascii: ")") else { return }
    if look.take(word: "and") || look.take(word: "or") || look.take("&&") || look.take("||") {
      return
    }
    throw error("expected an operator such as ==, or \"and\" or \"or\"", at: place)
  }

  private mutating func field() throws(ExpressionError) -> NamedField {
    text.skipBlanks()
    let place = text.offset
    let name = text.name()
    guard let first = name.utf8.first, !(0x30...0x39).contains(first) else {
      throw error("expected a field, \"not\" or \"(\"", at: place)
    }
    if name.hasPrefix("param.") { return try parameter(name, at: place) }
    if let (entry, isNanoseconds) = FieldTable.entry(named: name) {
      program.uses(entry, at: text.column(of: place))
      if entry.field == .line { hidesText = hidesText || hidesParameter(nil) }
      return NamedField(
        name: name, place: place, field: entry.field, kind: entry.kind,
        isNanoseconds: isNanoseconds)
    }
    var cure = ""
    if name == "param" {
      cure = "; parameters are param.KEY"
    } else if let nearest = FieldTable.nearest(to: name) {
      cure = "; did you mean \(nearest)?"
    }
    throw ExpressionError(
      column: text.column(of: place),
      message: "expected a field, found \(text.found(at: place))\(cure)")
  }

  private mutating func parameter(
    _ name: String, at place: Int
  ) throws(ExpressionError) -> NamedField {
    var key = String(name.dropFirst("param.".utf8.count))
    if key.isEmpty {
      guard text.next == UInt8(ascii: "\"") || text.next == UInt8(ascii: "'") else {
        throw error("expected the key of a parameter", at: text.offset)
      }
      key = String(decoding: try quoted(isPattern: false), as: UTF8.self)
    }
    if hidesParameter(key) { hidesText = true }
    program.usesParameter(at: text.column(of: place))
    return NamedField(
      name: name, place: place, field: .parameter, kind: .textOrNumber, key: key)
  }

  private mutating func exists(_ named: NamedField) throws(ExpressionError) -> ExpressionNode {
    try make(.exists, named, at: named.place)
  }

  /// A list of values in brackets, or one value, which may be a network.
  private mutating func list(of named: NamedField) throws(ExpressionError) -> ExpressionNode {
    try check(.equal, fits: named, at: text.offset)
    text.skipBlanks()
    guard text.take("(") else { return try test(named, .equal) }
    var node = try test(named, .equal)
    while true {
      text.skipBlanks()
      if text.take(")") { return node }
      guard text.take(",") else { throw error("expected \",\" or \")\"", at: text.offset) }
      node = .or(node, try test(named, .equal))
    }
  }

  private func check(
    _ symbol: ComparisonOperator, fits named: NamedField, at place: Int
  ) throws(ExpressionError) {
    func fail(_ operators: String) throws(ExpressionError) {
      throw ExpressionError(
        column: text.column(of: place),
        message: "expected \(operators), because \(shown(named)) is a \(named.kind.name),"
          + " found \"\(symbol.symbol)\"")
    }
    switch named.kind {
    case .number, .duration, .time:
      if symbol.isPattern { try fail("==, !=, <, <=, >, >= or in") }
    case .text:
      if symbol.isOrder { try fail("==, !=, ~, !~ or in") }
    case .textOrNumber: break
    case .words, .address:
      if symbol.isOrder || symbol.isPattern { try fail("==, != or in") }
    case .flag:
      if symbol.isOrder || symbol.isPattern { try fail("== or !=") }
    }
  }

  private func shown(_ named: NamedField) -> String {
    named.key == nil ? named.name : "a parameter"
  }

  /// Makes a test of a field.
  mutating func make(
    _ question: FieldTest.Question, _ named: NamedField, at place: Int
  ) throws(ExpressionError) -> ExpressionNode {
    try countTest(at: place)
    var test = FieldTest(field: named.field, question: question)
    if let key = named.key {
      guard let number = program.addParameterTest() else {
        throw error(
          "expected at most \(Self.maximumParameterTests) comparisons of parameters", at: place)
      }
      test.parameter = number
      test.key = program.add(Array(key.utf8))
    }
    return .test(test)
  }
}
