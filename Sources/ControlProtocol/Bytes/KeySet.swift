/// The hashes of a message's keys, to tell a key that comes again.
///
/// A few are searched in order, more go into a table of open addressing, so a million keys cost
/// linear time. Two keys of equal hash are taken for one; with a seeded hash of 64 bits that does
/// not happen.
struct KeySet: Sendable {
  private var few: [UInt64] = []
  private var table: [UInt64] = []
  private var count = 0
  /// One bit for the top six bits of each hash: most new keys are known to be new by it.
  private var filter: UInt64 = 0

  private static let mostSearched = 16

  /// What the table takes, beyond what every message has.
  var tableBytes: Int { table.count * 8 }

  mutating func removeAll() {
    few.removeAll(keepingCapacity: true)
    if !table.isEmpty { table = [] }
    count = 0
    filter = 0
  }

  /// Adds a hash; false when it was there.
  mutating func insert(_ rawHash: UInt64) -> Bool {
    let hash = rawHash == 0 ? 1 : rawHash
    if !table.isEmpty { return insertIntoTable(hash) }
    let bit = 1 as UInt64 &<< (hash &>> 58)
    if filter & bit != 0 {
      for known in few where known == hash { return false }
    }
    guard few.count < Self.mostSearched else {
      table = [UInt64](repeating: 0, count: Self.mostSearched * 4)
      for known in few { _ = insertIntoTable(known) }
      return insertIntoTable(hash)
    }
    filter |= bit
    few.append(hash)
    return true
  }

  private mutating func insertIntoTable(_ hash: UInt64) -> Bool {
    guard place(hash) else { return false }
    count += 1
    if count * 2 > table.count {
      let old = table
      table = [UInt64](repeating: 0, count: old.count * 2)
      for known in old where known != 0 { _ = place(known) }
    }
    return true
  }

  private mutating func place(_ hash: UInt64) -> Bool {
    let mask = table.count - 1
    var index = Int(truncatingIfNeeded: hash) & mask
    while table[index] != 0 {
      if table[index] == hash { return false }
      index = (index + 1) & mask
    }
    table[index] = hash
    return true
  }
}
