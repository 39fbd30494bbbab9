import Storage

/// Parameter lines from their colon on. A value is read piece by piece where it lies; it is copied
/// only when it is kept.
///
/// Blanks on both sides of a key are trimmed (`extra-whitespace`); one blank behind the colon is the
/// separator. A tab anywhere else in a parameter line counts as a control byte.
extension Side {
  /// `held` is a line up to its colon.
  mutating func beginValue(in context: borrowing ParserContext) {
    let colon = held.count - 1
    var (start, end) = (0, colon)
    while start < end && Ascii.isBlank(held[start]) { start += 1 }
    while end > start && Ascii.isBlank(held[end - 1]) { end -= 1 }
    parameter = ParameterLine()
    parameter.key = start..<end
    parameter.blanks = start > 0 ? 0..<start : end..<colon
    parameter.keyPrint = held.span.keyPrint(of: start..<end, seed: context.configuration.seed)
    parameter.role = draft.role(of: parameter.keyPrint)
    parameter.replacesUUID = phase == .uuid
    parameter.valueStart = lineStart &+ UInt64(truncatingIfNeeded: held.count)
    parameter.keepsValue = keepsParameters || parameter.role != .parameter
    if keepsParameters && parameter.role == .parameter { parameter.keyText = keep(start..<end) }
    parameter.textStart = draft.text.count
    checks = LineChecks()
    checks.scan(held, start..<end, base: lineStart)
    // The colon too, so that a CR right before it is not taken for the begin of CRLF.
    checks.scan(held, colon..<colon + 1, base: lineStart)
    if draft.isHashed { draft.hash.update(held, 0..<held.count) }
    phase = .value
  }

  mutating func readValue(
    _ chunk: RawSpan, at position: inout Int, of stream: inout StreamParser,
    in context: inout ParserContext
  ) {
    let limit = limit(in: chunk, cap: context.cap)
    guard position < limit else {
      return truncate(at: offset(position), position, of: &stream, in: &context)
    }
    let start = position
    if !parameter.hasSeparator && offset(position) == parameter.valueStart
      && Ascii.isBlank(chunk.byte(at: position))
    {
      parameter.hasSeparator = true
      parameter.valueStart &+= 1
      position += 1
    }
    let hadCR = checks.endsWithCR
    let plain = plainEnd > offset(position) ? Int(truncatingIfNeeded: plainEnd &- base) : position
    let stop = checks.scan(chunk, from: min(plain, limit), to: limit, base: base, mark: mark)
    if parameter.keepsValue && stop > position {
      // A CR is kept once it is known that no LF follows.
      if hadCR { draft.text.append(Ascii.cr) }
      draft.text.append(chunk, position..<stop - (checks.endsWithCR ? 1 : 0))
    }
    let isEnded = stop < limit
    position = isEnded ? stop + 1 : limit
    if draft.isHashed { draft.hash.update(chunk, start..<position) }
    guard isEnded else { return }
    endParameter(lineFeedAt: offset(stop), seed: context.configuration.seed)
    draft.message.end = offset(position)
    draft.message.endMark = mark
    draft.bodyLines += 1
    clearHeld()
    phase = .head
  }

  private mutating func endParameter(lineFeedAt lineFeed: UInt64, seed: UInt64) {
    if parameter.replacesUUID { queueUUIDMissing() }
    if !parameter.blanks.isEmpty { queue(.extraWhitespace, held: parameter.blanks) }
    if parameter.key.isEmpty { queue(.emptyKey, held: parameter.key) }
    if !draft.keys.insert(parameter.keyPrint, seed: seed) {
      queue(.duplicateKey, held: parameter.key)
    }
    if parameter.role != .parameter {
      if !draft.isInOrder(parameter.role) { queue(.errorFieldsOrder, held: parameter.key) }
      if draft.message.status == .ok { queue(.errorFieldsOnOK, held: parameter.key) }
    }
    if !parameter.hasSeparator {
      queue(.noSpaceAfterColon, held: parameter.key.upperBound..<held.count)
    }
    queueChecks(lineFeedAt: lineFeed, mark: mark)
    guard parameter.keepsValue else { return }
    let value = draft.text.textRange(last: draft.text.count - parameter.textStart)
    switch parameter.role {
    case .code: draft.message.code = value
    case .reason: draft.message.reason = value
    case .parameter:
      draft.parameters.append(ParameterText(key: parameter.keyText, value: value))
    }
  }
}
