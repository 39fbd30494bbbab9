internal import ControlProtocol
internal import Records

extension JSONRow {
  /// Writes the fields of a `message` line behind those of its connection.
  @inline(__always)
  mutating func fields(
    of record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan,
    secrets: inout Secrets, _ clock: inout SecondText
  ) {
    switch record.kind {
    case .request: literal(#","kind":"request""#)
    case .response: literal(#","kind":"response""#)
    case .notification: literal(#","kind":"notification""#)
    }
    field("type", record.type, in: text)
    uuid(record.uuid, in: text)
    if record.kind == .response {
      switch record.status {
      case .ok: literal(#","status":"OK""#)
      case .error: literal(#","status":"ERROR""#)
      case .unknown: field("status", record.statusText, in: text)
      case .missing: break
      }
    }
    field("code", record.code, in: text)
    field("reason", record.reason, in: text)
    if self.parameters(parameters, text: text, secrets: &secrets) {
      rawLines(parameters, text: text, showing: secrets.shows)
    }
    field("ts", record.start, &clock)
    field("ts_end", record.end, &clock)
    field(frame: "frame", record.frame)
    field(frame: "frame_end", record.frameEnd)
    if let input = record.inputEnd { field("input_end", UInt64(input)) }
    key("offset")
    number(record.offset)
    key("length")
    number(record.length)
    literal(record.isComplete ? #","complete":true"# : #","complete":false"#)
    if record.isEchoed { literal(#","echoed":true"#) }
    field("diagnostics", bits: record.diagnostics.rawValue, names: DiagnosticCode.names)
  }

  /// Says whether there are raw lines among them.
  @inline(__always)
  private mutating func parameters(
    _ parameters: Span<ParameterText>, text: RawSpan, secrets: inout Secrets
  ) -> Bool {
    guard parameters.count > 0 else { return false }
    lookAhead(in: text, from: parameters[0].firstByte)
    var hasLines = false
    var isOpen = false
    for index in parameters.indices {
      let parameter = parameters[index]
      guard parameter.key.isPresent else {
        hasLines = true
        continue
      }
      if isOpen {
        literal(#",{"key":"#)
      } else {
        literal(#","params":[{"key":"#)
        isOpen = true
      }
      quote(parameter.key, of: text, for: "key")
      literal(#","value":"#)
      if secrets.hides(valuesOf: parameter.key.range, of: text) {
        literal(#""<hidden:"#)
        hexadecimal(secrets.tokenNumber(of: text.bytes(of: parameter.value)))
        literal(#">","hidden":true}"#)
      } else {
        quote(parameter.value, of: text, for: "value")
        literal("}")
      }
    }
    if isOpen { literal("]") }
    return hasLines
  }

  /// A raw line has no key that could say whether it is a secret.
  @inline(never)
  private mutating func rawLines(
    _ parameters: Span<ParameterText>, text: RawSpan, showing shows: Bool
  ) {
    var opening: StaticString = #","lines":[{"#
    for index in parameters.indices where !parameters[index].key.isPresent {
      let content = parameters[index].value
      makeRoom(for: 0)
      literal(opening)
      opening = ",{"
      if shows {
        literal(#""text":"#)
        quote(content, of: text, for: "text")
      } else {
        literal(#""hidden":true"#)
        field("length", UInt64(content.count))
      }
      literal("}")
    }
    literal("]")
  }
}

extension ParameterText {
  /// Where it begins in the text that its message is lent with; the others lie behind it.
  fileprivate var firstByte: Int {
    key.isPresent ? key.range.lowerBound : value.range.lowerBound
  }
}

extension DiagnosticCode {
  /// The names of all codes, in the order of the bits of a `DiagnosticSet`.
  static let names = DiagnosticCode.allCases.map(\.name)
}
