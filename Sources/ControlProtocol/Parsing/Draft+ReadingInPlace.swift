import Storage

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
    let (digits, number) = chunk.integer(at: uuidStart, to: limit)
    var index = uuidStart &+ digits
    // A tenth digit is found where the line should end.
    guard digits >= 1 else { return nil }
    let isShortest = digits == 1 || chunk.byte(known: uuidStart) != Ascii.zero
    message.uuidNumber = isShortest ? number : Message.noNumber
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
  @inline(never)
  mutating func readLines(
    _ chunk: RawSpan, from start: Int, to limit: Int, at place: ChunkPlace,
    with configuration: ParserConfiguration, notes: inout DiagnosticQueue
  ) -> LinesRead {
    // Every index is below the limit.
    precondition(start >= 0 && limit <= chunk.byteCount)
    let isResponse = message.kind == .response
    var index = start
    var marks = LineMarks()
    while index &+ 1 < limit {
      if chunk.pair(known: index) == 0x0a0d { return LinesRead(index: index &+ 2, isEnded: true) }
      if marks.specials == 0 { marks = chunk.lineMarks(known: index, to: limit) }
      // 64 where there is none so near.
      let special = marks.specials.trailingZeroBitCount
      let colon = marks.colons.trailingZeroBitCount
      let keyEnd = index &+ colon
      var end = index &+ special &+ 2
      if special == 64 { end = chunk.firstSpecial(from: min(index &+ 64, limit), to: limit) &+ 2 }
      // "key: value" to the letter, with a key that says nothing special.
      if colon < special, end <= limit, chunk.pair(known: end &- 2) == 0x0a0d,
        chunk.pair(known: keyEnd) == 0x203a, colon > 0, chunk.byte(known: index) != Ascii.space,
        chunk.byte(known: keyEnd &- 1) != Ascii.space
      {
        let print = chunk.keyPrint(known: index..<keyEnd, to: limit, seed: configuration.seed)
        if !(isResponse && Self.isErrorField(print)) {
          let isNew = keys.insert(print, seed: configuration.seed)
          if !isNew { note(.duplicateKey, index..<keyEnd, in: chunk, at: place, to: &notes) }
          bodyLines &+= 1
          if configuration.keepsParameters {
            keepParameter(chunk, index..<keyEnd, valueStart: keyEnd &+ 2, valueEnd: end &- 2)
          }
          marks.removeFirst(end &- index)
          index = end
          if isNew || notes.hasRoom { continue }
          break
        }
      }
      let (line, plainEnd) = readOther(
        chunk, at: index, to: limit, at: place, with: configuration, notes: &notes)
      guard let line else { return LinesRead(index: index, plainEnd: plainEnd) }
      marks.removeFirst(line &- index)
      index = line
      if !notes.hasRoom { break }
    }
    return LinesRead(index: index)
  }

  /// Reads any parameter line that lies in the chunk whole and has a plain key.
  ///
  /// - Returns: the index after it, or nil, and how far its value is printable ASCII then, 0 when that
  ///   is not known.
  @inline(never)
  private mutating func readOther(
    _ chunk: RawSpan, at index: Int, to limit: Int, at place: ChunkPlace,
    with configuration: ParserConfiguration, notes: inout DiagnosticQueue
  ) -> (end: Int?, plainEnd: Int) {
    let keyEnd = chunk.firstSpecialOrColon(from: index, to: limit)
    guard keyEnd < limit, keyEnd > index, chunk.byte(at: keyEnd) == Ascii.colon,
      chunk.byte(at: index) != Ascii.space, chunk.byte(at: keyEnd &- 1) != Ascii.space
    else { return (nil, 0) }
    let print = chunk.keyPrint(of: index..<keyEnd, seed: configuration.seed)
    var valueStart = keyEnd &+ 1
    if valueStart < limit && Ascii.isBlank(chunk.byte(at: valueStart)) { valueStart &+= 1 }
    let valueEnd = chunk.firstSpecial(from: valueStart, to: limit)
    if valueEnd == limit { return (nil, limit) }
    var line = WholeLine(
      key: index..<keyEnd, valueStart: valueStart, valueEnd: valueEnd, end: valueEnd &+ 2,
      role: role(of: print))
    if chunk.endsLine(at: valueEnd, limit) {
      line.isNew = keys.insert(print, seed: configuration.seed)
      if line.isOdd { note(line, in: chunk, at: place, to: &notes) }
    } else {
      let odd = readOddLine(
        line, print, seed: configuration.seed, in: chunk, to: limit, at: place, notes: &notes)
      guard let odd else { return (nil, 0) }
      line = odd
    }
    bodyLines &+= 1
    if line.role != .parameter || configuration.keepsParameters { keep(line, of: chunk) }
    return (line.end, 0)
  }

  /// A parameter line that lies in the chunk whole.
  private struct WholeLine {
    var key: Range<Int>
    var valueStart: Int
    var valueEnd: Int
    /// After the line feed.
    var end: Int
    var role: Role
    var isNew = true

    /// Whether the value, or the end of the line, follows the colon directly.
    var lacksSeparator: Bool { valueStart == key.upperBound &+ 1 }
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
    guard line.role != .parameter else {
      return keepParameter(
        chunk, line.key, valueStart: line.valueStart, valueEnd: line.valueEnd)
    }
    text.append(chunk, line.valueStart..<line.valueEnd)
    let value = text.textRange(last: line.valueEnd &- line.valueStart)
    if line.role == .code { message.code = value } else { message.reason = value }
  }

  private mutating func keepParameter(
    _ chunk: RawSpan, _ key: Range<Int>, valueStart: Int, valueEnd: Int
  ) {
    let start = text.count
    text.appendLine(chunk, key.lowerBound..<valueEnd)
    parameters.append(
      ParameterText(
        key: TextRange(start: start, count: key.count),
        value: text.textRange(last: valueEnd &- valueStart)))
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

  @inline(never)
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
  /// What tells the key in `range` from others; its bytes and those up to `limit` are known to be
  /// there.
  @inline(__always)
  fileprivate func keyPrint(known range: Range<Int>, to limit: Int, seed: UInt64) -> UInt64 {
    let count = range.count
    guard count < 8, limit &- range.lowerBound >= 8 else { return keyPrint(of: range, seed: seed) }
    // Most keys are short: one load.
    let bytes =
      word(known: range.lowerBound) & (1 &<< (UInt64(truncatingIfNeeded: count) &<< 3) &- 1)
    return KeySet.print(ofShort: bytes, count: count)
  }

  /// The decimal digits at `index`, a known place, before `limit`: how many there are, up to nine,
  /// and their number.
  @inline(__always)
  fileprivate func integer(at index: Int, to limit: Int) -> (count: Int, number: UInt32) {
    var (count, number): (Int, UInt32) = (0, 0)
    if limit &- index >= 8 { (count, number) = word(known: index).leadingDigits }
    // What follows eight digits, or all where there are not eight bytes.
    guard count == 8 || limit &- index < 8 else { return (count, number) }
    while count < 9, index &+ count < limit {
      let digit = byte(known: index &+ count) &- Ascii.zero
      if digit > 9 { break }
      number = number &* 10 &+ UInt32(digit)
      count &+= 1
    }
    return (count, number)
  }

  /// Whether CRLF stands at `index`, before `limit`, up to which the bytes are known to be there.
  @inline(__always)
  fileprivate func endsLine(at index: Int, _ limit: Int) -> Bool {
    index &+ 1 < limit && pair(known: index) == 0x0a0d
  }
}

extension UInt64 {
  /// The eight bytes as decimal digits, the first one lowest: how many there are before the first
  /// byte that is none, and their number.
  @inline(__always)
  fileprivate var leadingDigits: (count: Int, number: UInt32) {
    let digits = self ^ 0x3030_3030_3030_3030
    // The highest bit of what is above 9; exact up to the first.
    let others = (digits | (digits &+ 0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080
    let count = others.trailingZeroBitCount &>> 3
    guard count > 0 else { return (0, 0) }
    // Zeros in front of the digits, and all eight at once.
    let aligned = digits &<< (UInt64(truncatingIfNeeded: 8 &- count) &<< 3)
    let pairs = (aligned &* 10 &+ aligned &>> 8) & 0x00ff_00ff_00ff_00ff
    let fours = (pairs &* 100 &+ pairs &>> 16) & 0x0000_ffff_0000_ffff
    return (count, UInt32(truncatingIfNeeded: fours &* 10_000 &+ fours &>> 32))
  }
}
