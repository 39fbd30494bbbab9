/// The queue of what is to be told: at most a line's diagnostics and one message.
extension Side {
  /// Takes the next diagnostic, then the message, into the context.
  mutating func tell(in context: inout ParserContext) -> ParserEvent? {
    if queueHead < queue.count {
      var diagnostic = queue[queueHead]
      queueHead += 1
      context.current.text.removeAll()
      if diagnostic.excerpt.isPresent {
        context.current.text.append(queueText.span, diagnostic.excerpt.range)
        diagnostic.excerpt = TextRange(start: 0, count: Int(diagnostic.excerpt.count))
      }
      if queueHead == queue.count {
        queue.removeAll(keepingCapacity: true)
        queueHead = 0
        queueText.removeAll()
      }
      context.diagnostic = diagnostic
      return .diagnostic
    }
    guard messageIsReady else { return nil }
    messageIsReady = false
    swap(&draft, &context.current)
    return .message
  }

  /// Queues a diagnostic; `excerpt` is a range of `held`.
  mutating func queue(
    _ code: DiagnosticCode, at offset: UInt64, length: UInt64, mark: ArrivalMark,
    excerpt: Range<Int>? = nil
  ) {
    var diagnostic = Diagnostic()
    diagnostic.code = code
    diagnostic.offset = offset
    diagnostic.length = length
    diagnostic.mark = mark
    if let excerpt {
      let shown = min(excerpt.count, SkippedRun.excerptBytes)
      queueText.append(held, excerpt.lowerBound..<excerpt.lowerBound + shown)
      diagnostic.excerpt = queueText.textRange(last: shown)
    }
    queue.append(diagnostic)
    if hasMessage { draft.message.diagnostics.insert(code) }
  }

  /// Queues a diagnostic about a range of `held`, shown in its excerpt.
  mutating func queue(_ code: DiagnosticCode, held range: Range<Int>) {
    queue(
      code, at: lineStart &+ UInt64(truncatingIfNeeded: range.lowerBound),
      length: UInt64(truncatingIfNeeded: range.count), mark: held.mark(at: range.lowerBound),
      excerpt: range)
  }

  /// Queues a diagnostic about odd bytes, if there are any.
  mutating func queue(_ code: DiagnosticCode, _ range: OddRange) {
    guard !range.isEmpty else { return }
    queue(code, at: range.start, length: range.end &- range.start, mark: range.mark)
  }

  /// Queues what the checks of a line found, and whether it ended without CR.
  mutating func queueChecks(lineFeedAt lineFeed: UInt64, mark: ArrivalMark) {
    queue(.bareCR, checks.bareCR)
    queue(.controlBytes, checks.control)
    queue(.invalidUTF8, checks.invalid)
    if !checks.endsWithCR { queue(.bareLF, at: lineFeed, length: 1, mark: mark) }
  }

  /// Queues the run of empty lines that ended, if there was one.
  mutating func endBlanks() {
    queue(.blankLine, blanks)
    blanks = OddRange()
  }

  /// Queues the run of skipped bytes that ended, if there was one, and empties it.
  mutating func endRun(nextCode: DiagnosticCode) {
    if run.length > 0 && run.code != .messageTruncated {
      var diagnostic = Diagnostic()
      diagnostic.code = run.code
      diagnostic.offset = run.start
      diagnostic.length = run.length
      diagnostic.mark = run.mark
      queueText.append(run.excerpt)
      diagnostic.excerpt = queueText.textRange(last: run.excerpt.count)
      queue.append(diagnostic)
    }
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
