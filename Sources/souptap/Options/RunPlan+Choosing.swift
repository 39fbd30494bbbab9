import Inspection
import Rendering
import Selection
import Wire

extension RunPlan {
  /// Reads what `--where`, `--since` and `--until` say.
  ///
  /// - Throws: a `ConfigurationError` that names the option, and the column in an expression.
  mutating func choose(_ text: String?, _ times: TimeOptions?) throws(ConfigurationError) {
    let zone = LocalZone()
    let utc = isUTC
    let secondsFromUTC: (CaptureTime) -> Int32 = { utc ? 0 : zone.secondsFromUTC(at: $0) }
    if let text = times?.since {
      since = try TimeBound(text, option: "--since", secondsFromUTC: secondsFromUTC)
    }
    if let text = times?.until {
      until = try TimeBound(text, option: "--until", secondsFromUTC: secondsFromUTC)
    }
    if case .moment(let first)? = since, case .moment(let last)? = until, first >= last {
      throw ConfigurationError("--until is not after --since: no record could lie between them")
    }
    if case .afterStart(let first)? = since, case .afterStart(let last)? = until, first >= last {
      throw ConfigurationError("--until is not after --since: no record could lie between them")
    }
    guard let text else { return }
    do {
      let keys = SecretKeys(secretKeys)
      let shows = showsSecrets
      let expression = try RecordExpression(
        text,
        hidesParameter: { key in
          guard !shows else { return false }
          guard let key else { return true }
          return unsafe keys.contains(key.utf8Span.span.bytes)
        },
        secondsFromUTC: secondsFromUTC)
      try expression.check(fits: view.selectableKinds, of: view.rawValue)
      self.expression = expression
      if expression.usesParameters { inspection.keepsParameters = true }
    } catch {
      throw ConfigurationError("--where: \(error.description)")
    }
  }

  /// What `--where`, `--since` and `--until` say, for people; nil when nothing is left out.
  func shownSelection(_ anonymizer: Anonymizer?) -> String? {
    var parts: [String] = []
    if let expression = shownExpression(secrets) {
      parts.append(anonymizer?.changed(expression) ?? expression)
    }
    if let since { parts.append("since \(since.words)") }
    if let until { parts.append("until \(until.words)") }
    return parts.isEmpty ? nil : parts.joined(separator: " · ")
  }

  /// The expression as it may be shown: hidden values as their tokens.
  func shownExpression(_ secrets: Secrets) -> String? {
    guard let expression else { return nil }
    guard !showsSecrets else { return expression.text }
    let keys = SecretKeys(secretKeys)
    var bytes = Array(expression.text.utf8)
    for literal in expression.literals.reversed() {
      let isHidden = literal.parameter.map { unsafe keys.contains($0.utf8Span.span.bytes) }
      guard literal.isRawLine || isHidden ?? false else { continue }
      let isQuoted = bytes[literal.range].first == 0x22 || bytes[literal.range].first == 0x27
      let value = isQuoted ? literal.range.dropFirst().dropLast() : literal.range
      let token = unsafe secrets.token(of: bytes.span.bytes.extracting(value))
      bytes.replaceSubrange(literal.range, with: token.utf8)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension RunPlan.View {
  /// The kinds of records that an expression can select here.
  var selectableKinds: SelectableKinds {
    switch self {
    case .report: [.transactions, .messages]
    case .transactions: .transactions
    case .messages: .messages
    case .connections: .connections
    case .streams: .streams
    }
  }
}
