internal import Wire

extension ExpressionParser {
  /// Reads a value that fits the field and makes a test of both.
  mutating func test(
    _ named: NamedField, _ symbol: ComparisonOperator
  ) throws(ExpressionError) -> ExpressionNode {
    text.skipBlanks()
    let place = text.offset
    if symbol.isPattern {
      let pattern = try patternText(named)
      return try make(.pattern(try addPattern(pattern, at: place)), named, at: place)
    }
    let isQuoted = text.next == UInt8(ascii: "\"") || text.next == UInt8(ascii: "'")
    let value: [UInt8]
    if isQuoted {
      value = try quoted(isPattern: false)
    } else {
      value = Array(text.bytes[text.bareLiteral()])
    }
    note(place..<text.offset, named)
    let end = text.offset
    text.offset = place
    defer { text.offset = end }
    guard isQuoted || !value.isEmpty else { throw error(expectation(named, symbol), at: place) }
    guard let question = question(value, named, symbol, isQuoted: isQuoted) else {
      throw valueError(value, named, symbol, at: place)
    }
    return try make(question, named, at: place)
  }

  private mutating func question(
    _ value: [UInt8], _ named: NamedField, _ symbol: ComparisonOperator, isQuoted: Bool
  ) -> FieldTest.Question? {
    let word = String(decoding: value, as: UTF8.self)
    switch named.kind {
    case .number:
      return Quantity.number(word).map { .number(symbol.comparison, $0) }
    case .duration:
      return Quantity.duration(word, isPlain: named.isNanoseconds)
        .map { .number(symbol.comparison, $0) }
    case .time:
      return CaptureTime(parsing: value, secondsFromUTC: secondsFromUTC)
        .map { .number(symbol.comparison, $0.nanoseconds) }
    case .text:
      return .text(program.add(value))
    case .textOrNumber:
      if !isQuoted || symbol.isOrder {
        if !value.isEmpty, value.allSatisfy({ (0x30...0x39).contains($0) }) {
          let digits = Array(value.drop { $0 == 0x30 })
          return .digits(symbol.comparison, program.add(digits.isEmpty ? [0x30] : digits))
        }
        if symbol.isOrder, let number = Quantity.number(word) {
          return .digits(symbol.comparison, program.add(Array(String(number).utf8)))
        }
      }
      return symbol.isOrder ? nil : .text(program.add(value))
    case .words(let names):
      return names.firstIndex(of: word).map { .words(1 << UInt64($0)) }
    case .address:
      return Network(word).map { .network($0) }
    case .flag:
      return word == "true" || word == "false" ? .number(.equal, word == "true" ? 1 : 0) : nil
    }
  }

  private func valueError(
    _ value: [UInt8], _ named: NamedField, _ symbol: ComparisonOperator, at place: Int
  ) -> ExpressionError {
    var found = hidesText ? "something else" : text.found(at: place)
    if !hidesText, text.next == UInt8(ascii: "\"") || text.next == UInt8(ascii: "'") {
      let shown = String(decoding: value, as: UTF8.self)
      found = shown.count > 40 ? "\"\(shown.prefix(40))…\"" : "\"\(shown)\""
    }
    return ExpressionError(
      column: text.column(of: place),
      message: "\(expectation(named, symbol)), found \(found)")
  }

  /// What fits behind the operator.
  private func expectation(_ named: NamedField, _ symbol: ComparisonOperator) -> String {
    switch named.kind {
    case .number: return "expected a number such as 4080 or 64KiB"
    case .duration:
      return named.isNanoseconds
        ? "expected nanoseconds such as 50000000, or a duration such as 50ms"
        : "expected a duration such as 50ms"
    case .time: return "expected a time such as 2026-11-22T17:26:00Z"
    case .text: return "expected a text such as \"room.join\""
    case .textOrNumber:
      return symbol.isOrder
        ? "expected a number such as 404" : "expected a text or a number such as \"alice\" or 404"
    case .words(let names):
      guard names.count > 12, let first = names.first else {
        return "expected "
          + (names.count == 1 ? names[0] : "one of " + names.joined(separator: ", "))
      }
      return "expected a word such as \(first)"
    case .address: return "expected an address or a network such as 10.0.0.0/8"
    case .flag: return "expected true or false"
    }
  }

  /// A pattern behind `~`: in quotes, or bare when it has no blank or bracket.
  private mutating func patternText(_ named: NamedField) throws(ExpressionError) -> [UInt8] {
    let place = text.offset
    let isQuoted = text.next == UInt8(ascii: "\"") || text.next == UInt8(ascii: "'")
    let value: [UInt8]
    if isQuoted {
      value = try quoted(isPattern: true)
    } else {
      value = Array(text.bytes[text.bareLiteral()])
      guard !value.isEmpty else {
        throw error("expected a regular expression such as \"^room[.]\"", at: place)
      }
    }
    note(place..<text.offset, named)
    return value
  }

  private mutating func addPattern(
    _ pattern: [UInt8], at place: Int
  ) throws(ExpressionError) -> Int {
    do {
      return program.add(try Pattern(pattern))
    } catch {
      let isQuoted = text.bytes[place] == UInt8(ascii: "\"") || text.bytes[place] == 0x27
      // An escaped quote before the place moves the column by one; good enough to find it.
      let column = text.column(of: place + (isQuoted ? 1 : 0) + error.offset)
      throw ExpressionError(column: column, message: error.message)
    }
  }

  /// A quoted text. In patterns a backslash stays, but for one before the quote.
  mutating func quoted(isPattern: Bool) throws(ExpressionError) -> [UInt8] {
    let place = text.offset
    guard let quote = text.next else { throw error("expected a quoted text", at: place) }
    text.offset += 1
    var value: [UInt8] = []
    while let byte = text.next {
      text.offset += 1
      if byte == quote { return value }
      guard byte == UInt8(ascii: "\\") else {
        value.append(byte)
        continue
      }
      guard let escaped = text.next else { break }
      text.offset += 1
      if escaped == quote {
        value.append(escaped)
      } else if isPattern {
        value += [byte, escaped]
      } else {
        try unescape(escaped, to: &value)
      }
    }
    throw ExpressionError(
      column: text.column(of: place),
      message: "expected a closing \(String(UnicodeScalar(quote))), found the end")
  }

  private mutating func unescape(
    _ escaped: UInt8, to value: inout [UInt8]
  ) throws(ExpressionError) {
    switch escaped {
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"): value.append(escaped)
    case UInt8(ascii: "n"): value.append(0x0a)
    case UInt8(ascii: "r"): value.append(0x0d)
    case UInt8(ascii: "t"): value.append(0x09)
    case UInt8(ascii: "0"): value.append(0)
    case UInt8(ascii: "x"):
      let digits = text.bytes[text.offset...].prefix(2)
      guard digits.count == 2,
        let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      else {
        throw ExpressionError(
          column: text.column(of: text.offset), message: "expected two hexadecimal digits")
      }
      text.offset += 2
      value.append(byte)
    default:
      throw ExpressionError(
        column: text.column(of: text.offset - 2),
        message: "expected one of \\\\ \\\" \\' \\n \\r \\t \\0 \\xHH, found an unknown escape")
    }
  }

  /// Remembers where a value stands, so that it can be hidden when the expression is shown.
  private mutating func note(_ range: Range<Int>, _ named: NamedField) {
    program.literals.append(
      ExpressionLiteral(
        range: range, parameter: named.key, isRawLine: named.field == .line))
  }
}
