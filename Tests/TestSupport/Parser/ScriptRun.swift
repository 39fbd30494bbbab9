package import ControlProtocol

/// Feeds a script to a parser in one way of cutting it and notes what was told, checking on the way
/// what must hold at every moment: the ledger, the marks, the bounds of what is held.
package struct ScriptRun {
  package var told: [Told] = []
  package var problems: [String] = []
  package var stream: StreamParser
  package var skipped = SkippedBytes()
  package var mostHeld = 0

  /// The chunks pushed so far: where each began and its mark.
  private var chunks: [(start: UInt64, mark: UInt64)] = []
  private var gaps: UInt64 = 0

  /// - Parameter cuts: places in the captured bytes where chunks end, ascending.
  package init(_ script: StreamScript, cuts: [Int]) {
    var configuration = ParserConfiguration()
    configuration.maximumMessageLength = script.cap
    configuration.keepsParameters = script.keepsParameters
    configuration.seed = 7
    var parser = MessageParser(configuration: configuration)
    stream = StreamParser(joinedMidstream: script.joinedMidstream, detecting: script.detecting)
    var captured = 0
    var cutIndex = 0
    var mark: UInt64 = 1000
    for part in script.parts {
      switch part {
      case .bytes(let bytes):
        var from = 0
        while from < bytes.count {
          while cutIndex < cuts.count && cuts[cutIndex] <= captured { cutIndex += 1 }
          let left = cutIndex < cuts.count ? cuts[cutIndex] - captured : .max
          let to = min(bytes.count, left > bytes.count - from ? bytes.count : from + left)
          mark += 1
          chunks.append((stream.offset, mark))
          push(unsafe bytes.span.bytes.extracting(from..<to), mark, &parser)
          captured += to - from
          from = to
        }
      case .gap(let length):
        parser.skipGap(of: length, in: &stream)
        gaps += length
        drain(&parser)
      case .truncate:
        parser.truncate(&stream)
        drain(&parser)
      case .adopt: parser.adopt(&stream)
      }
      checkLedger(parser)
    }
    parser.finish(&stream)
    drain(&parser)
    checkLedger(parser)
    if parser.pendingBytes(of: stream) != 0 { problems.append("pending at the end") }
    if parser.heldBytes != 0 { problems.append("held at the end: \(parser.heldBytes)") }
    skipped = parser.skipped(in: stream)
    parser.release(&stream)
  }

  private mutating func push(_ bytes: RawSpan, _ mark: UInt64, _ parser: inout MessageParser) {
    var position = 0
    let before = stream.offset
    while let event = parser.next(
      in: bytes, at: &position, mark: ArrivalMark(word0: mark), of: &stream)
    {
      note(event, parser)
      checkLedger(parser)
    }
    if position != bytes.byteCount || stream.offset != before + UInt64(bytes.byteCount) {
      problems.append("chunk not used up")
    }
    checkLedger(parser)
    mostHeld = max(mostHeld, parser.heldBytes)
  }

  private mutating func drain(_ parser: inout MessageParser) {
    while let event = parser.nextPending(of: &stream) { note(event, parser) }
  }

  private mutating func checkLedger(_ parser: borrowing MessageParser) {
    let sum =
      stream.messageBytes + stream.separatorBytes + parser.skipped(in: stream).total + gaps
      + parser.pendingBytes(of: stream)
    if sum != stream.offset { problems.append("ledger \(sum), offset \(stream.offset)") }
    if parser.heldBytes(of: stream) != parser.heldBytes { problems.append("held bytes") }
  }

  private mutating func note(_ event: ParserEvent, _ parser: borrowing MessageParser) {
    let text = parser.text
    func bytes(_ range: TextRange) -> [UInt8]? {
      range.isPresent
        ? range.range.map { unsafe text.unsafeLoad(fromByteOffset: $0, as: UInt8.self) } : nil
    }
    switch event {
    case .diagnostic:
      let diagnostic = parser.diagnostic
      told.append(
        .diagnostic(
          ReadDiagnostic(
            code: diagnostic.code, offset: diagnostic.offset, length: diagnostic.length,
            excerpt: bytes(diagnostic.excerpt))))
      // A gap has no byte of its own: the mark is that of the byte before it.
      let offset = diagnostic.offset - (diagnostic.code == .gapInMessage ? 1 : 0)
      checkMark(diagnostic.mark, offset, "\(diagnostic.code.name) at \(diagnostic.offset)")
    case .message:
      let message = parser.message
      let parameters = (0..<parser.parameters.count).map { index in
        let parameter = parser.parameters[index]
        return [bytes(parameter.key), bytes(parameter.value)]
      }
      told.append(
        .message(
          ReadMessage(
            kind: message.kind, isComplete: message.isComplete, status: message.status,
            type: bytes(message.type), uuid: bytes(message.uuid),
            statusText: bytes(message.statusText), code: bytes(message.code),
            reason: bytes(message.reason), parameters: parameters, start: message.start,
            end: message.end, diagnostics: message.diagnostics, contentHash: message.contentHash,
            echoContext: message.echoContext)))
      checkMark(message.startMark, message.start, "start of \(message.start)")
      checkMark(message.endMark, message.end - 1, "end of \(message.start)")
    }
  }

  private mutating func checkMark(_ mark: ArrivalMark, _ offset: UInt64, _ what: String) {
    var low = 0
    var high = chunks.count
    while low < high {
      let middle = (low + high) / 2
      if chunks[middle].start <= offset { low = middle + 1 } else { high = middle }
    }
    let expected = low == 0 ? 0 : chunks[low - 1].mark
    if mark.word0 != expected {
      problems.append("mark of \(what): \(mark.word0), not \(expected)")
    }
  }
}
