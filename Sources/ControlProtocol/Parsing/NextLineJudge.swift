/// Decides byte by byte whether the line after a start line bears it out.
///
/// Request: digits. Response: digits, one blank, a token. Notification: a line with a colon that is
/// not its first byte and stands behind no control byte, or the empty line.
struct NextLineJudge: Sendable {
  enum Verdict: Sendable {
    case undecided, fits, doesNotFit
  }

  private enum Phase: UInt8, Sendable {
    case start, digits, blank, word, afterCR, key
  }

  private let kind: MessageKind
  private var phase = Phase.start

  init(kind: MessageKind) {
    self.kind = kind
  }

  mutating func take(_ byte: UInt8) -> Verdict {
    switch phase {
    case .start:
      if kind == .notification {
        switch byte {
        case Ascii.lf: return .fits
        case Ascii.cr: return move(to: .afterCR)
        case Ascii.colon: return .doesNotFit
        default: return isKey(byte) ? move(to: .key) : .doesNotFit
        }
      }
      return Ascii.isDigit(byte) ? move(to: .digits) : .doesNotFit
    case .digits:
      if Ascii.isDigit(byte) { return .undecided }
      if kind == .request { return endOfLine(byte) }
      return Ascii.isBlank(byte) ? move(to: .blank) : .doesNotFit
    case .blank:
      return Ascii.isToken(byte) ? move(to: .word) : .doesNotFit
    case .word:
      return Ascii.isToken(byte) ? .undecided : endOfLine(byte)
    case .afterCR:
      return byte == Ascii.lf ? .fits : .doesNotFit
    case .key:
      if byte == Ascii.colon { return .fits }
      return isKey(byte) ? .undecided : .doesNotFit
    }
  }

  private func isKey(_ byte: UInt8) -> Bool {
    byte >= Ascii.space && byte != 0x7f || byte == Ascii.tab
  }

  private mutating func move(to next: Phase) -> Verdict {
    phase = next
    return .undecided
  }

  private mutating func endOfLine(_ byte: UInt8) -> Verdict {
    if byte == Ascii.lf { return .fits }
    return byte == Ascii.cr ? move(to: .afterCR) : .doesNotFit
  }
}
