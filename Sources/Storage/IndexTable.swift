public import CVectors

/// A hash table from seeded 32-bit hashes to slot numbers; whoever owns the slots compares the keys.
///
/// Open addressing with linear probing and deletion by shifting back, at most half full. An entry
/// holds the hash too, so that other keys' slots are not touched.
@safe public struct IndexTable: ~Copyable {
  /// hash << 32 | slot + 1; 0 for an empty place.
  @usableFromInline var entries: UnsafeMutablePointer<UInt64>
  @usableFromInline var mask: Int
  /// Entries in the table.
  public private(set) var count = 0

  public init(minimumCapacity: Int = 64) {
    var size = 16
    while size < minimumCapacity * 2 { size *= 2 }
    mask = size - 1
    unsafe entries = .allocate(capacity: size)
    unsafe entries.initialize(repeating: 0, count: size)
  }

  deinit {
    unsafe entries.deallocate()
  }

  /// The slot with this hash that `matches`, if there is one.
  @inlinable
  public func find(hash: UInt32, where matches: (UInt32) -> Bool) -> UInt32? {
    var place = Int(hash) & mask
    while true {
      let entry = unsafe entries[place]
      if entry == 0 { return nil }
      if UInt32(truncatingIfNeeded: entry >> 32) == hash {
        let slot = UInt32(truncatingIfNeeded: entry) &- 1
        if matches(slot) { return slot }
      }
      place = (place &+ 1) & mask
    }
  }

  /// Asks for the cache line in which a hash is going to be looked up.
  @inlinable
  public func prefetch(hash: UInt32) {
    unsafe souptap_prefetch(entries + (Int(hash) & mask))
  }

  /// Adds a slot that is not in the table.
  public mutating func insert(hash: UInt32, slot: UInt32) {
    if (count + 1) * 2 > mask { grow() }
    put(UInt64(hash) << 32 | UInt64(slot) &+ 1)
    count += 1
  }

  /// Takes out a slot; nothing happens when it is not there.
  public mutating func remove(hash: UInt32, slot: UInt32) {
    let entry = UInt64(hash) << 32 | UInt64(slot) &+ 1
    var hole = Int(hash) & mask
    while unsafe entries[hole] != entry {
      if unsafe entries[hole] == 0 { return }
      hole = (hole &+ 1) & mask
    }
    count -= 1
    var place = hole
    while true {
      place = (place &+ 1) & mask
      let moved = unsafe entries[place]
      if moved == 0 { break }
      let home = Int(UInt32(truncatingIfNeeded: moved >> 32)) & mask
      if (place &- home) & mask >= (place &- hole) & mask {
        unsafe entries[hole] = moved
        hole = place
      }
    }
    unsafe entries[hole] = 0
  }

  private mutating func put(_ entry: UInt64) {
    var place = Int(UInt32(truncatingIfNeeded: entry >> 32)) & mask
    while unsafe entries[place] != 0 { place = (place &+ 1) & mask }
    unsafe entries[place] = entry
  }

  private mutating func grow() {
    let old = unsafe entries
    let oldSize = mask + 1
    let size = oldSize * 2
    unsafe entries = .allocate(capacity: size)
    unsafe entries.initialize(repeating: 0, count: size)
    mask = size - 1
    for place in 0..<oldSize where unsafe old[place] != 0 { put(unsafe old[place]) }
    unsafe old.deallocate()
  }
}
