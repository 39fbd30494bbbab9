/// Numbered slots for plain values: taken from a free list, given back, never moved.
///
/// Slots live in pages, so growth copies nothing and a value can be changed in place. Invariants:
/// every index handed out is below `capacity`; a free slot's index is on the free list once.
@safe public struct Slab<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline static var pageShift: Int { 6 }
  @usableFromInline static var pageMask: Int { 63 }

  @usableFromInline var pages: UnsafeMutablePointer<UnsafeMutablePointer<Element>>
  /// One bit for each slot of a page: whether it is in use.
  @usableFromInline var taken: UnsafeMutablePointer<UInt64>
  /// The slots given back, of which the last is taken first: room for all that there are.
  @usableFromInline var free: UnsafeMutablePointer<UInt32>
  @usableFromInline var freeCount = 0
  @usableFromInline var pageCount = 0
  @usableFromInline var pageRoom = 16
  /// Slots that were ever taken.
  @usableFromInline var fresh = 0
  @usableFromInline var used = 0
  /// Slots in use.
  @inlinable public var count: Int { used }

  @inlinable
  public init() {
    unsafe pages = .allocate(capacity: 16)
    unsafe taken = .allocate(capacity: 16)
    unsafe free = .allocate(capacity: 16 << Self.pageShift)
  }

  deinit {
    for index in 0..<pageCount { unsafe pages[index].deallocate() }
    unsafe pages.deallocate()
    unsafe taken.deallocate()
    unsafe free.deallocate()
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
    used &+= 1
    if freeCount > 0 {
      freeCount &-= 1
      let index = unsafe free[freeCount]
      unsafe pages[Int(index) >> Self.pageShift][Int(index) & Self.pageMask] = value
      unsafe taken[Int(index) >> Self.pageShift] |= 1 &<< UInt64(index & 63)
      return index
    }
    if fresh == pageCount << Self.pageShift { addPage() }
    let index = fresh
    fresh &+= 1
    unsafe taken[index >> Self.pageShift] |= 1 &<< UInt64(index & 63)
    unsafe (pages[index >> Self.pageShift] + (index & Self.pageMask)).initialize(to: value)
    return UInt32(index)
  }

  /// Gives a slot back.
  @inlinable
  public mutating func giveBack(_ index: UInt32) {
    precondition(isTaken(index))
    used &-= 1
    unsafe taken[Int(index) >> Self.pageShift] &= ~(1 &<< UInt64(index & 63))
    unsafe free[freeCount] = index
    freeCount &+= 1
  }

  /// Whether a slot is in use.
  @inlinable
  public func isTaken(_ index: UInt32) -> Bool {
    unsafe Int(index) < fresh && taken[Int(index) >> Self.pageShift] & 1 &<< UInt64(index & 63) != 0
  }

  /// Calls `body` with every slot in use, in order of their numbers.
  @inlinable
  public func forEachTaken(_ body: (UInt32) -> Void) {
    for index in 0..<UInt32(fresh) where isTaken(index) { body(index) }
  }

  @usableFromInline
  mutating func addPage() {
    if pageCount == pageRoom {
      unsafe Self.enlarge(&pages, from: pageRoom)
      unsafe Self.enlarge(&taken, from: pageRoom)
      unsafe Self.enlarge(&free, from: pageRoom << Self.pageShift)
      pageRoom *= 2
    }
    let page = UnsafeMutablePointer<Element>.allocate(capacity: 1 << Self.pageShift)
    unsafe (pages + pageCount).initialize(to: page)
    unsafe (taken + pageCount).initialize(to: 0)
    pageCount += 1
  }

  /// Doubles the room of a row of plain values.
  private static func enlarge<Value>(_ row: inout UnsafeMutablePointer<Value>, from room: Int) {
    let larger = UnsafeMutablePointer<Value>.allocate(capacity: room * 2)
    unsafe UnsafeMutableRawPointer(larger).copyMemory(
      from: row, byteCount: room * MemoryLayout<Value>.stride)
    unsafe row.deallocate()
    unsafe row = larger
  }
}
