import Storage

/// Reads ControlProtocol messages out of ordered bytes, tolerantly; one serves any number of streams.
///
/// A message that lies in its chunk whole and begins to the letter is read in place, and only its kept
/// fields are copied. Everything else goes through a `Side` state, of which there are only as many as
/// there are streams with something unfinished.
///
/// Limits: of a message at most `maximumMessageLength` bytes are read. What is held for a stream is a
/// small multiple of that at worst, with the tables of its keys and parameters, and all of it counts
/// in `heldBytes`. Every input costs time linear in its length.
///
/// Source: `semantics.md` section 3.
public struct MessageParser: ~Copyable {
  private let inPlace = InPlace()
  /// Bytes held for unfinished messages of all streams: captured ones, and what places them.
  public private(set) var heldBytes = 0

  private var context: ParserContext
  /// Place n is that of the streams whose `side` is n + 1.
  private var sides = SideStore()
  /// Whether `diagnostic` was told last, and not `message`.
  private var showsDiagnostic = false

  /// Creates a parser that has read nothing.
  public init(configuration: ParserConfiguration) {
    context = ParserContext(configuration: configuration)
  }

  /// The message of a `.message` event, until the next step.
  public var message: Message {
    @inline(__always) _read { yield context.current.message }
  }

  /// The oddity of a `.diagnostic` event, until the next step.
  public var diagnostic: Diagnostic { context.diagnostic }

  /// Whether muted codes were noted since the counts of them were taken.
  public var hasMuted: Bool {
    @inline(__always) get { !context.notes.mutedCounts.isEmpty }
  }

  /// Takes how often each muted code was noted. Do so before another stream is read.
  public mutating func takeMuted() -> MutedCounts {
    defer { context.notes.mutedCounts = MutedCounts() }
    return context.notes.mutedCounts
  }

  /// The bytes that text ranges of `message`, `parameters` and `diagnostic` point into.
  public var text: RawSpan {
    @_lifetime(borrow self) borrowing get {
      showsDiagnostic ? context.excerpt.span : context.current.text.span
    }
  }

  /// The bytes that text ranges of `message` point into, as `text` tells of a `.message` event.
  public var messageText: RawSpan {
    @_lifetime(borrow self) @inline(__always) borrowing get { context.current.text.span }
  }

  /// The parameters and raw lines of `message`, when they are kept.
  public var parameters: Span<ParameterText> {
    @_lifetime(borrow self) borrowing get { context.current.parameters.elements }
  }

  /// Reads on in `chunk` from `position` until something is to be told; nil when the chunk is used up.
  /// Use it up before anything else is done with the parser's streams.
  ///
  /// - Complexity: linear in the bytes of the stream over all calls.
  public mutating func next(
    in chunk: RawSpan, at position: inout Int, mark: ArrivalMark, of stream: inout StreamParser
  ) -> ParserEvent? {
    if stream.readsInPlace, position < chunk.byteCount {
      guard readInPlace(chunk, at: &position, mark: mark, of: &stream) else {
        return readOn(in: chunk, at: &position, mark: mark, of: &stream)
      }
      guard context.notes.isEmpty else { return tellReadInPlace(of: &stream) }
      showsDiagnostic = false
      return .message
    }
    return readOn(in: chunk, at: &position, mark: mark, of: &stream)
  }

  /// Reads on with a side state where there is need of one, until something is to be told.
  @inline(never)
  private mutating func readOn(
    in chunk: RawSpan, at position: inout Int, mark: ArrivalMark, of stream: inout StreamParser
  ) -> ParserEvent? {
    if stream.isTelling { return tellReadInPlace(of: &stream) }
    while true {
      if stream.side == 0 {
        guard position < chunk.byteCount else { return nil }
        if stream.isIgnored {
          ignore(chunk, at: &position, of: &stream)
          return nil
        }
        // What is in sync is read in place, as far as that goes.
        if stream.isInSync { return next(in: chunk, at: &position, mark: mark, of: &stream) }
        _ = acquireSide(for: &stream)
      }
      var isIdle = false
      let event = sides[Int(stream.side) - 1].advance(
        chunk, at: &position, mark: mark, of: &stream, in: &context, held: &heldBytes,
        isIdle: &isIdle)
      if isIdle { releaseSide(of: &stream) }
      if let event {
        showsDiagnostic = event == .diagnostic
        return event
      }
      if !isIdle { return nil }
    }
  }

