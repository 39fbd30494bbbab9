import Storage

/// The keys that were inserted last, some tens of thousands, in a table whose size never changes.
///
/// Keys share a row by their hash; a row keeps its newest. So a key is forgotten only after as many
/// others of its row, not with the first that falls on its place.
struct RecentKeys: ~Copyable {
  private static let rows = 1 << 12
  private static let width: UInt64 = 8

  private var keys = FixedTable<UInt64>(repeating: 0, size: rows * Int(width))
  /// Where the next key of a row goes.
  private var next = FixedTable<UInt8>(repeating: 0, size: rows)

  /// - Parameter key: a hash, not 0.
  mutating func insert(_ key: UInt64) {
    guard !contains(key) else { return }
    let row = key >> 1
    let place = next[row]
    next[row] = place &+ 1
    keys[row &* Self.width &+ UInt64(place) & (Self.width - 1)] = key
  }

  func contains(_ key: UInt64) -> Bool {
    let first = (key >> 1) &* Self.width
    for place in 0..<Self.width where keys[first &+ place] == key { return true }
    return false
  }
}
