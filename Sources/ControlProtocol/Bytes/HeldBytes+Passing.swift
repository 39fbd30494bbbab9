// A span of `held` keeps all of its owner borrowed, so whatever else in the owner takes held bytes
// takes them from the value.

extension ByteBuffer {
  mutating func append(_ held: borrowing HeldBytes, _ range: Range<Int>) {
    append(held.span, range)
  }

  mutating func append(_ other: borrowing ByteBuffer) {
    append(other.span, 0..<other.count)
  }
}

extension ContentHash {
  mutating func update(_ held: borrowing HeldBytes, _ range: Range<Int>) {
    update(held.span, range)
  }
}

extension SkippedRun {
  /// Adds the first `count` bytes, which begin at stream offset `offset`.
  mutating func take(_ held: borrowing HeldBytes, count: Int, at offset: UInt64) {
    take(held.span, 0..<count, at: offset, mark: held.mark(at: 0))
  }
}

extension LineChecks {
  /// Reads a range on, each piece of it with its mark; `base` is the stream offset of byte 0.
  mutating func scan(_ held: borrowing HeldBytes, _ range: Range<Int>, base: UInt64) {
    var index = range.lowerBound
    while index < range.upperBound {
      let end = min(held.endOfPiece(at: index), range.upperBound)
      let stop = scan(held.span, from: index, to: end, base: base, mark: held.mark(at: index))
      if stop < end { return }
      index = end
    }
  }
}

extension HeldBytes {
  /// Whether the bytes in `range` are `text`.
  func isText(_ text: StaticString, _ range: Range<Int>, ignoringCase: Bool = false) -> Bool {
    range.count == text.utf8CodeUnitCount
      && span.holds(text, at: range.lowerBound, ignoringCase: ignoringCase)
  }
}
