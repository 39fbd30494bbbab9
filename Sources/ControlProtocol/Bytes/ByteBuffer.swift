/// Bytes that were copied because they must outlive their chunk. Its storage is used again.
///
/// Invariant: the first `count` bytes of `storage` are the content.
struct ByteBuffer: Sendable {
  private var storage: [UInt8] = []
  private(set) var count = 0

  /// Storage above this is given back when the buffer is emptied.
  private static let keptCapacity = 4096

  var isEmpty: Bool { count == 0 }

  var span: RawSpan {
    @_lifetime(borrow self) get { unsafe storage.span.bytes.extracting(first: count) }
  }

  subscript(index: Int) -> UInt8 { storage[index] }

  mutating func append(_ byte: UInt8) {
    reserve(1)
    storage[count] = byte
    count &+= 1
  }

  /// Appends the bytes of `span` in `range`.
  mutating func append(_ span: RawSpan, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    reserve(range.count)
    unsafe span.extracting(range).withUnsafeBytes { source in
      unsafe storage.withUnsafeMutableBytes { target in
        unsafe UnsafeMutableRawBufferPointer(rebasing: target[count...])
          .copyMemory(from: source)
      }
    }
    count &+= range.count
  }

  @inline(__always)
  private mutating func reserve(_ more: Int) {
    if storage.count &- count < more { grow(to: count + more) }
  }

  @inline(never)
  private mutating func grow(to needed: Int) {
    let target = max(needed, 2 * storage.count, 64)
    storage.append(contentsOf: repeatElement(0, count: target - storage.count))
  }

  mutating func removeFirst(_ removed: Int) {
    storage.replaceSubrange(0..<removed, with: EmptyCollection())
    count -= removed
  }

  mutating func removeAll() {
    count = 0
    if storage.count > Self.keptCapacity { storage = [] }
  }

  /// The last `count` bytes.
  func textRange(last count: Int) -> TextRange {
    TextRange(start: self.count &- count, count: count)
  }
}
