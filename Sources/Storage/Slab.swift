public import CVectors

/// Numbered slots for plain values: taken from a free list, given back.
///
/// Slots lie in one row whose growth copies nothing, so a value is changed in place and found by its
/// number alone. The row may move when a slot is taken: no address of a value outlives that.
/// Invariants: every index handed out is below `fresh`; a free slot's index is on the free list once.
@safe public struct Slab<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline var slots: UnsafeMutablePointer<Element>
  /// One bit for each slot: whether it is in use.
  @usableFromInline var taken: UnsafeMutablePointer<UInt64>
  /// The slots given back, of which the last is taken first: room for all that there are.
  @usableFromInline var free: UnsafeMutablePointer<UInt32>
  /// For how many slots there is room: a multiple of 64.
  @usableFromInline var capacity = 1024
  @usableFromInline var freeCount = 0
  /// Slots that were ever taken.
  @usableFromInline var fresh = 0
  @usableFromInline var used = 0
  /// Slots in use.
  @inlinable public var count: Int { used }

  /// A slab with no slot in use.
  public init() {
    unsafe slots = Mapping.room(for: capacity, of: Element.self)
    unsafe taken = .allocate(capacity: capacity / 64)
    unsafe taken.initialize(repeating: 0, count: capacity / 64)
    unsafe free = .allocate(capacity: capacity)
  }

  deinit {
    unsafe Mapping.giveBack(slots, capacity)
    unsafe taken.deallocate()
    unsafe free.deallocate()
  }

  /// The value in a slot that was taken.
  @inlinable
  public subscript(index: UInt32) -> Element {
    @inline(__always) unsafeAddress {
      precondition(Int(index) < fresh)
      return unsafe UnsafePointer(slots + Int(index))
    }
    @inline(__always) unsafeMutableAddress {
      precondition(Int(index) < fresh)
      return unsafe slots + Int(index)
    }
  }

  /// Asks for the cache lines of a slot that is going to be looked at.
  @inlinable
  public func prefetch(_ index: UInt32) {
    guard Int(index) < fresh else { return }
    let slot = unsafe UnsafeRawPointer(slots + Int(index))
    for offset in stride(from: 0, to: MemoryLayout<Element>.size, by: 64) {
      unsafe souptap_prefetch(slot + offset)
    }
  }

  /// Takes a slot and fills it, in place.
  @inlinable @inline(__always)
  public mutating func take(_ value: Element) -> UInt32 {
    used &+= 1
    let index: Int
    if freeCount > 0 {
      freeCount &-= 1
      index = unsafe Int(free[freeCount])
    } else {
      if fresh == capacity { grow() }
      index = fresh
      fresh &+= 1
    }
    unsafe taken[index &>> 6] |= 1 &<< UInt64(index & 63)
    unsafe (slots + index).initialize(to: value)
    return UInt32(index)
  }

  /// Gives a slot back.
  @inlinable
  public mutating func giveBack(_ index: UInt32) {
    precondition(isTaken(index))
    used &-= 1
    unsafe taken[Int(index) &>> 6] &= ~(1 &<< UInt64(index & 63))
    unsafe free[freeCount] = index
    freeCount &+= 1
  }

  /// Whether a slot is in use.
  @inlinable
  public func isTaken(_ index: UInt32) -> Bool {
    unsafe Int(index) < fresh && taken[Int(index) &>> 6] & 1 &<< UInt64(index & 63) != 0
  }

  /// Calls `body` with every slot in use, in order of their numbers.
  @inlinable
  public func forEachTaken(_ body: (UInt32) -> Void) {
    for index in 0..<UInt32(fresh) where isTaken(index) { body(index) }
  }

  /// Makes room for as many slots again, when all are in use.
  @usableFromInline
  mutating func grow() {
    unsafe Mapping.double(&slots, from: capacity)
    let words = capacity / 64
    let all = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * words)
    unsafe all.moveInitialize(from: taken, count: words)
    unsafe (all + words).initialize(repeating: 0, count: words)
    unsafe taken.deallocate()
    unsafe taken = all
    // None is on the list.
    unsafe free.deallocate()
    capacity *= 2
    unsafe free = .allocate(capacity: capacity)
  }
}
