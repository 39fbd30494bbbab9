/// The quick way: lines that are in a chunk whole, read where they lie. Whatever is met beyond that is
/// left to `Side`, which reads everything.
extension Draft {
  /// Reads a strict start line and a strict uuid line at `start`.
  ///
  /// - Returns: the index after them, or nil when anything is odd or lies at or beyond `limit`.
  @inline(__always)
  mutating func readHead(_ chunk: RawSpan, from start: Int, to limit: Int) -> Int? {
    guard limit &- start >= 16 else { return nil }
    // From here on every index is below the limit.
    precondition(start >= 0 && limit <= chunk.byteCount)
    let kind: MessageKind
    let typeStart: Int
    switch chunk.word(known: start) {
    case 0x2074_7365_7571_6552:  // "Request "
      (kind, typeStart) = (.request, start &+ 8)
    case 0x6573_6e6f_7073_6552 where chunk.byte(known: start &+ 8) == Ascii.space:  // "Response"
      (kind, typeStart) = (.response, start &+ 9)
    case 0x6163_6966_6974_6f4e  // "Notifica"
    where chunk.halfWord(known: start &+ 8) == 0x6e6f_6974  // "tion"
      && chunk.byte(known: start &+ 12) == Ascii.space:
      (kind, typeStart) = (.notification, start &+ 13)
    default: return nil
    }
    var typeEnd = chunk.firstNonLetter(from: typeStart, to: limit)
    while typeEnd < limit && Ascii.isToken(chunk.byte(known: typeEnd)) { typeEnd &+= 1 }
    guard typeEnd > typeStart, chunk.endsLine(at: typeEnd, limit) else { return nil }
    message.kind = kind
    message.type = TextRange(start: 0, count: typeEnd &- typeStart)
    guard kind != .notification else {
      text.appendHead(chunk, typeStart..<typeEnd)
      return typeEnd &+ 2
    }
    let uuidStart = typeEnd &+ 2
    var index = uuidStart
    var number: UInt32 = 0
    while index < limit {
      let digit = chunk.byte(known: index) &- Ascii.zero
      if digit > 9 { break }
      number = number &* 10 &+ UInt32(digit)
      index &+= 1
    }
    let digits = index &- uuidStart
    guard digits >= 1 && digits <= 9 else { return nil }
    message.uuidNumber = number
    message.uuid = TextRange(start: uuidStart &- typeStart, count: digits)
    if kind == .response {
      guard limit &- index >= 5, chunk.byte(known: index) == Ascii.space else { return nil }
      let statusStart = index &+ 1
      switch chunk.halfWord(known: statusStart) {
      case 0x0a0d_4b4f:  // "OK", CR, LF
        message.status = .ok
        index = statusStart &+ 2
      case 0x4f52_5245  // "ERRO"
      where limit &- statusStart >= 5 && chunk.byte(known: statusStart &+ 4) == UInt8(ascii: "R"):
        message.status = .error
        index = statusStart &+ 5
      default: return nil
      }
      message.statusText = TextRange(
        start: statusStart &- typeStart, count: index &- statusStart)
    }
    guard chunk.endsLine(at: index, limit) else { return nil }
    text.appendHead(chunk, typeStart..<index)
    return index &+ 2
  }

  /// How far `readLines` came.
  struct LinesRead {
    /// The index of the first line that was not read, or after the empty line that ended the message.
    var index: Int
    var isEnded = false
    /// The value of the line that was not read is printable ASCII up to here; 0 when that is not known.
    var plainEnd = 0
  }

  /// Reads whole parameter lines with plain keys from `start` on, and notes what is odd about them.
  ///
  /// - Parameters:
  ///   - place: the chunk's place in its stream.
  ///   - notes: where diagnostics are added; when it is full, reading stops.
  @inline(__always)
  mutating func readLines(
    _ chunk: RawSpan, from start: Int, to limit: Int, at place: ChunkPlace,
    with configuration: ParserConfiguration, notes: inout DiagnosticQueue
  ) -> LinesRead {
    // Every index is below the limit.
    precondition(start >= 0 && limit <= chunk.byteCount)
    var index = start
    while index &+ 1 < limit {
      if chunk.pair(known: index) == 0x0a0d { return LinesRead(index: index &+ 2, isEnded: true) }
      let key = chunk.key(at: index, to: limit, seed: configuration.seed)
      guard key.end < limit else { break }
      guard chunk.byte(known: key.end) == Ascii.colon else { return LinesRead(index: index) }
      guard key.end > index, chunk.byte(known: index) != Ascii.space,
        chunk.byte(known: key.end &- 1) != Ascii.space
      else { break }
      var line = WholeLine(key: index..<key.end, valueStart: key.end &+ 1)
      if line.valueStart < limit && Ascii.isBlank(chunk.byte(known: line.valueStart)) {
        line.valueStart &+= 1
      }
      line.valueEnd = chunk.firstSpecial(from: line.valueStart, to: limit)
      if line.valueEnd == limit { return LinesRead(index: index, plainEnd: limit) }
      line.role = role(of: key.print)
      if chunk.endsLine(at: line.valueEnd, limit) {
        line.end = line.valueEnd &+ 2
        line.isNew = keys.insert(key.print, seed: configuration.seed)
        if line.isOdd { note(line, in: chunk, at: place, to: &notes) }
      } else {
        let odd = readOddLine(
          line, key.print, seed: configuration.seed, in: chunk, to: limit, at: place,
          notes: &notes)
        guard let odd else { break }
        line = odd
      }
      bodyLines &+= 1
      if line.role != .parameter || configuration.keepsParameters { keep(line, of: chunk) }
      index = line.end
      if !notes.hasRoom { break }
    }
    return LinesRead(index: index)
  }

