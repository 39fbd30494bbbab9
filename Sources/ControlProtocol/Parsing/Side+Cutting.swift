/// What ends a message, or whatever is unfinished, before its time.
extension Side {
  /// Ends the message at the cap, or at `now` when that comes first; what follows is skipped up to
  /// its empty line or a convincing start line.
  ///
  /// The line at hand is counted but not read.
  mutating func truncate(
    at now: UInt64, _ position: Int, of stream: inout StreamParser, in context: inout ParserContext
  ) {
    let cap = draft.message.start &+ UInt64(truncatingIfNeeded: context.cap)
    let end = min(now, cap)
    if end > draft.message.end {
      // Only held bytes can lie beyond the cap, and their marks are known.
      draft.message.endMark =
        end == now
        ? (position > entry ? mark : lastByteMark)
        : held.mark(at: Int(truncatingIfNeeded: end &- lineStart) - 1)
    }
    isMidLine = phase == .value || !held.isEmpty && !held.endsLine
    draft.message.end = end
    queue(
      .messageTruncated, at: draft.message.start, length: end &- draft.message.start,
      mark: draft.message.startMark)
    conclude(isComplete: false, of: &stream)
    if now > end { context.tallies.add(now &- end, .messageTruncated, to: &stream) }
    clearHeld()
    run.reset(code: .messageTruncated)
    phase = .run
    stream.isInSync = false
  }

  /// Gives up whatever is held to make room, so that the state is not needed when all is told.
  mutating func giveUp(of stream: inout StreamParser, in context: inout ParserContext) {
    entry = 0
    if hasMessage {
      truncate(at: stream.offset, 0, of: &stream, in: &context)
    } else if !held.isEmpty {
      if phase == .between {
        beginJunk(of: &stream, in: &context)
      } else {
        skipHeld(of: &stream, in: &context)
        phase = .run
      }
    }
    if phase == .between { endBlanks() }
    if stream.isDetecting {
      endDetection(of: &stream, in: &context)
      stream.isIgnored = true
    } else if run.code != .messageTruncated {
      endRun(nextCode: run.code)
    }
  }

  /// Ends everything here, out of sync: the message with `code`, a candidate as what it is otherwise,
  /// other bytes as skipped.
  ///
  /// A line that is not whole is counted and not read; of a start line its keyword is.
  mutating func cut(
    _ code: DiagnosticCode, missing: UInt64, of stream: inout StreamParser,
    in context: inout ParserContext
  ) {
    entry = 0
    if phase == .between && isStartLine {
      endBlanks()
      beginCutMessage(of: &stream)
    }
    if hasMessage && candidateLength > 0 {
      rejectCandidate(at: stream.offset, 0, of: &stream, in: &context)
    }
    if hasMessage && stream.offset &- draft.message.start > UInt64(truncatingIfNeeded: context.cap)
    {
      truncate(at: stream.offset, 0, of: &stream, in: &context)
    }
    if hasMessage {
      draft.message.end = stream.offset
      draft.message.endMark = lastByteMark
      let start = code == .gapInMessage ? stream.offset : draft.message.start
      queue(
        code, at: start,
        length: code == .gapInMessage ? missing : stream.offset &- draft.message.start,
        mark: code == .gapInMessage ? lastByteMark : draft.message.startMark)
      conclude(isComplete: false, of: &stream)
      clearHeld()
    } else if phase == .between {
      endBlanks()
      if !held.isEmpty { beginJunk(of: &stream, in: &context) }
    } else if !held.isEmpty {
      skipHeld(of: &stream, in: &context)
    }
    let next: DiagnosticCode = stream.isJoining ? .joinedMidstream : .junk
    if !stream.isDetecting { endRun(nextCode: next) }
    phase = .run
    isMidLine = false
    stream.isInSync = false
  }
}
