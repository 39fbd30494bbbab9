/// In sync, in front of a message: empty lines are separators, a start line is read tolerantly, and
/// anything else is junk.
///
/// A line of blanks alone counts as empty, because trimmed it is. A CR that is followed by anything
/// but LF begins no message.
extension Side {
  mutating func readBetween(
    _ chunk: RawSpan, at position: inout Int, of stream: inout StreamParser,
    in context: inout ParserContext
  ) {
    if held.isEmpty { lineStart = offset(position) }
    if isStartLine {
      let end = min(chunk.byteCount, position + context.cap - held.count)
      let lineFeed = chunk.firstLineFeed(from: position, to: end)
      let stop = min(lineFeed + 1, end)
      held.append(chunk, position..<stop, mark: mark)
      position = stop
    } else {
      held.append(chunk.byte(at: position), mark: mark)
      position += 1
    }
    scan = held.count
    if !isStartLine {
      switch judgeStart() {
      case .undecided: break
      case .keyword: isStartLine = true
      case .emptyLine: return skipEmptyLine(of: &stream)
      case .junk: return beginJunk(of: &stream, in: &context)
      }
    }
    if isStartLine && held.endsLine {
      endBlanks()
      beginMessage(lineLength: held.count, endMark: mark, of: &stream, in: &context)
    } else if held.count >= context.cap {
      beginJunk(of: &stream, in: &context)
    }
  }

  private enum Prospect {
    case undecided, keyword, emptyLine, junk
  }

  /// What the bytes held so far may become. One byte came since the last time.
  private mutating func judgeStart() -> Prospect {
    let count = held.count
    if leadingBlanks == count - 1 {
      switch held[leadingBlanks] {
      case Ascii.space, Ascii.tab:
        leadingBlanks += 1
        return .undecided
      case Ascii.lf: return .emptyLine
      default: break
      }
    }
    if held[leadingBlanks] == Ascii.cr {
      if count == leadingBlanks + 1 { return .undecided }
      return held[leadingBlanks + 1] == Ascii.lf ? .emptyLine : .junk
    }
    let span = held.span
    let got = count - leadingBlanks
    for kind in Keyword.kinds {
      let keyword = Keyword.text(kind)
      let length = keyword.utf8CodeUnitCount
      let compared = min(got, length)
      guard
        span.matches(keyword, count: compared, at: leadingBlanks, ignoringCase: true)
      else { continue }
      if got <= length { return .undecided }
      let next = held[leadingBlanks + length]
      if Ascii.isBlank(next) || next == Ascii.lf { return .keyword }
      guard next == Ascii.cr else { return .junk }
      if got == length + 1 { return .undecided }
      return held[leadingBlanks + length + 1] == Ascii.lf ? .keyword : .junk
    }
    return .junk
  }

  private mutating func skipEmptyLine(of stream: inout StreamParser) {
    let count = held.count
    blanks.extend(
      from: lineStart, to: lineStart &+ UInt64(truncatingIfNeeded: count), mark: held.mark(at: 0))
    stream.separatorBytes &+= UInt64(truncatingIfNeeded: count)
    if count < 2 || held[count - 2] != Ascii.cr {
      queue(
        .bareLF, at: lineStart &+ UInt64(truncatingIfNeeded: count - 1), length: 1, mark: mark)
    }
    clearHeld()
  }

  /// Takes what is held for the begin of a run of junk.
  mutating func beginJunk(of stream: inout StreamParser, in context: inout ParserContext) {
    endBlanks()
    run.reset(code: .junk)
    stream.isInSync = false
    phase = .run
    skipHeld(of: &stream, in: &context)
  }
}
