import Storage

/// The keys that were inserted last, some tens of thousands, in a table whose size never changes.
///
/// Keys share a row by their hash; a row keeps its newest. So a key is forgotten only after as many
/// others of its row, not with the first that falls on its place. Of each key half of its bits are
/// kept, beside those that choose the row: two of a row are confused once in four thousand million.
struct RecentKeys: ~Copyable {
  private static let rows = 1 << 12

  private var rows = FixedTable<Row>(zeroedOf: rows)
  /// The key that came last; it is put into its row, whose memory takes time to arrive, with the next.
  private var waiting: UInt64 = 0

  /// Eight keys, the newest first: half a cache line.
  struct Row: BitwiseCopyable {
    /// Two keys in each, the newer one in the low half.
    var words: (UInt64, UInt64, UInt64, UInt64)

    @inline(__always)
    func contains(_ key: UInt32) -> Bool {
      Self.holds(words.0, key) || Self.holds(words.1, key) || Self.holds(words.2, key)
        || Self.holds(words.3, key)
    }

    @inline(__always)
    private static func holds(_ word: UInt64, _ key: UInt32) -> Bool {
      UInt32(truncatingIfNeeded: word) == key || UInt32(truncatingIfNeeded: word >> 32) == key
    }

    /// The row with one more key, without its oldest.
    @inline(__always)
    func adding(_ key: UInt32) -> Row {
      Row(
        words: (
          words.0 << 32 | UInt64(key), words.1 << 32 | words.0 >> 32,
          words.2 << 32 | words.1 >> 32, words.3 << 32 | words.2 >> 32
        ))
    }
  }

  /// - Parameter key: a hash.
  mutating func insert(_ key: UInt64) {
    settle()
    rows.prefetch(key >> 32)
    // What is kept of a key is odd.
    waiting = key | 1
  }

  mutating func contains(_ key: UInt64) -> Bool {
    settle()
    return rows[key >> 32].contains(Self.kept(key))
  }

  @inline(__always)
  private mutating func settle() {
    guard waiting != 0 else { return }
    let row = rows[waiting >> 32]
    let kept = Self.kept(waiting)
    if !row.contains(kept) { rows[waiting >> 32] = row.adding(kept) }
    waiting = 0
  }

  /// What is kept of a key; 0 stands for none.
  private static func kept(_ key: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: key) | 1 }
}
