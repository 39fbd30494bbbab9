/// Bytes that were copied because they must outlive their chunk. Its storage is used again.
struct ByteBuffer: Sendable {
  private var bytes: [UInt8] = []

  /// Storage above this is given back when the buffer is emptied.
  private static let keptCapacity = 4096

  var count: Int { bytes.count }
  var isEmpty: Bool { bytes.isEmpty }

  var span: RawSpan {
    @_lifetime(borrow self) get { unsafe bytes.span.bytes }
  }

  subscript(index: Int) -> UInt8 { bytes[index] }

  mutating func append(_ byte: UInt8) { bytes.append(byte) }

  /// Appends the bytes of `span` in `range`.
  mutating func append(_ span: RawSpan, _ range: Range<Int>) {
    unsafe span.extracting(range).withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  mutating func removeFirst(_ count: Int) { bytes.removeFirst(count) }

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptCapacity)
  }

  /// Where a byte that was just appended lies, as the range of the last `count` bytes.
  func textRange(last count: Int) -> TextRange {
    TextRange(start: bytes.count - count, count: count)
  }
}