  /// A parameter line that lies in the chunk whole.
  private struct WholeLine {
    var key: Range<Int>
    var valueStart: Int
    var valueEnd = 0
    /// After the line feed.
    var end = 0
    var role = Role.parameter
    var isNew = true

    /// Whether a value follows the colon directly.
    var lacksSeparator: Bool { valueStart == key.upperBound &+ 1 && valueEnd > valueStart }
    var isOdd: Bool { !isNew || role != .parameter || lacksSeparator }
  }

  /// Reads a line that is not printable ASCII up to CRLF; nil when it is not whole.
  @inline(never)
  private mutating func readOddLine(
    _ begun: WholeLine, _ print: UInt64, seed: UInt64, in chunk: RawSpan, to limit: Int,
    at place: ChunkPlace, notes: inout DiagnosticQueue
  ) -> WholeLine? {
    var line = begun
    var checks = LineChecks()
    let lineFeed = checks.scan(
      chunk, from: line.valueStart, to: limit, base: place.base, mark: place.mark)
    guard lineFeed < limit else { return nil }
    line.valueEnd = checks.endsWithCR ? lineFeed &- 1 : lineFeed
    line.end = lineFeed &+ 1
    line.isNew = keys.insert(print, seed: seed)
    if line.isOdd { note(line, in: chunk, at: place, to: &notes) }
    message.diagnostics.formUnion(
      notes.add(checks, lineFeedAt: place.offset(lineFeed), mark: place.mark))
    return line
  }

  /// Copies a line's value and, of a parameter, its key.
  private mutating func keep(_ line: WholeLine, of chunk: RawSpan) {
    let start = text.count
    text.append(chunk, line.key.lowerBound..<line.valueEnd)
    let value = text.textRange(last: line.valueEnd &- line.valueStart)
    switch line.role {
    case .code: message.code = value
    case .reason: message.reason = value
    case .parameter:
      parameters.append(
        ParameterText(key: TextRange(start: start, count: line.key.count), value: value))
    }
  }

  /// Notes what is odd about a line, in the order in which `Side` would.
  @inline(never)
  private mutating func note(
    _ line: WholeLine, in chunk: RawSpan, at place: ChunkPlace, to notes: inout DiagnosticQueue
  ) {
    if !line.isNew { note(.duplicateKey, line.key, in: chunk, at: place, to: &notes) }
    if line.role != .parameter {
      if !isInOrder(line.role) {
        note(.errorFieldsOrder, line.key, in: chunk, at: place, to: &notes)
      }
      if message.status == .ok {
        note(.errorFieldsOnOK, line.key, in: chunk, at: place, to: &notes)
      }
    }
    if line.lacksSeparator {
      let colon = line.key.upperBound
      note(.noSpaceAfterColon, colon..<colon + 1, in: chunk, at: place, to: &notes)
    }
  }

  private mutating func note(
    _ code: DiagnosticCode, _ range: Range<Int>, in chunk: RawSpan, at place: ChunkPlace,
    to notes: inout DiagnosticQueue
  ) {
    notes.add(
      code, at: place.offset(range.lowerBound), length: UInt64(truncatingIfNeeded: range.count),
      mark: place.mark, excerpt: range, of: chunk)
    message.diagnostics.insert(code)
  }
}

extension RawSpan {
  /// The key that begins at `index`, a known byte before `limit`: where it ends, at a colon or at what is not printable ASCII, and
  /// its print if a colon stands there.
  @inline(__always)
  fileprivate func key(at index: Int, to limit: Int, seed: UInt64) -> (end: Int, print: UInt64) {
    if limit &- index >= 8 {
      // Most keys are short: one load finds the colon and is what tells the key from others.
      let word = word(known: index)
      let count = word.plainKeyCount
      if count < 8 {
        let bytes = word & (1 &<< (UInt64(truncatingIfNeeded: count) &<< 3) &- 1)
        return (index &+ count, KeySet.print(ofShort: bytes, count: count))
      }
    }
    let end = firstSpecialOrColon(from: index, to: limit)
    return (end, end < limit ? keyPrint(of: index..<end, seed: seed) : 0)
  }

  /// Whether CRLF stands at `index`, before `limit`, up to which the bytes are known to be there.
  @inline(__always)
  fileprivate func endsLine(at index: Int, _ limit: Int) -> Bool {
    index &+ 1 < limit && pair(known: index) == 0x0a0d
  }
}

extension UInt64 {
  /// How many of eight bytes, the first one lowest, come before the first colon and before the first
  /// that is not printable ASCII.
  @inline(__always)
  fileprivate var plainKeyCount: Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let colons = self ^ 0x3a3a_3a3a_3a3a_3a3a
    let deletes = self ^ 0x7f7f_7f7f_7f7f_7f7f
    // Exact up to the first hit: beyond it a borrow may make more.
    let hits =
      (colons &- ones) & ~colons | (self &- 0x2020_2020_2020_2020) & ~self
      | (deletes &- ones) & ~deletes | self
    return (hits & 0x8080_8080_8080_8080).trailingZeroBitCount &>> 3
  }
}
