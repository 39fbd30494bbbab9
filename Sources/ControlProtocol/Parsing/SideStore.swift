import Storage

/// Numbered side states. They never move, and one that was given back is used again.
///
/// Invariants: `places` holds a state for each number that was ever used, but for those in `empty`;
/// `free` and `empty` hold the numbers that are not in use.
@safe struct SideStore: ~Copyable {
  private var places = unsafe Buffer<UnsafeMutablePointer<Side>?>()
  private var free = Buffer<UInt32>()
  private var empty = Buffer<UInt32>()

  /// Free states that are kept, with their storage: many are in use at the same time in a flood only.
  private static var mostKept: Int { 1024 }

  deinit {
    for index in unsafe 0..<places.count {
      guard let place = unsafe places[index] else { continue }
      unsafe place.deinitialize(count: 1)
      unsafe place.deallocate()
    }
  }

  subscript(index: Int) -> Side {
    @inline(__always) unsafeAddress {
      unsafe UnsafePointer(places[index].unsafelyUnwrapped)
    }
    @inline(__always) unsafeMutableAddress { unsafe places[index].unsafelyUnwrapped }
  }

  /// The number of an unused state.
  mutating func take() -> Int {
    if !free.isEmpty { return Int(free.removeLast()) }
    let place = UnsafeMutablePointer<Side>.allocate(capacity: 1)
    unsafe place.initialize(to: Side())
    if !empty.isEmpty {
      let index = Int(empty.removeLast())
      unsafe places[index] = unsafe place
      return index
    }
    unsafe places.append(place)
    return unsafe places.count - 1
  }

  /// Makes a state free.
  mutating func giveBack(_ index: Int) {
    guard free.count >= Self.mostKept else {
      return free.append(UInt32(truncatingIfNeeded: index))
    }
    let place = unsafe places[index].unsafelyUnwrapped
    unsafe place.deinitialize(count: 1)
    unsafe place.deallocate()
    unsafe places[index] = nil
    empty.append(UInt32(truncatingIfNeeded: index))
  }
}