  /// Tells the stream that `length` bytes are missing here. Call `nextPending` until it is nil before
  /// anything else is done with the stream.
  ///
  /// A message in progress is told with the lines that were read whole; the stream is out of sync
  /// behind the gap.
  public mutating func skipGap(of length: UInt64, in stream: inout StreamParser) {
    if stream.side != 0 {
      updateSide(of: &stream) { side, stream, context in
        side.cut(.gapInMessage, missing: length, of: &stream, in: &context)
      }
    }
    stream.isInSync = false
    stream.isTruncated = false
    stream.isMidLine = false
    stream.offset &+= length
  }

  /// Tells the stream that it is over. Call `nextPending` until it is nil, then `release`.
  ///
  /// A stream that did not prove to be ControlProtocol counts as another protocol.
  public mutating func finish(_ stream: inout StreamParser) {
    guard stream.side != 0 else { return }
    updateSide(of: &stream) { side, stream, context in
      if stream.isDetecting {
        side.endDetection(of: &stream, in: &context)
        stream.isIgnored = true
      }
      side.cut(.unfinishedMessage, missing: 0, of: &stream, in: &context)
    }
  }

  /// Gives up the unfinished message of a stream to make room, as if it had passed its limit. Call
  /// `nextPending` until it is nil.
  public mutating func truncate(_ stream: inout StreamParser) {
    guard stream.side != 0 else { return }
    updateSide(of: &stream) { side, stream, context in
      side.giveUp(of: &stream, in: &context)
    }
  }

  /// What a gap, the end or a truncation leaves to be told.
  public mutating func nextPending(of stream: inout StreamParser) -> ParserEvent? {
    guard stream.side != 0 else { return nil }
    let index = Int(stream.side) - 1
    let heldBefore = sides[index].heldBytes
    let event = sides[index].tell(in: &context)
    heldBytes += sides[index].heldBytes - heldBefore
    if sides[index].isIdle || sides[index].canBeGivenUp { releaseSide(of: &stream) }
    showsDiagnostic = event == .diagnostic
    return event
  }

  /// Frees what is held for a stream that is not read any more. What was skipped in it is forgotten.
  public mutating func release(_ stream: inout StreamParser) {
    if stream.side != 0 { releaseSide(of: &stream) }
    stream.isTelling = false
    context.tallies.release(&stream)
  }

  /// Ends detection with success, because the other direction of the connection proved to be
  /// ControlProtocol: the stream is read from here on, out of sync when bytes were ignored.
  ///
  /// A stream that was still being searched goes on with what it has. One without a byte yet, whose
  /// SYN was seen, is in sync.
  public mutating func adopt(_ stream: inout StreamParser) {
    if stream.isDetecting {
      stream.isDetecting = false
      if stream.side == 0 {
        stream.isInSync = stream.offset == 0 && !stream.isJoining
      } else {
        let index = Int(stream.side) - 1
        let (length, code) = (sides[index].run.length, sides[index].run.code)
        if length > 0 { context.tallies.add(length, code, to: &stream) }
      }
    } else if stream.isIgnored {
      stream.isIgnored = false
      stream.isInSync = false
    }
  }

  /// Captured bytes held for the unfinished message of a stream, with what it takes to hold them.
  public func heldBytes(of stream: borrowing StreamParser) -> Int {
    stream.side == 0 ? 0 : sides[Int(stream.side) - 1].heldBytes + Side.ownBytes
  }

  /// Bytes of a stream that were read and not yet counted as message, separator or skipped.
  public func pendingBytes(of stream: borrowing StreamParser) -> UInt64 {
    guard stream.side != 0 else { return 0 }
    return sides[Int(stream.side) - 1].pendingBytes(
      at: stream.offset, isDetecting: stream.isDetecting)
  }

  /// What was skipped in a stream so far.
  public func skipped(in stream: borrowing StreamParser) -> SkippedBytes {
    context.tallies[stream.tally]
  }
}

extension MessageParser {
  /// Tells the notes on the message that was read in place, then the message.
  private mutating func tellReadInPlace(of stream: inout StreamParser) -> ParserEvent {
    showsDiagnostic = context.notes.tell(&context.diagnostic, &context.excerpt)
    stream.isTelling = showsDiagnostic
    return showsDiagnostic ? .diagnostic : .message
  }

