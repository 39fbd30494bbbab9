import Storage

/// The keys that were inserted last, some tens of thousands, in a table whose size never changes.
///
/// Keys share a row by their hash; a row keeps its newest. So a key is forgotten only after as many
/// others of its row, not with the first that falls on its place. Of each key half of its bits are
/// kept, beside those that choose the row: two of a row are confused once in four thousand million.
struct RecentKeys: ~Copyable {
  private static let rows = 1 << 12
  private static let width: UInt64 = 8

  private var keys = FixedTable<UInt32>(zeroedOf: rows * Int(width))
  /// Where the next key of a row goes.
  private var next = FixedTable<UInt8>(zeroedOf: rows)

  /// - Parameter key: a hash.
  mutating func insert(_ key: UInt64) {
    let row = key >> 32
    let place = next[row]
    next[row] = place &+ 1
    keys[row &* Self.width &+ UInt64(place) & (Self.width - 1)] = Self.kept(key)
  }

  func contains(_ key: UInt64) -> Bool {
    let first = (key >> 32) &* Self.width
    let kept = Self.kept(key)
    for place in 0..<Self.width where keys[first &+ place] == kept { return true }
    return false
  }

  /// What is kept of a key; 0 stands for none.
  private static func kept(_ key: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: key) | 1 }
}
