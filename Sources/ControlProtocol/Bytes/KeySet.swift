import Storage

/// The prints of a message's keys, to tell a key that comes again.
///
/// A few are searched in order, more go into a table of open addressing, so a million keys cost
/// linear time. A print is a short key itself or a seeded hash of a longer one: two keys of equal hash
/// are taken for one, which with 64 bits does not happen.
struct KeySet: Sendable {
  private var few = InlineArray<16, UInt64>(repeating: 0)
  private var fewCount = 0
  /// A power of two of places, 0 for a free one; in use when there are more than a few.
  private var table: [UInt64] = []
  private var usesTable = false
  private var count = 0
  /// One bit for six mixed bits of each print: most new keys are known to be new by it. All bits where
  /// the table is in use.
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

  /// The print of a key of fewer than eight bytes, the first one lowest.
  @inline(__always)
  static func print(ofShort word: UInt64, count: Int) -> UInt64 {
    word | UInt64(truncatingIfNeeded: count) &<< 56
  }

  /// The print of a longer key by its hash.
  @inline(__always)
  static func print(ofLong hash: UInt64) -> UInt64 { hash | 1 << 63 }

  /// Adds a print; false when it was there.
  ///
  /// - Parameter seed: mixes the prints in the table, so that nobody can choose where they go.
  @inline(__always)
  mutating func insert(_ print: UInt64, seed: UInt64) -> Bool {
    let bit = 1 as UInt64 &<< ((print &* 0x9e37_79b9_7f4a_7c15) &>> 58)
    if filter & bit != 0 {
      if usesTable { return insertIntoTable(print, seed: seed) }
      for index in 0..<fewCount where few[index] == print { return false }
    }
    guard fewCount < few.count else {
      moveIntoTable(seed: seed)
      return insertIntoTable(print, seed: seed)
    }
    filter |= bit
    few[fewCount] = print
    fewCount &+= 1
    return true
  }

  @inline(never)
  private mutating func moveIntoTable(seed: UInt64) {
    if table.isEmpty { table = [UInt64](repeating: 0, count: few.count * 8) }
    usesTable = true
    filter = .max
    for index in few.indices { _ = insertIntoTable(few[index], seed: seed) }
  }

  @inline(never)
  private mutating func insertIntoTable(_ print: UInt64, seed: UInt64) -> Bool {
    // No key at all has the print 0, which stands for a free place.
    let print = print == 0 ? 1 : print
    guard place(print, seed: seed) else { return false }
    count += 1
    if count * 2 > table.count {
      let old = table
      table = [UInt64](repeating: 0, count: old.count * 2)
      for known in old where known != 0 { _ = place(known, seed: seed) }
    }
    return true
  }

  private mutating func place(_ print: UInt64, seed: UInt64) -> Bool {
    let mask = table.count - 1
    var index = Int(truncatingIfNeeded: fold(print ^ seed, 0xa076_1d64_78bd_642f)) & mask
    while table[index] != 0 {
      if table[index] == print { return false }
      index = (index + 1) & mask
    }
    table[index] = print
    return true
  }
}
