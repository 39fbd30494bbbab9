/// The quick way: lines that are in a chunk whole and follow the grammar to the letter. Whatever else
/// is met is left to `Side`, which reads everything.
extension Draft {
  /// Reads a start line and a uuid line at `start`, strictly.
  ///
  /// - Returns: the index after them, or nil when anything is odd or lies at or beyond `limit`.
  mutating func readStrictHead(_ chunk: RawSpan, from start: Int, to limit: Int) -> Int? {
    guard limit &- start >= 16 else { return nil }
    let kind: MessageKind
    let typeStart: Int
    switch chunk.word(at: start) {
    case 0x2074_7365_7571_6552:  // "Request "
      (kind, typeStart) = (.request, start &+ 8)
    case 0x6573_6e6f_7073_6552 where chunk.byte(at: start &+ 8) == Ascii.space:  // "Response"
      (kind, typeStart) = (.response, start &+ 9)
    case 0x6163_6966_6974_6f4e where chunk.holds("tion ", at: start &+ 8):  // "Notifica"
      (kind, typeStart) = (.notification, start &+ 13)
    default: return nil
    }
    let typeEnd = chunk.firstSpecial(from: typeStart, to: limit)
    guard typeEnd > typeStart, chunk.endsLine(at: typeEnd, limit) else { return nil }
    for index in typeStart..<typeEnd where !Ascii.isToken(chunk.byte(at: index)) { return nil }
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
      guard limit &- index >= 4, chunk.byte(at: index) == Ascii.space else { return nil }
      let statusStart = index &+ 1
      if chunk.byte(at: statusStart) == UInt8(ascii: "O") {
        guard chunk.byte(at: statusStart &+ 1) == UInt8(ascii: "K") else { return nil }
        message.status = .ok
        index = statusStart &+ 2
      } else {
        guard limit &- statusStart >= 5, chunk.holds("ERROR", at: statusStart) else { return nil }
        message.status = .error
        index = statusStart &+ 5
      }
      message.statusText = TextRange(
        start: statusStart &- typeStart, count: index &- statusStart)
    }
    guard chunk.endsLine(at: index, limit) else { return nil }
    text.append(chunk, typeStart..<index)
    return index &+ 2
  }

  /// Reads strict parameter lines from `start` on.
  ///
  /// - Returns: the index of the first line that was not read, or after the empty line that ended the
  ///   message, and whether there was one.
  mutating func readStrictLines(
    _ chunk: RawSpan, from start: Int, to limit: Int, keeping keepsParameters: Bool, seed: UInt64
  ) -> (index: Int, isEnded: Bool) {
    var index = start
    while index &+ 1 < limit {
      let first = chunk.byte(at: index)
      if first == Ascii.cr {
        let isEnded = chunk.byte(at: index &+ 1) == Ascii.lf && !lacksErrorCode
        return (isEnded ? index &+ 2 : index, isEnded)
      }
      let colon = chunk.firstSpecialOrColon(from: index, to: limit)
      guard colon < limit, colon > index, chunk.byte(at: colon) == Ascii.colon,
        first != Ascii.space, chunk.byte(at: colon &- 1) != Ascii.space
      else { return (index, false) }
      let end = chunk.firstSpecial(from: colon &+ 1, to: limit)
      guard chunk.endsLine(at: end, limit) else { return (index, false) }
      let valueStart = end == colon &+ 1 ? end : colon &+ 2
      guard end == colon &+ 1 || chunk.byte(at: colon &+ 1) == Ascii.space else {
        return (index, false)
      }
      let role = role(of: chunk, index..<colon)
      if role != .parameter && (!isInOrder(role) || message.status == .ok) { return (index, false) }
      guard keys.insert(chunk.keyHash(of: index..<colon, seed: seed)) else { return (index, false) }
      bodyLines &+= 1
      if role != .parameter || keepsParameters {
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
      index = end &+ 2
    }
    return (index, false)
  }
}

extension RawSpan {
  /// Whether CRLF stands at `index`, before `limit`.
  @inline(__always)
  fileprivate func endsLine(at index: Int, _ limit: Int) -> Bool {
    index &+ 1 < limit && byte(at: index) == Ascii.cr && byte(at: index &+ 1) == Ascii.lf
  }
}
