import Storage

/// What a stream needs while something in it is unfinished: a message that goes on in the next chunk,
/// a line that is not whole, a run of skipped bytes. It reads every byte that is not plainly strict.
///
/// Invariants
/// - `held` is the line at hand from its first byte (at stream offset `lineStart`) to the last byte
///   read; in the phase `value` only its head, up to the colon.
/// - With `candidateLength` > 0 `held` begins with a whole convincing start line of that length, and
///   what follows is the line that must bear it out.
/// - Bytes of `held` before `scan` were searched already, so no byte is searched more than twice.
struct Side: ~Copyable {
  private let inPlace = InPlace()
  enum Phase: UInt8, Sendable {
    /// In sync, in front of a message.
    case between
    /// Out of sync: the bytes are skipped until a convincing start line.
    case run
    /// In a message, at its uuid line.
    case uuid
    /// In a message, at a parameter line before its colon.
    case head
    /// Behind the colon.
    case value
    /// A start line was borne out; `held` is to be read as the message that it begins.
    case confirmed
  }

  var phase = Phase.between
  var held = HeldBytes()
  var lineStart: UInt64 = 0
  var scan = 0

  // The message in progress.
  var hasMessage = false
  var keepsParameters = false
  var draft = Draft()

  // A start line that waits for its next line.
  var candidateLength = 0
  var candidateKind = MessageKind.request
  var candidateEndMark = ArrivalMark()
  var judge = NextLineJudge(kind: .request)
  var echoContext = Message.EchoContext.none

  // In sync between messages.
  var leadingBlanks = 0
  var isStartLine = false
  var blanks = OddRange()

  // Out of sync.
  var run = SkippedRun()
  var matcher = StartLineMatcher()
  var isMidLine = false

  // The parameter line whose value is being read.
  var parameter = ParameterLine()
  /// The value of the line at hand is known to be printable ASCII up to this stream offset.
  var plainEnd: UInt64 = 0
  var checks = LineChecks()

  // What is to be told.
  var queue = DiagnosticQueue()
  var messageIsReady = false

  // The chunk at hand: the stream offset of its byte 0, where reading began, its mark.
  var base: UInt64 = 0
  var entry = 0
  var mark = ArrivalMark()
  /// The mark of the last byte before `entry`.
  var lastByteMark = ArrivalMark()

  /// Captured bytes held, with their marks and the tables that know their keys.
  var heldBytes: Int {
    held.memory + run.heldBytes + queue.heldBytes
      + (hasMessage || messageIsReady ? draft.heldBytes : 0)
  }

  /// What a state in use costs beside the bytes that it holds, with room for its small buffers.
  static var ownBytes: Int { 1536 }

  /// Whether the stream itself can say all that is in here: that it is out of sync, in a line or not,
  /// in a truncated message or not.
  var canBeGivenUp: Bool {
    phase == .run && held.isEmpty && queue.isEmpty && !messageIsReady
      && (run.length == 0 || run.code == .messageTruncated)
  }

  /// Whether nothing is in here that the stream needs.
  var isIdle: Bool {
    guard !hasMessage, !messageIsReady, held.isEmpty, queue.isEmpty else { return false }
    switch phase {
    case .between: return blanks.isEmpty
    case .run: return run.length == 0 && !isMidLine && run.code != .messageTruncated
    case .uuid, .head, .value, .confirmed: return false
    }
  }

  /// Bytes of the stream that are not decided yet, `offset` being behind the last one read.
  func pendingBytes(at offset: UInt64, isDetecting: Bool) -> UInt64 {
    if hasMessage { return offset &- draft.message.start }
    return UInt64(truncatingIfNeeded: held.count) &+ (isDetecting ? run.length : 0)
  }

  /// Makes an empty state ready for a stream.
  mutating func begin(inSync: Bool, runCode: DiagnosticCode, isMidLine: Bool) {
    phase = inSync ? .between : .run
    self.isMidLine = isMidLine
    plainEnd = 0
    run.reset(code: runCode)
  }

  /// Empties a used state; storage of ordinary size is kept.
  mutating func reset() {
    clearHeld()
    hasMessage = false
    messageIsReady = false
    draft.reset()
    isMidLine = false
    blanks = OddRange()
    run.reset(code: .junk)
    queue.removeAll()
    echoContext = .none
  }

  /// Reads on and keeps the count of what is held.
  mutating func advance(
    _ chunk: RawSpan, at position: inout Int, mark: ArrivalMark, of stream: inout StreamParser,
    in context: inout ParserContext, held: inout Int, isIdle: inout Bool
  ) -> ParserEvent? {
    let before = heldBytes
    let event = advance(chunk, at: &position, mark: mark, of: &stream, in: &context)
    held += heldBytes - before
    isIdle = self.isIdle
    return event
  }

  /// Reads on until something is to be told; nil when the chunk is used up or nothing is unfinished.
  private mutating func advance(
    _ chunk: RawSpan, at position: inout Int, mark: ArrivalMark, of stream: inout StreamParser,
    in context: inout ParserContext
  ) -> ParserEvent? {
    base = stream.offset &- UInt64(truncatingIfNeeded: position)
    entry = position
    self.mark = mark
    keepsParameters = context.configuration.keepsParameters
    defer {
      stream.offset = offset(position)
      if position > entry { lastByteMark = mark }
    }
    while true {
      if let event = tell(in: &context) { return event }
      if phase != .confirmed && scan == held.count && position == chunk.byteCount { return nil }
      switch phase {
      case .between: readBetween(chunk, at: &position, of: &stream, in: &context)
      case .run: readRun(chunk, at: &position, of: &stream, in: &context)
      case .uuid, .head: readHead(chunk, at: &position, of: &stream, in: &context)
      case .value: readValue(chunk, at: &position, of: &stream, in: &context)
      case .confirmed:
        beginMessage(
          lineLength: candidateLength, endMark: candidateEndMark, of: &stream, in: &context)
      }
      if isIdle { return nil }
    }
  }

  func offset(_ position: Int) -> UInt64 { base &+ UInt64(truncatingIfNeeded: position) }

  mutating func clearHeld() {
    held.removeAll()
    scan = 0
    candidateLength = 0
    leadingBlanks = 0
    isStartLine = false
    matcher = StartLineMatcher()
  }

  /// Removes the first line of what is held.
  mutating func removeLine(_ length: Int) {
    if length == held.count {
      clearHeld()
    } else {
      held.removeFirst(length)
      scan = 0
      candidateLength = 0
      matcher = StartLineMatcher()
    }
    lineStart &+= UInt64(truncatingIfNeeded: length)
  }
}

extension Side {
  /// Takes over a message whose lines so far were read in place.
  mutating func resume(after mark: ArrivalMark, plainEnd: UInt64) {
    self.plainEnd = plainEnd
    hasMessage = true
    phase = .head
    lastByteMark = mark
  }
}
