/// Out of sync: everything is skipped up to a convincing start line; behind a truncated message, up to
/// its empty line too.
///
/// A start line may begin behind a line feed and directly behind a gap or where the capture joined.
extension Side {
  mutating func readRun(
    _ chunk: RawSpan, at position: inout Int, of stream: inout StreamParser,
    in context: inout ParserContext
  ) {
    if candidateLength > 0 {
      return judgeCandidateInRun(chunk, at: &position, of: &stream, in: &context)
    }
    if isMidLine {
      let lineFeed = chunk.firstLineFeed(from: position, to: chunk.byteCount)
      let stop = min(lineFeed + 1, chunk.byteCount)
      run.take(chunk, position..<stop, at: offset(position), mark: mark)
      count(stop - position, of: &stream, in: &context)
      isMidLine = lineFeed == chunk.byteCount
      position = stop
      return giveUpDetection(before: offset(position), of: &stream, in: &context)
    }
    if scan == 0 {
      if held.isEmpty { lineStart = offset(position) }
      giveUpDetection(before: lineStart, of: &stream, in: &context)
      if stream.isIgnored { return }
      if held.isEmpty && !mayBegin(chunk.byte(at: position)) {
        isMidLine = true
        return
      }
    }
    if scan == held.count {
      held.append(chunk.byte(at: position), mark: mark)
      position += 1
    }
    scan += 1
    switch matcher.take(held[scan - 1]) {
    case .undecided:
      if held.count >= context.cap { skipHeld(of: &stream, in: &context) }
    case .impossible: skipHeld(of: &stream, in: &context)
    case .emptyLine:
      skipHeld(of: &stream, in: &context)
      if run.code == .messageTruncated {
        run.reset(code: .junk)
        phase = .between
        stream.isInSync = true
      }
    case .startLine(let kind): hold(kind)
    }
  }

  private func mayBegin(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "R") || byte == UInt8(ascii: "N")
      || run.code == .messageTruncated && (byte == Ascii.cr || byte == Ascii.lf)
  }

  /// Makes the line that is held a candidate, which waits for its next line.
  mutating func hold(_ kind: MessageKind) {
    candidateLength = held.count
    candidateKind = kind
    candidateEndMark = mark
    judge = NextLineJudge(kind: kind)
    held.beginLine()
    scan = held.count
  }

  /// Reads on in the line after a candidate until it is decided.
  mutating func judgeNextLine(
    _ chunk: RawSpan, at position: inout Int, cap: Int
  ) -> NextLineJudge.Verdict {
    var verdict = NextLineJudge.Verdict.undecided
    while verdict == .undecided && position < chunk.byteCount {
      let byte = chunk.byte(at: position)
      held.append(byte, mark: mark)
      position += 1
      verdict = judge.take(byte)
      if verdict == .undecided && held.count >= cap { verdict = .doesNotFit }
    }
    scan = held.count
    return verdict
  }

  private mutating func judgeCandidateInRun(
    _ chunk: RawSpan, at position: inout Int, of stream: inout StreamParser,
    in context: inout ParserContext
  ) {
    switch judgeNextLine(chunk, at: &position, cap: context.cap) {
    case .undecided: break
    case .doesNotFit:
      let length = candidateLength
      run.take(held, count: length, at: lineStart)
      count(length, of: &stream, in: &context)
      removeLine(length)
    case .fits:
      if stream.isDetecting {
        stream.isDetecting = false
        if run.length > 0 { context.tallies.add(run.length, run.code, to: &stream) }
      }
      echoContext = echoContextOfCandidate()
      endRun(nextCode: .junk)
      phase = .confirmed
    }
  }

  private func echoContextOfCandidate() -> Message.EchoContext {
    guard candidateKind == .request, run.length > 0, run.code != .messageTruncated else {
      return .none
    }
    var end = candidateLength
    while end < held.count && Ascii.isDigit(held[end]) { end += 1 }
    return run.endsWithReceipt(for: held.span, candidateLength..<end)
      ? .afterReceipt : .afterSkipped
  }

  /// Skips what is held.
  mutating func skipHeld(of stream: inout StreamParser, in context: inout ParserContext) {
    isMidLine = !held.endsLine
    run.take(held, count: held.count, at: lineStart)
    count(held.count, of: &stream, in: &context)
    clearHeld()
  }

  /// Counts bytes that the run took. While detection goes on they stay undecided.
  private func count(
    _ bytes: Int, of stream: inout StreamParser, in context: inout ParserContext
  ) {
    guard !stream.isDetecting else { return }
    context.tallies.add(UInt64(truncatingIfNeeded: bytes), run.code, to: &stream)
  }

  /// Gives the stream up when no start line can begin early enough any more, `offset` being the first
  /// place where the next one could.
  private mutating func giveUpDetection(
    before offset: UInt64, of stream: inout StreamParser, in context: inout ParserContext
  ) {
    guard stream.isDetecting, offset >= StreamParser.detectionLength else { return }
    endDetection(of: &stream, in: &context)
    stream.isIgnored = true
  }

  /// Counts all that detection skipped or holds as another protocol's.
  mutating func endDetection(of stream: inout StreamParser, in context: inout ParserContext) {
    stream.isDetecting = false
    let bytes = run.length &+ UInt64(truncatingIfNeeded: held.count)
    if bytes > 0 { context.tallies.addOtherProtocol(bytes, to: &stream) }
    run.reset(code: .junk)
    clearHeld()
    isMidLine = false
  }
}
