/// A growing row of plain values that is filled and emptied again and again.
///
/// The hot paths append to it for every line, so it owns plain memory: nothing is counted and nothing
/// is checked for being shared.
///
/// Invariants: `base` points to room for `capacity` values, nil for none; the first `count` of them are
/// the content.
@safe struct Buffer<Element: BitwiseCopyable>: ~Copyable {
  private var base: UnsafeMutablePointer<Element>?
  private(set) var count = 0
  private var capacity = 0

  /// Memory above this many bytes is given back when the buffer is emptied.
  private static var keptBytes: Int { 4096 }

  init() {
    unsafe base = nil
  }

  deinit {
    unsafe base?.deallocate()
  }

  var isEmpty: Bool {
    @inline(__always) get { count == 0 }
  }

  subscript(index: Int) -> Element {
    @inline(__always) get {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      return unsafe base.unsafelyUnwrapped[index]
    }
    @inline(__always) set {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      unsafe base.unsafelyUnwrapped[index] = newValue
    }
  }

  var elements: Span<Element> {
    @_lifetime(borrow self) @inline(__always) get {
      guard let base = unsafe base else { return Span() }
      let span = unsafe Span(_unsafeStart: base, count: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  @inline(__always)
  mutating func append(_ element: Element) {
    reserve(1)
    unsafe (base.unsafelyUnwrapped + count).initialize(to: element)
    count &+= 1
  }

  @inline(__always)
  private mutating func reserve(_ more: Int) {
    if capacity &- count < more { grow(to: count + more) }
  }

  @inline(never)
  private mutating func grow(to needed: Int) {
    let larger = max(needed, 2 * capacity, 64 / MemoryLayout<Element>.stride)
    let room = UnsafeMutablePointer<Element>.allocate(capacity: larger)
    if let base = unsafe base {
      unsafe room.initialize(from: base, count: count)
      unsafe base.deallocate()
    }
    unsafe base = room
    capacity = larger
  }

  mutating func removeFirst(_ removed: Int) {
    precondition(removed >= 0 && removed <= count)
    guard removed > 0, let base = unsafe base else { return }
    count -= removed
    unsafe base.update(from: base + removed, count: count)
  }

  /// Takes the last value off; there must be one.
  mutating func removeLast() -> Element {
    let last = self[count - 1]
    count -= 1
    return last
  }

  @inline(__always)
  mutating func removeAll() {
    count = 0
    if capacity > Self.keptBytes / MemoryLayout<Element>.stride { giveBack() }
  }

  @inline(never)
  private mutating func giveBack() {
    unsafe base?.deallocate()
    unsafe base = nil
    capacity = 0
  }
}

/// Bytes that were copied because they must outlive their chunk.
typealias ByteBuffer = Buffer<UInt8>

extension Buffer<UInt8> {
  var span: RawSpan {
    @_lifetime(borrow self) @inline(__always) get { unsafe elements.bytes }
  }

  /// Appends the bytes of `span` in `range`.
  mutating func append(_ span: RawSpan, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    reserve(range.count)
    let target = unsafe UnsafeMutableRawPointer(base.unsafelyUnwrapped + count)
    unsafe span.extracting(range).withUnsafeBytes { source in
      unsafe target.copyMemory(
        from: source.baseAddress.unsafelyUnwrapped, byteCount: source.count)
    }
    count &+= range.count
  }

  /// Appends the few bytes of `span` in `range`: 32 of them are copied where there are as many, which
  /// costs less than to look how many are wanted.
  @inline(__always)
  mutating func appendHead(_ span: RawSpan, _ range: Range<Int>) {
    let start = range.lowerBound
    guard range.count <= 32, span.byteCount &- start >= 32, capacity &- count >= 32 else {
      return append(span, range)
    }
    let target = unsafe UnsafeMutableRawPointer(base.unsafelyUnwrapped + count)
    unsafe target.storeBytes(
      of: span.unsafeLoadUnaligned(fromByteOffset: start, as: SIMD32<UInt8>.self),
      as: SIMD32<UInt8>.self)
    count &+= range.count
  }

  /// Appends the bytes of a line of `span` in `range`: 64 of them are copied where there are as many.
  @inline(__always)
  mutating func appendLine(_ span: RawSpan, _ range: Range<Int>) {
    let start = range.lowerBound
    guard range.count <= 64, span.byteCount &- start >= 64, capacity &- count >= 64 else {
      return append(span, range)
    }
    let target = unsafe UnsafeMutableRawPointer(base.unsafelyUnwrapped + count)
    unsafe target.storeBytes(
      of: span.unsafeLoadUnaligned(fromByteOffset: start, as: SIMD64<UInt8>.self),
      as: SIMD64<UInt8>.self)
    count &+= range.count
  }

  /// The last `count` bytes.
  @inline(__always)
  func textRange(last count: Int) -> TextRange {
    TextRange(start: self.count &- count, count: count)
  }
}
