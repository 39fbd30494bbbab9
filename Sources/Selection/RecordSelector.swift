public import ControlProtocol
public import Records
internal import Storage
internal import Wire

/// Asks records whether an expression selects them. Keeps what its patterns learnt.
///
/// Nothing is allocated for a record, but for states of patterns that were not met before.
public struct RecordSelector: Sendable {
  /// The expression.
  public let expression: RecordExpression
  private var matchers: [PatternMatcher]

  /// Creates a selector.
  public init(_ expression: RecordExpression) {
    self.expression = expression
    matchers = expression.patterns.map(PatternMatcher.init)
  }

  /// Whether a message is selected; never when messages lack one of the fields.
  public mutating func selects(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) -> Bool {
    guard expression.kinds.contains(.messages) else { return false }
    let record = copy record
    var step = expression.entry
    while step >= 0 {
      let holds: Bool
      switch expression.steps[step].test.field {
      case .parameter:
        holds = self.holds(expression.steps[step].test, parameters, text)
      case .line:
        holds = self.holds(line: expression.steps[step].test, parameters, text)
      default:
        holds = self.holds(expression.steps[step].test, record, text)
      }
      step = holds ? expression.steps[step].ifTrue : expression.steps[step].ifFalse
    }
    return step == RecordExpression.selected
  }

  /// Whether a transaction is selected; never when transactions lack one of the fields.
  ///
  /// - Parameter verdicts: what `verdicts(on:text:)` said about its messages, all bits together.
  public mutating func selects(
    _ record: borrowing TransactionRecord, verdicts: UInt64, text: RawSpan
  ) -> Bool {
    guard expression.kinds.contains(.transactions) else { return false }
    return selects(copy record, verdicts: verdicts, source: text)
  }

  /// Whether a connection is selected; never when connections lack one of the fields.
  public mutating func selects(_ record: borrowing ConnectionRecord) -> Bool {
    guard expression.kinds.contains(.connections) else { return false }
    return selects(copy record, verdicts: 0, source: RawSpan())
  }

  /// Whether a diagnostic is selected; never when diagnostics lack one of the fields.
  public mutating func selects(_ record: borrowing DiagnosticRecord) -> Bool {
    guard expression.kinds.contains(.diagnostics) else { return false }
    return selects(copy record, verdicts: 0, source: RawSpan())
  }

  /// Whether the streams of a connection are selected; never when it asks for more than whose they
  /// are.
  public mutating func selects(streamsOf identity: ConnectionIdentity) -> Bool {
    guard expression.kinds.contains(.streams) else { return false }
    return selects(StreamOwner(identity: identity), verdicts: 0, source: RawSpan())
  }

  /// A bit for each comparison of a parameter: whether a message's parameters fit. The bits of a
  /// request and its response together answer for their transaction.
  public mutating func verdicts(on parameters: Span<ParameterText>, text: RawSpan) -> UInt64 {
    var verdicts: UInt64 = 0
    for index in expression.parameterTests.indices {
      if holds(expression.parameterTests[index], parameters, text) {
        verdicts |= 1 << UInt64(expression.parameterTests[index].parameter)
      }
    }
    return verdicts
  }

  private mutating func selects(
    _ record: some FieldSource, verdicts: UInt64, source text: RawSpan
  ) -> Bool {
    var step = expression.entry
    while step >= 0 {
      let holds: Bool
      if expression.steps[step].test.field == .parameter {
        holds = verdicts & 1 << UInt64(expression.steps[step].test.parameter) != 0
      } else {
        holds = self.holds(expression.steps[step].test, record, text)
      }
      step = holds ? expression.steps[step].ifTrue : expression.steps[step].ifFalse
    }
    return step == RecordExpression.selected
  }

  // MARK: - Tests

  private mutating func holds(
    _ test: FieldTest, _ parameters: Span<ParameterText>, _ text: RawSpan
  ) -> Bool {
    for index in parameters.indices where parameters[index].key.isPresent {
      let isMeant = unsafe text.extracting(parameters[index].key.range)
        .hasSameBytes(as: expression.pool.span.bytes.extracting(test.key.range))
      guard isMeant else { continue }
      if holds(test.question, text.extracting(parameters[index].value.range)) { return true }
    }
    return false
  }

  private mutating func holds(
    line test: FieldTest, _ parameters: Span<ParameterText>, _ text: RawSpan
  ) -> Bool {
    for index in parameters.indices where !parameters[index].key.isPresent {
      if holds(test.question, text.extracting(parameters[index].value.range)) { return true }
    }
    return false
  }

  /// Whether a captured text answers a question.
  private mutating func holds(_ question: FieldTest.Question, _ text: RawSpan) -> Bool {
    switch question {
    case .exists: return true
    case .text(let bytes):
      return unsafe text.hasSameBytes(as: expression.pool.span.bytes.extracting(bytes.range))
    case .digits(let comparison, let bytes):
      return unsafe CapturedNumber.order(
        of: text, against: expression.pool.span.bytes.extracting(bytes.range)
      ).map(comparison.holds) ?? false
    case .pattern(let number): return matchers[number].matches(text)
    case .number, .words, .network: return false
    }
  }

  private mutating func holds(
    _ test: FieldTest, _ record: some FieldSource, _ text: RawSpan
  ) -> Bool {
    switch test.question {
    case .number(let comparison, let operand):
      var index = 0
      while let value = record.number(of: test.field, at: index) {
        if comparison.holds(value < operand ? -1 : value > operand ? 1 : 0) { return true }
        index += 1
      }
      return false
    case .words(let mask):
      return record.words(of: test.field) & mask != 0
    case .network(let network):
      var index = 0
      while let address = record.address(of: test.field, at: index) {
        if network.contains(address) { return true }
        index += 1
      }
      return false
    case .exists where !test.isText:
      if test.isFlag { return record.number(of: test.field, at: 0) == 1 }
      return record.number(of: test.field, at: 0) != nil || record.words(of: test.field) != 0
        || record.address(of: test.field, at: 0) != nil
    case .exists, .text, .digits, .pattern:
      if let own = record.ownText(of: test.field) {
        return unsafe holds(
          test.question,
          UnsafeRawBufferPointer(start: own.utf8Start, count: own.utf8CodeUnitCount).bytes)
      }
      let range = record.text(of: test.field)
      return range.isPresent && holds(test.question, text.extracting(range.range))
    }
  }
}

extension FieldTest {
  /// Whether the field is captured text.
  fileprivate var isText: Bool {
    switch field {
    case .type, .uuid, .status, .code, .reason, .responseType: true
    default: false
    }
  }

  fileprivate var isFlag: Bool {
    switch field {
    case .late, .complete, .echoed, .portsReused: true
    default: false
    }
  }
}
