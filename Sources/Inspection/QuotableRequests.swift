import Storage

/// Hashes of requests that the other side may quote, newer ones replacing older.
///
/// A hash has its place in one of many short rows, the newest in front: two that meet do not displace
/// each other, or the outcome would go by the seed of a run.
struct QuotableRequests: ~Copyable {
  private static let rows: UInt64 = 1 << 11
  private static let columns: UInt64 = 4
  private var hashes = FixedTable<UInt64>(zeroedOf: Int(rows * columns))
  /// The hash that came last; it is put into its row, whose memory takes time to arrive, with the next.
  private var waiting: UInt64 = 0

  private static func key(
    _ hash: UInt64, length: UInt64, connection: UInt64, side: Int
  ) -> UInt64 {
    var hasher = SeededHash(seed: hash)
    hasher.combine(length)
    hasher.combine(connection << 1 | UInt64(side))
    return hasher.value | 1
  }

  mutating func insert(_ hash: UInt64, length: UInt64, connection: UInt64, side: Int) {
    let key = Self.key(hash, length: length, connection: connection, side: side)
    settle()
    hashes.prefetch(Self.start(of: key))
    waiting = key
  }

  mutating func contains(_ hash: UInt64, length: UInt64, connection: UInt64, side: Int) -> Bool {
    settle()
    let key = Self.key(hash, length: length, connection: connection, side: side)
    let start = Self.start(of: key)
    for place in start..<start + Self.columns where hashes[place] == key { return true }
    return false
  }

  @inline(__always)
  private mutating func settle() {
    let key = waiting
    guard key != 0 else { return }
    waiting = 0
    let start = Self.start(of: key)
    if hashes[start] == key { return }
    for column in (start + 1..<start + Self.columns).reversed() {
      hashes[column] = hashes[column - 1]
    }
    hashes[start] = key
  }

  private static func start(of key: UInt64) -> UInt64 {
    (key >> 1 & (rows - 1)) * columns
  }
}
