import Storage

/// The lines behind the start line, up to their colon or their end.
///
/// A convincing start line is looked for at every line, at the uuid line too: there `Request B` before
/// a line of digits is the next message and not a uuid.
extension Side {
  mutating func readHead(
    _ chunk: RawSpan, at position: inout Int, of stream: inout StreamParser,
    in context: inout ParserContext
  ) {
    if candidateLength > 0 {
      return judgeCandidateInMessage(chunk, at: &position, of: &stream, in: &context)
    }
    let limit = limit(in: chunk, cap: context.cap)
    if position > limit {
      return truncate(at: offset(position), position, of: &stream, in: &context)
    }
    if phase == .head && held.isEmpty && plainEnd <= offset(position) {
      if readLinesInPlace(chunk, at: &position, to: limit, of: &stream, in: context) { return }
      if position == chunk.byteCount { return }
    }
    if held.isEmpty { lineStart = offset(position) }
    if scan < held.count {
      scan = min(held.span.firstLineFeedOrColon(from: scan, to: held.count) + 1, held.count)
    } else {
      if position == limit {
        return truncate(at: offset(position), position, of: &stream, in: &context)
      }
      let stop = min(chunk.firstLineFeedOrColon(from: position, to: limit) + 1, limit)
      held.append(chunk, position..<stop, mark: mark)
      position = stop
      scan = held.count
    }
    switch held[scan - 1] {
    case Ascii.colon: beginValue(in: context)
    case Ascii.lf: endLine(at: position, of: &stream)
    default: break
    }
  }

  /// Where in the chunk the message reaches the cap, if it does.
  func limit(in chunk: RawSpan, cap: Int) -> Int {
    let end = draft.message.start &+ UInt64(truncatingIfNeeded: cap) &- base
    return min(chunk.byteCount, Int(truncatingIfNeeded: end))
  }

  /// Reads lines where they lie; true when the message ended with them or something is to be told.
  private mutating func readLinesInPlace(
    _ chunk: RawSpan, at position: inout Int, to limit: Int, of stream: inout StreamParser,
    in context: borrowing ParserContext
  ) -> Bool {
    let lines = draft.readLines(
      chunk, from: position, to: limit, at: ChunkPlace(base: base, mark: mark),
      with: context.configuration, notes: &queue)
    if lines.plainEnd > 0 { plainEnd = offset(lines.plainEnd) }
    guard lines.index > position else { return false }
    if draft.isHashed { draft.hash.update(chunk, position..<lines.index) }
    position = lines.index
    draft.message.end = offset(position)
    draft.message.endMark = mark
    if lines.isEnded {
      conclude(isComplete: true, of: &stream)
      phase = .between
    }
    return lines.isEnded || !queue.isEmpty
  }

  /// `held` is a whole line without a colon.
  private mutating func endLine(at position: Int, of stream: inout StreamParser) {
    if content(held.count).isEmpty {
      endByEmptyLine(of: &stream)
    } else if let kind = StartLineMatcher.kind(ofLine: held.span) {
      hold(kind)
    } else {
      readLine(held.count, endMark: mark)
    }
  }

  private mutating func endByEmptyLine(of stream: inout StreamParser) {
    if phase == .uuid { queueUUIDMissing() }
    checks = LineChecks()
    checks.scan(held, 0..<held.count, base: lineStart)
    queueChecks(
      lineFeedAt: lineStart &+ UInt64(truncatingIfNeeded: held.count - 1), mark: mark)
    acceptLine(held.count, endMark: mark)
    conclude(isComplete: true, of: &stream)
    phase = .between
  }

  /// Reads the first line of `held`, which has no colon.
  private mutating func readLine(_ length: Int, endMark: ArrivalMark) {
    if phase == .uuid {
      readUUIDLine(length)
      phase = .head
    } else {
      readRawLine(length)
    }
    acceptLine(length, endMark: endMark)
  }

  private mutating func readRawLine(_ length: Int) {
    let line = content(length)
    queue(.malformedParameter, held: line)
    checks = LineChecks()
    checks.scan(held, 0..<length, base: lineStart)
    let lineFeed = length - 1
    queueChecks(
      lineFeedAt: lineStart &+ UInt64(truncatingIfNeeded: lineFeed), mark: held.mark(at: lineFeed))
    if keepsParameters {
      draft.parameters.append(ParameterText(key: .absent, value: keep(line)))
    }
    draft.bodyLines += 1
  }

  private mutating func judgeCandidateInMessage(
    _ chunk: RawSpan, at position: inout Int, of stream: inout StreamParser,
    in context: inout ParserContext
  ) {
    switch judgeNextLine(chunk, at: &position, cap: context.cap) {
    case .undecided: break
    case .doesNotFit:
      rejectCandidate(at: offset(position), position, of: &stream, in: &context)
    case .fits:
      if phase == .uuid { queueUUIDMissing() }
      queue(.missingTerminator, held: content(candidateLength))
      conclude(isComplete: true, of: &stream)
      phase = .confirmed
    }
  }

  /// Reads a candidate as the line that it is otherwise; what is held behind it is read again.
  mutating func rejectCandidate(
    at now: UInt64, _ position: Int, of stream: inout StreamParser,
    in context: inout ParserContext
  ) {
    let length = candidateLength
    let cut = draft.message.start &+ UInt64(truncatingIfNeeded: context.cap)
    if lineStart &+ UInt64(truncatingIfNeeded: length) > cut {
      return truncate(at: now, position, of: &stream, in: &context)
    }
    candidateLength = 0
    readLine(length, endMark: candidateEndMark)
  }
}
