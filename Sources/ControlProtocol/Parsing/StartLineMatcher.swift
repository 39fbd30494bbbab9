/// The keywords, and how one is recognised.
enum Keyword {
  static func text(_ kind: MessageKind) -> StaticString {
    switch kind {
    case .request: "Request"
    case .response: "Response"
    case .notification: "Notification"
    }
  }

  static let kinds: [MessageKind] = [.request, .response, .notification]
}

/// Recognises a convincing start line byte by byte: the keyword exactly, one space, a token, the end
/// of the line (CRLF or LF).
struct StartLineMatcher: Sendable {
  enum Verdict: Equatable, Sendable {
    case undecided, impossible
    case startLine(MessageKind)
    /// The empty line, which ends a message.
    case emptyLine
  }

  private enum Phase: UInt8, Sendable {
    case keyword, token, afterCR, emptyAfterCR
  }

  private var phase = Phase.keyword
  private var kind = MessageKind.request
  /// Bytes of the keyword that matched; the third tells Request from Response.
  private var matched = 0
  private var hasToken = false

  mutating func take(_ byte: UInt8) -> Verdict {
    switch phase {
    case .keyword: return takeKeyword(byte)
    case .token:
      if Ascii.isToken(byte) {
        hasToken = true
        return .undecided
      }
      guard hasToken else { return .impossible }
      if byte == Ascii.lf { return .startLine(kind) }
      phase = .afterCR
      return byte == Ascii.cr ? .undecided : .impossible
    case .afterCR: return byte == Ascii.lf ? .startLine(kind) : .impossible
    case .emptyAfterCR: return byte == Ascii.lf ? .emptyLine : .impossible
    }
  }

  private mutating func takeKeyword(_ byte: UInt8) -> Verdict {
    if matched == 0 {
      switch byte {
      case Ascii.lf: return .emptyLine
      case Ascii.cr:
        phase = .emptyAfterCR
        return .undecided
      case UInt8(ascii: "R"): kind = .request
      case UInt8(ascii: "N"): kind = .notification
      default: return .impossible
      }
      matched = 1
      return .undecided
    }
    if matched == 2 && kind == .request && byte == UInt8(ascii: "s") { kind = .response }
    let keyword = Keyword.text(kind)
    if matched == keyword.utf8CodeUnitCount {
      phase = .token
      return byte == Ascii.space ? .undecided : .impossible
    }
    guard unsafe byte == keyword.utf8Start[matched] else { return .impossible }
    matched += 1
    return .undecided
  }

  /// The kind that a whole line, with its end, convincingly starts; nil when it is none.
  static func kind(ofLine line: RawSpan) -> MessageKind? {
    guard line.byteCount > 0 else { return nil }
    let first = line.byte(at: 0)
    guard first == UInt8(ascii: "R") || first == UInt8(ascii: "N") else { return nil }
    var matcher = StartLineMatcher()
    for index in 0..<line.byteCount {
      switch matcher.take(line.byte(at: index)) {
      case .undecided: continue
      case .startLine(let kind): return index + 1 == line.byteCount ? kind : nil
      case .impossible, .emptyLine: return nil
      }
    }
    return nil
  }
}
