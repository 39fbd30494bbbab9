import Storage

// A span of `held` keeps all of its owner borrowed, so whatever else in the owner takes held bytes
// takes them from the value.

extension ByteBuffer {
  mutating func append(_ held: borrowing HeldBytes, _ range: Range<Int>) {
    append(held.span, range)
  }
}

extension ContentHash {
  mutating func update(_ held: borrowing HeldBytes, _ range: Range<Int>) {
    update(held.span, range)
  }
}

extension DiagnosticQueue {
  /// Adds a diagnostic about a range of held bytes, which it shows.
  mutating func add(
    _ code: DiagnosticCode, at offset: UInt64, showing range: Range<Int>,
    of held: borrowing HeldBytes
  ) {
    add(
      code, at: offset, length: UInt64(truncatingIfNeeded: range.count),
      mark: held.mark(at: range.lowerBound), excerpt: range, of: held.span)
  }

  /// Adds a run of skipped bytes.
  mutating func add(_ run: borrowing SkippedRun) {
    add(
      run.code, at: run.start, length: run.length, mark: run.mark,
      excerpt: 0..<run.excerpt.count, of: run.excerpt.span)
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
