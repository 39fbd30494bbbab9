internal import Storage

/// A number as it was captured: digits of any length, perhaps with a sign and a fraction.
enum CapturedNumber {
  /// How a captured text is to a whole number, given by its digits without leading zeros: below 0,
  /// 0 or above; nil when the text is no number.
  static func order(of text: RawSpan, against digits: RawSpan) -> Int? {
    var start = 0
    let isNegative = text.byteCount > 0 && text.byte(at: 0) == UInt8(ascii: "-")
    if isNegative { start = 1 }
    var end = start
    while end < text.byteCount, isDigit(text.byte(at: end)) { end += 1 }
    guard end > start else { return nil }
    var hasFraction = false
    if end < text.byteCount {
      guard text.byte(at: end) == UInt8(ascii: "."), end + 1 < text.byteCount else { return nil }
      for offset in (end + 1)..<text.byteCount {
        guard isDigit(text.byte(at: offset)) else { return nil }
        if text.byte(at: offset) != 0x30 { hasFraction = true }
      }
    }
    while start < end - 1, text.byte(at: start) == 0x30 { start += 1 }
    let isZero = end - start == 1 && text.byte(at: start) == 0x30 && !hasFraction
    if isNegative, !isZero { return -1 }
    let order = compare(text.extracting(start..<end), digits)
    return order == 0 && hasFraction ? 1 : order
  }

  private static func compare(_ a: RawSpan, _ b: RawSpan) -> Int {
    if a.byteCount != b.byteCount { return a.byteCount < b.byteCount ? -1 : 1 }
    for offset in 0..<a.byteCount where a.byte(at: offset) != b.byte(at: offset) {
      return a.byte(at: offset) < b.byte(at: offset) ? -1 : 1
    }
    return 0
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte)
  }
}