  private mutating func ignore(
    _ chunk: RawSpan, at position: inout Int, of stream: inout StreamParser
  ) {
    let count = UInt64(truncatingIfNeeded: chunk.byteCount - position)
    context.tallies.addOtherProtocol(count, to: &stream)
    stream.offset &+= count
    position = chunk.byteCount
  }

  @inline(never)
  private mutating func acquireSide(for stream: inout StreamParser) -> Int {
    let index = sides.take()
    heldBytes += Side.ownBytes
    sides[index].begin(
      inSync: stream.isInSync,
      runCode: stream.isTruncated ? .messageTruncated : stream.isJoining ? .joinedMidstream : .junk,
      isMidLine: stream.isMidLine)
    stream.isTruncated = false
    stream.isMidLine = false
    stream.side = UInt32(truncatingIfNeeded: index + 1)
    return index
  }

  private mutating func releaseSide(of stream: inout StreamParser) {
    let index = Int(stream.side) - 1
    if !sides[index].isIdle, sides[index].canBeGivenUp {
      stream.isTruncated = sides[index].run.code == .messageTruncated
      stream.isMidLine = sides[index].isMidLine
    }
    let heldBefore = sides[index].heldBytes
    sides[index].reset()
    heldBytes -= heldBefore - sides[index].heldBytes + Side.ownBytes
    sides.giveBack(index)
    stream.side = 0
  }

  private mutating func updateSide(
    of stream: inout StreamParser,
    _ body: (inout Side, inout StreamParser, inout ParserContext) -> Void
  ) {
    let index = Int(stream.side) - 1
    let heldBefore = sides[index].heldBytes
    body(&sides[index], &stream, &context)
    heldBytes += sides[index].heldBytes - heldBefore
    if sides[index].isIdle || sides[index].canBeGivenUp { releaseSide(of: &stream) }
  }

  /// Reads a message that is in the chunk whole; true when it was. If not, a side state takes over
  /// behind the lines that were.
  @inline(__always)
  private mutating func readInPlace(
    _ chunk: RawSpan, at position: inout Int, mark: ArrivalMark, of stream: inout StreamParser
  ) -> Bool {
    let start = position
    let limit = min(chunk.byteCount, start &+ min(context.cap, Int(Draft.largeLength)))
    context.current.reset()
    guard let body = context.current.readHead(chunk, from: start, to: limit) else {
      _ = acquireSide(for: &stream)
      return false
    }
    let place = ChunkPlace(
      base: stream.offset &- UInt64(truncatingIfNeeded: start), mark: mark)
    context.notes.removeAll()
    context.notes.muted = stream.muted
    let lines = context.current.readLines(
      chunk, from: body, to: limit, at: place, with: context.configuration, notes: &context.notes)
    let (end, isEnded) = (lines.index, lines.isEnded)
    context.current.message.start = stream.offset
    stream.offset = place.offset(end)
    position = end
    context.current.message.end = stream.offset
    context.current.message.startMark = mark
    context.current.message.endMark = mark
    if context.current.message.kind == .request {
      context.current.isHashed = true
      context.current.hash = ContentHash(seed: context.configuration.seed)
      context.current.hash.update(chunk, start..<end)
      context.current.message.contentHash = isEnded ? context.current.hash.value : 0
    }
    stream.isJoining = false
    if isEnded {
      stream.messageBytes &+= UInt64(truncatingIfNeeded: end &- start)
      if context.current.lacksErrorCode {
        context.notes.add(
          .errorCodeMissing, at: place.offset(start), length: UInt64(end &- start), mark: mark)
        context.current.message.diagnostics.insert(.errorCodeMissing)
      }
    } else {
      let plainEnd = lines.plainEnd > 0 ? place.offset(lines.plainEnd) : 0
      handOver(to: acquireSide(for: &stream), after: mark, plainEnd: plainEnd)
    }
    return isEnded
  }

  /// Lets a side state go on with the message that was read in place so far.
  @inline(never)
  private mutating func handOver(to index: Int, after mark: ArrivalMark, plainEnd: UInt64) {
    swap(&sides[index].draft, &context.current)
    swap(&sides[index].queue, &context.notes)
    sides[index].queue.muted = MutedCodes()
    swap(&sides[index].queue.mutedCounts, &context.notes.mutedCounts)
    sides[index].resume(after: mark, plainEnd: plainEnd)
    heldBytes += sides[index].heldBytes
  }
}
