import Storage

/// Hashes of requests that the other side may quote, newer ones replacing older.
struct QuotableRequests {
  private static let size = 1 << 13
  private var hashes: [UInt64] = []

  private static func key(
    _ hash: UInt64, length: UInt64, connection: UInt64, side: Int
  ) -> UInt64 {
    var hasher = SeededHash(seed: hash)
    hasher.combine(length)
    hasher.combine(connection << 1 | UInt64(side))
    return hasher.value | 1
  }

  mutating func insert(_ hash: UInt64, length: UInt64, connection: UInt64, side: Int) {
    if hashes.isEmpty { hashes = Array(repeating: 0, count: Self.size) }
    let key = Self.key(hash, length: length, connection: connection, side: side)
    hashes[Int(truncatingIfNeeded: key >> 1) & (Self.size - 1)] = key
  }

  func contains(_ hash: UInt64, length: UInt64, connection: UInt64, side: Int) -> Bool {
    guard !hashes.isEmpty else { return false }
    let key = Self.key(hash, length: length, connection: connection, side: side)
    return hashes[Int(truncatingIfNeeded: key >> 1) & (Self.size - 1)] == key
  }
}
