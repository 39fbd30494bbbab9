/// A growing row of plain values that is filled and emptied again and again.
///
/// The hot paths append to it for every line, message or deadline, so it owns plain memory: nothing is
/// counted and nothing is checked for being shared.
///
/// Invariants: `base` points to room for `capacity` values, nil for none; the first `count` of them are
/// the content.
@safe public struct Buffer<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline var base: UnsafeMutablePointer<Element>?
  /// How many values it has.
  public private(set) var count = 0
  @usableFromInline var capacity = 0

  /// An empty buffer, without memory.
  public init() {
    unsafe base = nil
  }

  deinit {
    unsafe base?.deallocate()
  }

  /// Whether it has none.
  public var isEmpty: Bool {
    @inline(__always) get { count == 0 }
  }

  /// The value at an index below `count`.
  public subscript(index: Int) -> Element {
    @inline(__always) get {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      return unsafe base.unsafelyUnwrapped[index]
    }
    @inline(__always) set {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      unsafe base.unsafelyUnwrapped[index] = newValue
    }
  }

  /// The values, in order.
  public var elements: Span<Element> {
    @_lifetime(borrow self) @inline(__always) get {
      guard let base = unsafe base else { return Span() }
      let span = unsafe Span(_unsafeStart: base, count: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Adds a value behind the last.
  @inline(__always)
  public mutating func append(_ element: Element) {
    reserve(1)
    unsafe (base.unsafelyUnwrapped + count).initialize(to: element)
    count &+= 1
  }

  /// Appends what `fill` writes into room for `added` values; it must write all of them.
  @inline(__always)
  public mutating func append(
    count added: Int, filledBy fill: (UnsafeMutableBufferPointer<Element>) -> Void
  ) {
    guard added > 0 else { return }
    reserve(added)
    let room = unsafe UnsafeMutableBufferPointer(
      start: base.unsafelyUnwrapped + count, count: added)
    unsafe fill(room)
    count &+= added
  }

  /// For how many more values there is room without growing.
  public var room: Int {
    @inline(__always) get { capacity &- count }
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

  /// Takes the first values off; what follows moves up.
  public mutating func removeFirst(_ removed: Int) {
    precondition(removed >= 0 && removed <= count)
    guard removed > 0, let base = unsafe base else { return }
    count -= removed
    unsafe base.update(from: base + removed, count: count)
  }

  /// Takes the last value off; there must be one.
  public mutating func removeLast() -> Element {
    let last = self[count - 1]
    count -= 1
    return last
  }

  /// Takes off what is not to stay; the rest keeps its order.
  public mutating func removeAll(unless stays: (Element) -> Bool) {
    var kept = 0
    for index in 0..<count where stays(self[index]) {
      self[kept] = self[index]
      kept += 1
    }
    count = kept
  }

  /// Empties the buffer.
  ///
  /// - Parameter bytes: memory above this is given back.
  @inline(__always)
  public mutating func removeAll(keeping bytes: Int = 4096) {
    count = 0
    if capacity > bytes / MemoryLayout<Element>.stride { giveBack() }
  }

  @inline(never)
  private mutating func giveBack() {
    unsafe base?.deallocate()
    unsafe base = nil
    capacity = 0
  }
}
