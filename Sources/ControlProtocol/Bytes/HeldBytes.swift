/// Captured bytes that wait for their meaning, with the marks of the chunks they came in.
struct HeldBytes: Sendable {
  private var bytes = ByteBuffer()
  /// Where a chunk's bytes begin, and its mark.
  private var pieces: [(start: Int, mark: ArrivalMark)] = []

  /// Whether the next byte's mark is noted even when there are many.
  private var beginsLine = false

  /// So many chunks are told apart; bytes of later ones get the last mark that is known.
  private static let mostPieces = 256

  var count: Int { bytes.count }
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
    if let last = pieces.last {
      guard last.mark != mark, pieces.count < Self.mostPieces || beginsLine else { return }
    }
    beginsLine = false
    pieces.append((bytes.count, mark))
  }

  /// Says that the next byte begins a line: a message may begin there, so its mark must be known.
  mutating func beginLine() { beginsLine = true }

  /// The mark of the byte at `index`.
  func mark(at index: Int) -> ArrivalMark {
    var found = ArrivalMark()
    for piece in pieces {
      if piece.start > index { break }
      found = piece.mark
    }
    return found
  }

  /// The end of the bytes from `index` on that share a mark.
  func endOfPiece(at index: Int) -> Int {
    for piece in pieces where piece.start > index { return piece.start }
    return bytes.count
  }

  mutating func removeFirst(_ count: Int) {
    if count == bytes.count { return removeAll() }
    let first = mark(at: count)
    bytes.removeFirst(count)
    pieces.removeAll { $0.start <= count }
    for index in pieces.indices { pieces[index].start -= count }
    pieces.insert((0, first), at: 0)
  }

  mutating func removeAll() {
    bytes.removeAll()
    beginsLine = false
    pieces.removeAll(keepingCapacity: pieces.capacity <= 8)
  }
}
