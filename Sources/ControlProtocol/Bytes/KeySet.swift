/// The hashes of a message's keys, to tell a key that comes again.
///
/// A few are searched in order, more go into a table of open addressing, so a million keys cost
/// linear time. Two keys of equal hash are taken for one; with a seeded hash of 64 bits that does
/// not happen.
struct KeySet: Sendable {
  private var few = InlineArray<16, UInt64>(repeating: 0)
  private var fewCount = 0
  /// A power of two of places, 0 for a free one; in use when there are more than a few.
  private var table: [UInt64] = []
  private var usesTable = false
  private var count = 0
  /// One bit for the top six bits of each hash: most new keys are known to be new by it.
  private var filter: UInt64 = 0

  /// A larger table is given back when it is emptied.
  private static let keptPlaces = 512

  /// What the table takes, when it is in use.
  var tableBytes: Int { usesTable ? table.count * 8 : 0 }

  @inline(__always)
  mutating func removeAll() {
    fewCount = 0
    filter = 0
    if usesTable { emptyTable() }
  }

  @inline(never)
  private mutating func emptyTable() {
    usesTable = false
    count = 0
    table = table.count <= Self.keptPlaces ? table : []
    for index in table.indices { table[index] = 0 }
  }

  /// Adds a hash; false when it was there.
  @inline(__always)
  mutating func insert(_ rawHash: UInt64) -> Bool {
    let hash = rawHash == 0 ? 1 : rawHash
    if usesTable { return insertIntoTable(hash) }
    let bit = 1 as UInt64 &<< (hash &>> 58)
    if filter & bit != 0 {
      for index in 0..<fewCount where few[index] == hash { return false }
    }
    guard fewCount < few.count else {
      moveIntoTable()
      return insertIntoTable(hash)
    }
    filter |= bit
    few[fewCount] = hash
    fewCount &+= 1
    return true
  }

  @inline(never)
  private mutating func moveIntoTable() {
    if table.isEmpty { table = [UInt64](repeating: 0, count: few.count * 8) }
    usesTable = true
    for index in few.indices { _ = insertIntoTable(few[index]) }
  }

  @inline(never)
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
