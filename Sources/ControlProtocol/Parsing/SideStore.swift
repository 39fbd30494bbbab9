/// Numbered side states. They never move, and one that was given back is used again.
///
/// Invariant: `places` holds the `count` states that were ever made; `free` those that are not in use.
@safe struct SideStore: ~Copyable {
  private var places = unsafe Buffer<UnsafeMutablePointer<Side>>()
  private var free = Buffer<UInt32>()

  deinit {
    for index in unsafe 0..<places.count {
      let place = unsafe places[index]
      unsafe place.deinitialize(count: 1)
      unsafe place.deallocate()
    }
  }

  subscript(index: Int) -> Side {
    @inline(__always) unsafeAddress { unsafe UnsafePointer(places[index]) }
    @inline(__always) unsafeMutableAddress { unsafe places[index] }
  }

  /// The number of an unused state.
  mutating func take() -> Int {
    if !free.isEmpty { return Int(free.removeLast()) }
    let place = UnsafeMutablePointer<Side>.allocate(capacity: 1)
    unsafe place.initialize(to: Side())
    unsafe places.append(place)
    return unsafe places.count - 1
  }

  /// Makes a state free.
  mutating func giveBack(_ index: Int) {
    free.append(UInt32(truncatingIfNeeded: index))
  }
}
