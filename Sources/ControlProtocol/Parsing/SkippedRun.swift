import Storage

/// Bytes of a stream that lie together and are skipped, told as one diagnostic when they end.
struct SkippedRun: ~Copyable {
  /// `junk`, `joined-midstream` or, told already, `message-truncated`.
  var code = DiagnosticCode.junk
  private(set) var start: UInt64 = 0
  private(set) var length: UInt64 = 0
  private(set) var mark = ArrivalMark()
  /// The first bytes.
  private(set) var excerpt = ByteBuffer()
  /// The last bytes, at least `tailBytes` of them once there are as many.
  private var tail = ByteBuffer()

  /// How many bytes a diagnostic shows.
  static let excerptBytes = 64
  /// Enough for a receipt with a number of `mostDigits`.
  private static let tailBytes = 128
  private static let mostDigits = 40

  init(code: DiagnosticCode = .junk) {
    self.code = code
  }

  var heldBytes: Int { excerpt.count + tail.count }

  /// Empties the run; the next byte begins it.
  mutating func reset(code: DiagnosticCode) {
    self.code = code
    length = 0
    excerpt.removeAll()
    tail.removeAll()
  }

  /// Adds the bytes of `span` in `range`, the first of which lies at `offset`.
  mutating func take(_ span: RawSpan, _ range: Range<Int>, at offset: UInt64, mark: ArrivalMark) {
    guard !range.isEmpty else { return }
    if length == 0 { (start, self.mark) = (offset, mark) }
    length &+= UInt64(truncatingIfNeeded: range.count)
    if code == .messageTruncated { return }
    let room = Self.excerptBytes - excerpt.count
    if room > 0 {
      excerpt.append(span, range.lowerBound..<range.lowerBound + min(room, range.count))
    }
    // Twice the room, so that a byte at a time does not move the whole tail at each.
    if tail.count + min(range.count, Self.tailBytes) > 2 * Self.tailBytes {
      tail.removeFirst(max(0, tail.count - Self.tailBytes))
    }
    if range.count >= Self.tailBytes { tail.removeAll() }
    tail.append(span, max(range.lowerBound, range.upperBound - Self.tailBytes)..<range.upperBound)
  }

  /// Whether the run ends with the receipt that early MediaSoup servers put before a quoted request:
  /// `OK, message received with transaction N:`, LF, 21 dashes, LF, N being `uuid`.
  ///
  /// Numbers of more than 40 digits are not looked for.
  func endsWithReceipt(for uuid: RawSpan, _ digits: Range<Int>) -> Bool {
    let lead: StaticString = "OK, message received with transaction "
    let trail: StaticString = ":\n---------------------\n"
    let span = tail.span
    let trailStart = span.byteCount - trail.utf8CodeUnitCount
    guard trailStart > 0, span.holds(trail, at: trailStart) else { return false }
    var numberStart = trailStart
    while numberStart > max(0, trailStart - Self.mostDigits)
      && Ascii.isDigit(span.byte(at: numberStart - 1))
    {
      numberStart -= 1
    }
    let leadStart = numberStart - lead.utf8CodeUnitCount
    guard numberStart < trailStart, leadStart >= 0, span.holds(lead, at: leadStart) else {
      return false
    }
    let number = span.withoutLeadingZeros(numberStart..<trailStart)
    let expected = uuid.withoutLeadingZeros(digits)
    guard number.count == expected.count else { return false }
    for (a, b) in zip(number, expected) where span.byte(at: a) != uuid.byte(at: b) { return false }
    return true
  }
}

extension RawSpan {
  /// The digits in `range` from the first that is not 0 on; of zeros only, the last.
  fileprivate func withoutLeadingZeros(_ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    while start + 1 < range.upperBound && byte(at: start) == Ascii.zero { start += 1 }
    return start..<range.upperBound
  }
}
