/// Growable bytes that output is written into, emptied and used again.
///
/// Nothing is allocated once it has grown to the size of what is written between two calls of
/// `removeAll`. It has no limit of its own: whoever writes into it hands it on and empties it.
///
/// Invariants: `count <= capacity`; the first `count` bytes of `storage` are initialised.
@safe
public struct OutputBuffer: ~Copyable {
  private var storage: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// How many bytes it holds.
  public private(set) var count = 0

  /// Creates an empty buffer with room for `capacity` bytes.
  public init(capacity: Int = 4096) {
    self.capacity = max(capacity, 64)
    unsafe storage = .allocate(capacity: self.capacity)
  }

  deinit {
    unsafe storage.deallocate()
  }

  /// Takes over the storage of a row that goes on elsewhere.
  init(adopting row: consuming JSONRow) {
    unsafe storage = row.start
    capacity = row.capacity
    count = row.count
  }

  /// Lends its storage to a row, until `end`.
  @inline(__always)
  mutating func beginRow() -> JSONRow {
    reserve(JSONRow.slack)
    return unsafe JSONRow(storage, count: count, capacity: capacity)
  }

  /// Takes back its storage from the row that `beginRow` began, which may have moved it.
  @inline(__always)
  mutating func end(_ row: consuming JSONRow) {
    unsafe storage = row.start
    capacity = row.capacity
    count = row.count
    precondition(count <= capacity)
  }

  /// Hands its storage to a row.
  consuming func becomingRow() -> JSONRow {
    reserve(JSONRow.slack)
    let row = unsafe JSONRow(storage, count: count, capacity: capacity)
    discard self
    return row
  }

  /// Whether it holds nothing.
  public var isEmpty: Bool { count == 0 }

  /// What was written, lent until the next change.
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    borrowing get {
      let span = unsafe RawSpan(_unsafeStart: storage, byteCount: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Calls `body` with what was written.
  public func withBytes<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
    try body(bytes)
  }

  /// What was written as a string; what is not UTF-8 is repaired. For tests and small texts.
  public var string: String {
    unsafe String(decoding: UnsafeBufferPointer(start: storage, count: count), as: UTF8.self)
  }

  /// Forgets what was written.
  public mutating func removeAll(keepingCapacity: Bool = true) {
    count = 0
    guard !keepingCapacity, capacity > 4096 else { return }
    unsafe storage.deallocate()
    capacity = 4096
    unsafe storage = .allocate(capacity: capacity)
  }

  /// Forgets what was written behind the first `count` bytes; does nothing when there are fewer.
  public mutating func truncate(to count: Int) {
    if count >= 0, count < self.count { self.count = count }
  }

  /// Appends a byte.
  @inline(__always)
  public mutating func append(_ byte: UInt8) {
    reserve(1)
    unsafe storage[count] = byte
    count &+= 1
  }

  /// Appends a literal.
  @inline(__always)
  public mutating func append(_ text: StaticString) {
    precondition(text.hasPointerRepresentation)
    unsafe append(text.utf8Start, text.utf8CodeUnitCount)
  }

  /// Appends a literal between two quotes, and a colon.
  @inline(__always)
  mutating func append(key name: StaticString) {
    precondition(name.hasPointerRepresentation)
    let length = name.utf8CodeUnitCount
    let start = unsafe name.utf8Start
    unsafe append(count: length &+ 3) { target in
      unsafe target[0] = 0x22
      unsafe (target + 1).initialize(from: start, count: length)
      unsafe target[length &+ 1] = 0x22
      unsafe target[length &+ 2] = 0x3a
    }
  }

  /// Appends bytes as they are.
  @inline(__always)
  public mutating func append(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return }
      unsafe append(start.assumingMemoryBound(to: UInt8.self), source.count)
    }
  }

  /// Appends bytes as they are.
  public mutating func append(_ bytes: [UInt8]) {
    unsafe append(bytes.span.bytes)
  }

  /// Appends a string's UTF-8 as it is.
  public mutating func append(_ text: String) {
    unsafe append(text.utf8Span.span.bytes)
  }

  /// Appends `byte` `count` times; nothing when `count` is negative.
  public mutating func append(repeating byte: UInt8, count repeats: Int) {
    guard repeats > 0 else { return }
    reserve(repeats)
    unsafe (storage + count).initialize(repeating: byte, count: repeats)
    count &+= repeats
  }

  /// Puts blanks before the bytes from `place` on; nothing when `count` is negative.
  mutating func insert(blanks: Int, at place: Int) {
    guard blanks > 0 else { return }
    precondition((0...count).contains(place))
    reserve(blanks)
    unsafe (storage + (place + blanks)).update(from: storage + place, count: count - place)
    unsafe (storage + place).initialize(repeating: 0x20, count: blanks)
    count &+= blanks
  }

  /// Makes room for `extra` bytes, which `write` fills in whole.
  @inline(__always)
  mutating func append(count extra: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Void) {
    reserve(extra)
    unsafe write(storage + count)
    count &+= extra
  }

  /// Makes room for `extra` bytes, of which `write` fills in the first and says how many.
  @inline(__always)
  mutating func append(upTo extra: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
    reserve(extra)
    count &+= unsafe write(storage + count)
  }

  @inline(__always)
  private mutating func append(_ start: UnsafePointer<UInt8>, _ length: Int) {
    reserve(length)
    unsafe (storage + count).initialize(from: start, count: length)
    count &+= length
  }

  /// Makes room for `extra` bytes.
  @inline(__always)
  mutating func reserve(_ extra: Int) {
    if capacity &- count < extra { grow(extra) }
  }

  @inline(never)
  private mutating func grow(_ extra: Int) {
    let newCapacity = max(capacity * 2, count + extra)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: newCapacity)
    unsafe larger.initialize(from: storage, count: count)
    unsafe storage.deallocate()
    unsafe storage = larger
    capacity = newCapacity
  }
}
