/// The start line and the uuid line, tolerantly. Blanks are spaces and tabs.
extension Side {
  /// Begins a message with the start line that `held` begins with.
  mutating func beginMessage(
    lineLength: Int, endMark: ArrivalMark, of stream: inout StreamParser,
    in context: inout ParserContext
  ) {
    beginDraft(of: &stream)
    readStartLine(lineLength)
    if draft.message.kind == .request {
      draft.isHashed = true
      draft.hash = ContentHash(seed: context.configuration.seed)
    }
    phase = draft.message.kind == .notification ? .head : .uuid
    acceptLine(lineLength, endMark: endMark)
  }

  /// Begins a message with a start line that was cut behind its keyword: its type is not known.
  mutating func beginCutMessage(of stream: inout StreamParser) {
    beginDraft(of: &stream)
    draft.message.kind = heldKind(at: leadingBlanks)
  }

  private mutating func beginDraft(of stream: inout StreamParser) {
    draft.reset()
    hasMessage = true
    stream.isInSync = true
    stream.isJoining = false
    draft.message.start = lineStart
    draft.message.startMark = held.mark(at: 0)
    draft.message.echoContext = echoContext
    echoContext = .none
  }

  /// The kind of the keyword that `held` has at `index`.
  private func heldKind(at index: Int) -> MessageKind {
    for kind in Keyword.kinds
    where held.span.holds(Keyword.text(kind), at: index, ignoringCase: true) {
      return kind
    }
    return .request
  }

  /// Counts the first line of `held` to the message and removes it.
  mutating func acceptLine(_ length: Int, endMark: ArrivalMark) {
    if draft.isHashed { draft.hash.update(held, 0..<length) }
    removeLine(length)
    draft.message.end = lineStart
    draft.message.endMark = endMark
  }

  private mutating func readStartLine(_ length: Int) {
    let line = content(length)
    var keywordStart = 0
    while Ascii.isBlank(held[keywordStart]) { keywordStart += 1 }
    let kind = heldKind(at: keywordStart)
    draft.message.kind = kind
    let keywordEnd = keywordStart + Keyword.text(kind).utf8CodeUnitCount
    if !held.span.holds(Keyword.text(kind), at: keywordStart) {
      queue(.keywordCase, held: keywordStart..<keywordEnd)
    }
    let type = trimmed(keywordEnd..<line.upperBound)
    queueWhitespace(
      leading: keywordStart, separator: type.isEmpty ? nil : keywordEnd..<type.lowerBound,
      trailing: type.isEmpty ? keywordEnd..<line.upperBound : type.upperBound..<line.upperBound)
    if type.isEmpty {
      queueMissing(.typeMissing, at: keywordEnd)
    } else {
      draft.message.type = keep(type)
      for index in type where !Ascii.isToken(held[index]) {
        queue(.typeCharset, held: type)
        break
      }
    }
    check(0..<length)
  }

  /// Reads the uuid line that `held` begins with; it has no colon and is not empty.
  mutating func readUUIDLine(_ length: Int) {
    let line = content(length)
    let text = trimmed(line)
    guard !text.isEmpty else {
      queueWhitespace(leading: 0, separator: nil, trailing: line)
      queueUUIDMissing()
      return check(0..<length)
    }
    var uuid = text
    var separator: Range<Int>?
    var status = text.upperBound..<text.upperBound
    if draft.message.kind == .response {
      var blank = text.lowerBound
      while blank < text.upperBound && !Ascii.isBlank(held[blank]) { blank += 1 }
      uuid = text.lowerBound..<blank
      status = trimmed(blank..<text.upperBound)
      if !status.isEmpty { separator = blank..<status.lowerBound }
    }
    queueWhitespace(
      leading: text.lowerBound, separator: separator, trailing: text.upperBound..<line.upperBound)
    draft.message.uuid = keep(uuid)
    if uuid.allSatisfy({ Ascii.isDigit(held[$0]) }) {
      if uuid.count > 9 { queue(.uuidTooLong, held: uuid) }
    } else {
      queue(.uuidNotInteger, held: uuid)
    }
    if draft.message.kind == .response { readStatus(status) }
    check(0..<length)
  }

  private mutating func readStatus(_ status: Range<Int>) {
    guard !status.isEmpty else { return queueMissing(.statusMissing, at: status.lowerBound) }
    draft.message.statusText = keep(status)
    if held.isText("OK", status, ignoringCase: true) {
      draft.message.status = .ok
      if !held.isText("OK", status) { queue(.statusCase, held: status) }
    } else if held.isText("ERROR", status, ignoringCase: true) {
      draft.message.status = .error
      if !held.isText("ERROR", status) { queue(.statusCase, held: status) }
    } else {
      draft.message.status = .unknown
      queue(.statusUnknown, held: status)
    }
  }

  /// Tells that the line at hand is not the uuid line that is due. With it a Response lacks its
  /// status.
  mutating func queueUUIDMissing() {
    queueMissing(.uuidMissing, at: 0)
    if draft.message.kind == .response { queueMissing(.statusMissing, at: 0) }
  }

  /// Tells that something should stand before the byte of `held` at `index`.
  private mutating func queueMissing(_ code: DiagnosticCode, at index: Int) {
    queue(
      code, at: lineStart &+ UInt64(truncatingIfNeeded: index), length: 0,
      mark: held.mark(at: index))
  }

  /// Tells the first odd blanks of a start or uuid line: once for a line.
  private mutating func queueWhitespace(
    leading: Int, separator: Range<Int>?, trailing: Range<Int>
  ) {
    if leading > 0 {
      queue(.extraWhitespace, held: 0..<leading)
    } else if let separator, separator.count > 1 || held[separator.lowerBound] != Ascii.space {
      queue(.extraWhitespace, held: separator)
    } else if !trailing.isEmpty {
      queue(.extraWhitespace, held: trailing)
    }
  }

  private mutating func check(_ line: Range<Int>) {
    checks = LineChecks(allowsTab: true)
    checks.scan(held, line, base: lineStart)
    let lineFeed = line.upperBound - 1
    queueChecks(
      lineFeedAt: lineStart &+ UInt64(truncatingIfNeeded: lineFeed), mark: held.mark(at: lineFeed))
  }

  /// The first line of `held`, of `length` bytes, without its end.
  func content(_ length: Int) -> Range<Int> {
    let hasCR = length >= 2 && held[length - 2] == Ascii.cr
    return 0..<length - (hasCR ? 2 : 1)
  }

  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end && Ascii.isBlank(held[start]) { start += 1 }
    while end > start && Ascii.isBlank(held[end - 1]) { end -= 1 }
    return start..<end
  }

  /// Copies a range of `held` into the message's text.
  mutating func keep(_ range: Range<Int>) -> TextRange {
    draft.text.append(held, range)
    return draft.text.textRange(last: range.count)
  }
}
