/// Remembers the group of each request until its transaction was told for the last time: only the
/// request has the parameters.
///
/// Limits: a million requests at once, a hundred thousand of them past their deadline. Requests
/// beyond the first are counted in `(other)`; the late answers of the oldest beyond the second change
/// no group any more.
struct OutstandingGroups {
  struct Key: Hashable {
    var connection: UInt64
    var direction: UInt8
    var offset: UInt64
  }

  static let most = 1_000_000
  static let mostOverdue = 100_000

  private var rows: [Key: UInt16] = [:]
  /// Those past their deadline, in the order in which they were told; from `firstOverdue` on.
  private var overdue: [Key] = []
  private var firstOverdue = 0

  var estimatedBytes: Int {
    rows.capacity * (MemoryLayout<Key>.stride + 3) + overdue.capacity * MemoryLayout<Key>.stride
  }

  /// Remembers a row of a `TallyTable`; false when there is no room for it.
  mutating func remember(_ row: Int, for key: Key) -> Bool {
    guard rows.count < Self.most else { return false }
    rows[key] = UInt16(row)
    return true
  }

  /// The row of a transaction that is told; nil when it is not known.
  mutating func row(of key: Key, isOverdue: Bool) -> Int? {
    guard isOverdue else { return rows.removeValue(forKey: key).map(Int.init) }
    guard let row = rows[key] else { return nil }
    overdue.append(key)
    if overdue.count - firstOverdue > Self.mostOverdue {
      rows[overdue[firstOverdue]] = nil
      firstOverdue += 1
      if firstOverdue > Self.mostOverdue {
        overdue.removeFirst(firstOverdue)
        firstOverdue = 0
      }
    }
    return Int(row)
  }
}
