import Storage

/// Captured bytes that wait for their meaning, with the marks of the chunks they came in.
struct HeldBytes: ~Copyable {
  private struct Piece: BitwiseCopyable {
    /// Where a chunk's bytes begin.
    var start: Int
    var mark: ArrivalMark
  }

  private var bytes = ByteBuffer()
  private var pieces = Buffer<Piece>()

  /// Whether the next byte's mark is noted even when there are many.
  private var beginsLine = false

  /// So many chunks are told apart; bytes of later ones get the last mark that is known.
  private static let mostPieces = 256

  var count: Int { bytes.count }
  /// What they take, in bytes, with their marks.
  var memory: Int { bytes.count + pieces.count * MemoryLayout<Piece>.stride }
  var isEmpty: Bool { bytes.isEmpty }
  var span: RawSpan {
    @_lifetime(borrow self) get { bytes.span }
  }
  var endsLine: Bool { !bytes.isEmpty && bytes[bytes.count - 1] == Ascii.lf }

  subscript(index: Int) -> UInt8 { bytes[index] }

  mutating func append(_ span: RawSpan, _ range: Range<Int>, mark: ArrivalMark) {
    guard !range.isEmpty else { return }
    note(mark)
    bytes.append(span, range)
  }

  mutating func append(_ byte: UInt8, mark: ArrivalMark) {
    note(mark)
    bytes.append(byte)
  }

  private mutating func note(_ mark: ArrivalMark) {
    if !pieces.isEmpty {
      guard pieces[pieces.count - 1].mark != mark, pieces.count < Self.mostPieces || beginsLine
      else { return }
    }
    beginsLine = false
    pieces.append(Piece(start: bytes.count, mark: mark))
  }

  /// Says that the next byte begins a line: a message may begin there, so its mark must be known.
  mutating func beginLine() { beginsLine = true }

  /// The number of the piece that holds the byte at `index`; 0 when nothing is held.
  private func piece(of index: Int) -> Int {
    var next = 1
    while next < pieces.count && pieces[next].start <= index { next += 1 }
    return next - 1
  }

  /// The mark of the byte at `index`.
  func mark(at index: Int) -> ArrivalMark {
    pieces.isEmpty ? ArrivalMark() : pieces[piece(of: index)].mark
  }

  /// The end of the bytes from `index` on that share a mark.
  func endOfPiece(at index: Int) -> Int {
    let next = piece(of: index) + 1
    return next < pieces.count ? pieces[next].start : bytes.count
  }

  mutating func removeFirst(_ count: Int) {
    if count == bytes.count { return removeAll() }
    pieces.removeFirst(piece(of: count))
    for index in 0..<pieces.count { pieces[index].start = max(0, pieces[index].start - count) }
    bytes.removeFirst(count)
  }

  mutating func removeAll() {
    bytes.removeAll()
    beginsLine = false
    pieces.removeAll()
  }
}
