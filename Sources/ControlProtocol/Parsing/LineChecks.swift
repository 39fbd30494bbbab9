/// Watches the bytes of one line, in pieces, for what no line should hold: a CR not followed by LF,
/// control bytes, bytes that are not UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above
/// U+10FFFF).
///
/// Each kind is told once for a line, from its first to its last byte of that kind.
struct LineChecks: Sendable {
  var bareCR = OddRange()
  var control = OddRange()
  var invalid = OddRange()
  /// Whether a tab counts as a blank (start and uuid lines) and not as a control byte.
  private let allowsTab: Bool
  /// Whether the last byte was a CR whose meaning the next byte decides.
  private(set) var endsWithCR = false
  /// Bytes that the UTF-8 sequence in progress still needs, and the limits of the next one.
  private var needed = 0
  private var lowest: UInt8 = 0x80
  private var highest: UInt8 = 0xbf
  /// Where the CR or sequence that is in progress began.
  private var openStart: UInt64 = 0
  private var openMark = ArrivalMark()

  init(allowsTab: Bool = false) {
    self.allowsTab = allowsTab
  }

  /// Reads the line on; `base` is the stream offset of the span's byte 0.
  ///
  /// - Returns: the index of the line feed that ends the line, or `end`.
  mutating func scan(
    _ span: RawSpan, from start: Int, to end: Int, base: UInt64, mark: ArrivalMark
  ) -> Int {
    var index = start
    while index < end {
      if needed == 0 && !endsWithCR {
        index = span.firstSpecial(from: index, to: end)
        if index == end { return end }
      }
      let byte = span.byte(at: index)
      let offset = base &+ UInt64(truncatingIfNeeded: index)
      if needed > 0 {
        if byte >= lowest && byte <= highest {
          needed -= 1
          (lowest, highest) = (0x80, 0xbf)
          index += 1
          continue
        }
        endSequence(before: offset)
      }
      if byte == Ascii.lf { return index }
      if endsWithCR {
        endsWithCR = false
        bareCR.extend(from: openStart, to: openStart &+ 1, mark: openMark)
      }
      if byte == Ascii.cr {
        endsWithCR = true
        (openStart, openMark) = (offset, mark)
      } else if byte >= 0x80 {
        beginSequence(byte, at: offset, mark: mark)
      } else if byte < 0x20 && !(allowsTab && byte == Ascii.tab) || byte == 0x7f {
        control.extend(from: offset, to: offset &+ 1, mark: mark)
      }
      index += 1
    }
    return end
  }

  private mutating func endSequence(before offset: UInt64) {
    needed = 0
    (lowest, highest) = (0x80, 0xbf)
    invalid.extend(from: openStart, to: offset, mark: openMark)
  }

  private mutating func beginSequence(_ byte: UInt8, at offset: UInt64, mark: ArrivalMark) {
    switch byte {
    case 0xc2...0xdf: needed = 1
    case 0xe0: (needed, lowest) = (2, 0xa0)
    case 0xed: (needed, highest) = (2, 0x9f)
    case 0xe1...0xef: needed = 2
    case 0xf0: (needed, lowest) = (3, 0x90)
    case 0xf4: (needed, highest) = (3, 0x8f)
    case 0xf1...0xf3: needed = 3
    default:
      invalid.extend(from: offset, to: offset &+ 1, mark: mark)
      return
    }
    (openStart, openMark) = (offset, mark)
  }
}

/// From the first to the last of the odd bytes of one kind.
struct OddRange: Sendable {
  var start: UInt64 = 0
  /// After the last one; 0 when there is none.
  var end: UInt64 = 0
  var mark = ArrivalMark()

  var isEmpty: Bool { end == 0 }

  mutating func extend(from start: UInt64, to end: UInt64, mark: ArrivalMark) {
    if isEmpty { (self.start, self.mark) = (start, mark) }
    self.end = end
  }
}
