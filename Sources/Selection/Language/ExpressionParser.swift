internal import Wire

/// Reads an expression:
///
///     expression = term *( "or" term )
///     term       = factor *( "and" factor )
///     factor     = "not" factor / "(" expression ")" / comparison
///     comparison = field [ operator value / [ "not" ] "in" ( value / "(" value *( "," value ) ")" ) ]
///     operator   = "==" / "!=" / "<" / "<=" / ">" / ">=" / "~" / "!~"
///
/// `&&`, `||` and `!` stand for the words. Types are checked while reading, so that an error knows
/// its column.
struct ExpressionParser {
  /// Where nesting ends.
  static let maximumDepth = 64
  /// Where the number of comparisons ends.
  static let maximumTests = 1_000
  /// Where the number of comparisons of parameters ends: each has a bit.
  static let maximumParameterTests = 64
  /// The longest text.
  static let maximumBytes = 65_536

  var text: ExpressionText
  var program = ProgramParts()
  private var depth = 0
  private var tests = 0
  /// Whether what was read asks about a hidden value: errors then show nothing of the text.
  var hidesText = false
  /// Whether values of a parameter are hidden; nil stands for lines that are no parameters.
  let hidesParameter: (String?) -> Bool
  let secondsFromUTC: (CaptureTime) -> Int32

  init(
    _ text: String, hidesParameter: @escaping (String?) -> Bool,
    secondsFromUTC: @escaping (CaptureTime) -> Int32
  ) {
    self.text = ExpressionText(text)
    self.hidesParameter = hidesParameter
    self.secondsFromUTC = secondsFromUTC
  }

  /// Reads it all.
  mutating func parse() throws(ExpressionError) -> ExpressionNode {
    guard text.bytes.count <= Self.maximumBytes else {
      throw ExpressionError(
        column: 1, message: "expected at most \(Self.maximumBytes) bytes")
    }
    text.skipBlanks()
    if text.next == nil { throw error("expected an expression", at: text.offset) }
    let node = try expression()
    text.skipBlanks()
    guard text.next == nil else {
      throw error("expected \"and\", \"or\" or the end", at: text.offset)
    }
    return node
  }

  private mutating func expression() throws(ExpressionError) -> ExpressionNode {
    var node = try term()
    while takeOperator("or", "||") { node = .or(node, try term()) }
    return node
  }

  private mutating func term() throws(ExpressionError) -> ExpressionNode {
    var node = try factor()
    while takeOperator("and", "&&") { node = .and(node, try factor()) }
    return node
  }

  private mutating func factor() throws(ExpressionError) -> ExpressionNode {
    text.skipBlanks()
    let place = text.offset
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
      throw error("expected at most \(Self.maximumDepth) levels of brackets and \"not\"", at: place)
    }
    if text.take(word: "not") || takeNegation() { return .not(try factor()) }
    guard text.take("(") else { return try comparison() }
    let node = try expression()
    text.skipBlanks()
    guard text.take(")") else {
      throw error("expected \"and\", \"or\" or \")\"", at: text.offset)
    }
    return node
  }

  /// Takes `!` where it is no part of `!=` and `!~`.
  private mutating func takeNegation() -> Bool {
    let place = text.offset
    guard text.take("!") else { return false }
    if text.next == UInt8(ascii: "=") || text.next == UInt8(ascii: "~") {
      text.offset = place
      return false
    }
    return true
  }

  private mutating func takeOperator(_ word: String, _ symbol: String) -> Bool {
    text.skipBlanks()
    return text.take(word: word) || text.take(symbol)
  }

  mutating func countTest(at place: Int) throws(ExpressionError) {
    tests += 1
    guard tests <= Self.maximumTests else {
      throw error("expected at most \(Self.maximumTests) comparisons", at: place)
    }
  }

  /// An error about what stands at a place.
  func error(_ expectation: String, at place: Int) -> ExpressionError {
    var start = text
    start.offset = place
    start.skipBlanks()
    let found = hidesText && start.next != nil ? "something else" : text.found(at: place)
    return ExpressionError(
      column: text.column(of: start.offset), message: "\(expectation), found \(found)")
  }
}
