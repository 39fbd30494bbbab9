/// The quick way: lines that are in a chunk whole, read where they lie. Whatever is met beyond that is
/// left to `Side`, which reads everything.
extension Draft {
  /// Reads a strict start line and a strict uuid line at `start`.
  ///
  /// - Returns: the index after them, or nil when anything is odd or lies at or beyond `limit`.
  @inline(__always)
  mutating func readHead(_ chunk: RawSpan, from start: Int, to limit: Int) -> Int? {
    guard limit &- start >= 16 else { return nil }
    let kind: MessageKind
    let typeStart: Int
    switch chunk.word(at: start) {
    case 0x2074_7365_7571_6552:  // "Request "
      (kind, typeStart) = (.request, start &+ 8)
    case 0x6573_6e6f_7073_6552 where chunk.byte(at: start &+ 8) == Ascii.space:  // "Response"
      (kind, typeStart) = (.response, start &+ 9)
    case 0x6163_6966_6974_6f4e  // "Notifica"
    where chunk.halfWord(at: start &+ 8) == 0x6e6f_6974  // "tion"
      && chunk.byte(at: start &+ 12) == Ascii.space:
      (kind, typeStart) = (.notification, start &+ 13)
    default: return nil
    }
    var typeEnd = chunk.firstNonLetter(from: typeStart, to: limit)
    while typeEnd < limit && Ascii.isToken(chunk.byte(at: typeEnd)) { typeEnd &+= 1 }
    guard typeEnd > typeStart, chunk.endsLine(at: typeEnd, limit) else { return nil }
    message.kind = kind
    message.type = TextRange(start: 0, count: typeEnd &- typeStart)
    guard kind != .notification else {
      text.append(chunk, typeStart..<typeEnd)
      return typeEnd &+ 2
    }
    let uuidStart = typeEnd &+ 2
    var index = uuidStart
    while index < limit && Ascii.isDigit(chunk.byte(at: index)) { index &+= 1 }
    let digits = index &- uuidStart
    guard digits >= 1 && digits <= 9 else { return nil }
    message.uuid = TextRange(start: uuidStart &- typeStart, count: digits)
    if kind == .response {
      guard limit &- index >= 5, chunk.byte(at: index) == Ascii.space else { return nil }
      let statusStart = index &+ 1
      switch chunk.halfWord(at: statusStart) {
      case 0x0a0d_4b4f:  // "OK", CR, LF
        message.status = .ok
        index = statusStart &+ 2
      case 0x4f52_5245  // "ERRO"
      where limit &- statusStart >= 5 && chunk.byte(at: statusStart &+ 4) == UInt8(ascii: "R"):
        message.status = .error
        index = statusStart &+ 5
      default: return nil
      }
      message.statusText = TextRange(
        start: statusStart &- typeStart, count: index &- statusStart)
    }
    guard chunk.endsLine(at: index, limit) else { return nil }
    text.append(chunk, typeStart..<index)
    return index &+ 2
  }

  /// Reads whole parameter lines with plain keys from `start` on, and notes what is odd about them.
  ///
  /// - Parameters:
  ///   - place: the chunk's place in its stream.
  ///   - notes: where diagnostics are added; when it is full, reading stops.
  /// - Returns: the index of the first line that was not read, or after the empty line that ended the
  ///   message, and whether there was one.
  @inline(__always)
  mutating func readLines(
    _ chunk: RawSpan, from start: Int, to limit: Int, at place: ChunkPlace,
    with configuration: ParserConfiguration, notes: inout DiagnosticQueue
  ) -> (index: Int, isEnded: Bool) {
    var index = start
    while index &+ 1 < limit {
      let colon = chunk.firstSpecialOrColon(from: index, to: limit)
      guard colon < limit else { break }
      guard chunk.byte(at: colon) == Ascii.colon else {
        let isEnded = colon == index && chunk.endsLine(at: index, limit)
        return (isEnded ? index &+ 2 : index, isEnded)
      }
      guard colon > index, chunk.byte(at: index) != Ascii.space,
        chunk.byte(at: colon &- 1) != Ascii.space
      else { break }
      let afterColon = colon &+ 1
      var valueStart = afterColon
      if valueStart < limit && Ascii.isBlank(chunk.byte(at: valueStart)) { valueStart &+= 1 }
      var end = chunk.firstSpecial(from: valueStart, to: limit)
      var next = end &+ 2
      var checks: LineChecks?
      if !chunk.endsLine(at: end, limit) {
        var lineChecks = LineChecks()
        let lineFeed = lineChecks.scan(
          chunk, from: valueStart, to: limit, base: place.base, mark: place.mark)
        guard lineFeed < limit else { break }
        end = lineChecks.endsWithCR ? lineFeed &- 1 : lineFeed
        next = lineFeed &+ 1
        checks = lineChecks
      }
      let key = index..<colon
      let role = role(of: chunk, key)
      let isNew = keys.insert(chunk.keyHash(of: key, seed: configuration.seed))
      let lacksSeparator = valueStart == afterColon && end > valueStart
      if !isNew || role != .parameter || lacksSeparator || checks != nil {
        let line = OddLine(
          key: key, isNew: isNew, role: role, lacksSeparator: lacksSeparator,
          lineFeed: next &- 1)
        note(line, checks, in: chunk, at: place, to: &notes)
      }
      bodyLines &+= 1
      if role != .parameter || configuration.keepsParameters {
        text.append(chunk, index..<end)
        let value = text.textRange(last: end &- valueStart)
        switch role {
        case .code: message.code = value
        case .reason: message.reason = value
        case .parameter:
          let key = TextRange(start: text.count &- (end &- index), count: colon &- index)
          parameters.append(ParameterText(key: key, value: value))
        }
      }
      index = next
      if !notes.hasRoom { break }
    }
    return (index, false)
  }

  /// What `readLines` found at a line that may be odd.
  private struct OddLine {
    var key: Range<Int>
    var isNew: Bool
    var role: Role
    var lacksSeparator: Bool
    var lineFeed: Int
  }

  /// Notes what is odd about a line, in the order in which `Side` would.
  @inline(never)
  private mutating func note(
    _ line: OddLine, _ checks: LineChecks?, in chunk: RawSpan, at place: ChunkPlace,
    to notes: inout DiagnosticQueue
  ) {
    if !line.isNew { note(.duplicateKey, line.key, in: chunk, at: place, to: &notes) }
    if line.role != .parameter {
      if !isInOrder(line.role) { note(.errorFieldsOrder, line.key, in: chunk, at: place, to: &notes) }
      if message.status == .ok { note(.errorFieldsOnOK, line.key, in: chunk, at: place, to: &notes) }
    }
    if line.lacksSeparator {
      let colon = line.key.upperBound
      note(.noSpaceAfterColon, colon..<colon + 1, in: chunk, at: place, to: &notes)
    }
    if let checks {
      message.diagnostics.formUnion(
        notes.add(checks, lineFeedAt: place.offset(line.lineFeed), mark: place.mark))
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
  /// Whether CRLF stands at `index`, before `limit`.
  @inline(__always)
  fileprivate func endsLine(at index: Int, _ limit: Int) -> Bool {
    index &+ 1 < limit && pair(at: index) == 0x0a0d
  }
}
