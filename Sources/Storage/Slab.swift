/// Numbered slots for plain values: taken from a free list, given back, never moved.
///
/// Slots live in pages, so growth copies nothing and a value can be changed in place. Invariants:
/// every index handed out is below `capacity`; a free slot's index is on the free list once.
@safe public struct Slab<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline static var pageShift: Int { 6 }
  @usableFromInline static var pageMask: Int { 63 }

  @usableFromInline var pages: UnsafeMutablePointer<UnsafeMutablePointer<Element>>
  @usableFromInline var pageCount = 0
  @usableFromInline var pageRoom = 16
  @usableFromInline var free: [UInt32] = []
  @usableFromInline var taken: [UInt64] = []
  @usableFromInline var fresh = 0
  @usableFromInline var used = 0
  /// Slots in use.
  @inlinable public var count: Int { used }

  @inlinable
  public init() {
    unsafe pages = .allocate(capacity: 16)
  }

  deinit {
    for index in 0..<pageCount { unsafe pages[index].deallocate() }
    unsafe pages.deallocate()
  }

  /// The value in a slot that was taken.
  @inlinable
  public subscript(index: UInt32) -> Element {
    unsafeAddress {
      precondition(Int(index) < fresh)
      return unsafe UnsafePointer(
        pages[Int(index) >> Self.pageShift] + (Int(index) & Self.pageMask))
    }
    unsafeMutableAddress {
      precondition(Int(index) < fresh)
      return unsafe pages[Int(index) >> Self.pageShift] + (Int(index) & Self.pageMask)
    }
  }

  /// Takes a slot and fills it.
  @inlinable
  public mutating func take(_ value: Element) -> UInt32 {
    used += 1
    if let index = free.popLast() {
      self[index] = value
      taken[Int(index) >> 6] |= 1 << UInt64(index & 63)
      return index
    }
    if fresh == pageCount << Self.pageShift { addPage() }
    let index = fresh
    fresh += 1
    taken[index >> 6] |= 1 << UInt64(index & 63)
    unsafe (pages[index >> Self.pageShift] + (index & Self.pageMask)).initialize(to: value)
    return UInt32(index)
  }

  /// Gives a slot back.
  @inlinable
  public mutating func giveBack(_ index: UInt32) {
    precondition(isTaken(index))
    used -= 1
    taken[Int(index) >> 6] &= ~(1 << UInt64(index & 63))
    free.append(index)
  }

  /// Whether a slot is in use.
  @inlinable
  public func isTaken(_ index: UInt32) -> Bool {
    Int(index) < fresh && taken[Int(index) >> 6] & 1 << UInt64(index & 63) != 0
  }

  /// Calls `body` with every slot in use, in order of their numbers.
  @inlinable
  public func forEachTaken(_ body: (UInt32) -> Void) {
    for index in 0..<UInt32(fresh) where isTaken(index) { body(index) }
  }

  @usableFromInline
  mutating func addPage() {
    if pageCount == pageRoom {
      let larger = UnsafeMutablePointer<UnsafeMutablePointer<Element>>.allocate(
        capacity: pageRoom * 2)
      for index in 0..<pageCount { unsafe (larger + index).initialize(to: pages[index]) }
      unsafe pages.deallocate()
      unsafe pages = larger
      pageRoom *= 2
    }
    let page = UnsafeMutablePointer<Element>.allocate(capacity: 1 << Self.pageShift)
    unsafe (pages + pageCount).initialize(to: page)
    pageCount += 1
    taken.append(0)
  }
}
