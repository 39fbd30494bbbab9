/// The queue of what is to be told: at most a line's diagnostics and one message.
extension Side {
  /// Takes the next diagnostic, then the message, into the context.
  mutating func tell(in context: inout ParserContext) -> ParserEvent? {
    if queue.tell(&context.diagnostic, &context.excerpt) { return .diagnostic }
    guard messageIsReady else { return nil }
    messageIsReady = false
    swap(&draft, &context.current)
    return .message
  }

  /// Queues a diagnostic that shows nothing.
  mutating func queue(
    _ code: DiagnosticCode, at offset: UInt64, length: UInt64, mark: ArrivalMark
  ) {
    queue.add(code, at: offset, length: length, mark: mark)
    if hasMessage { draft.message.diagnostics.insert(code) }
  }

  /// Queues a diagnostic about a range of `held`, shown in its excerpt.
  mutating func queue(_ code: DiagnosticCode, held range: Range<Int>) {
    queue.add(
      code, at: lineStart &+ UInt64(truncatingIfNeeded: range.lowerBound), showing: range,
      of: held)
    if hasMessage { draft.message.diagnostics.insert(code) }
  }

  /// Queues what the checks of a line found, and whether it ended without CR.
  mutating func queueChecks(lineFeedAt lineFeed: UInt64, mark: ArrivalMark) {
    let found = queue.add(checks, lineFeedAt: lineFeed, mark: mark)
    if hasMessage { draft.message.diagnostics.formUnion(found) }
  }

  /// Queues the run of empty lines that ended, if there was one.
  mutating func endBlanks() {
    queue.add(.blankLine, blanks)
    blanks = OddRange()
  }

  /// Queues the run of skipped bytes that ended, if there was one, and empties it.
  mutating func endRun(nextCode: DiagnosticCode) {
    if run.length > 0 && run.code != .messageTruncated { queue.add(run) }
    run.reset(code: nextCode)
  }

  /// Ends the message in progress: what remains to be said of the whole of it, and the message.
  mutating func conclude(isComplete: Bool, of stream: inout StreamParser) {
    let start = draft.message.start
    let length = draft.message.end &- start
    if isComplete && draft.lacksErrorCode {
      queue(.errorCodeMissing, at: start, length: length, mark: draft.message.startMark)
    }
    if length > Draft.largeLength {
      queue(.messageTooLarge, at: start, length: length, mark: draft.message.startMark)
    }
    draft.message.isComplete = isComplete
    draft.message.contentHash = draft.isHashed && isComplete ? draft.hash.value : 0
    stream.messageBytes &+= length
    hasMessage = false
    messageIsReady = true
  }
}
