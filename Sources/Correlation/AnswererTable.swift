import Storage

/// When each of those who answer did so last, in a table whose size never changes.
///
/// Four answerers share a set of rows by their hash. Another one takes the row of that which answered
/// nothing for longest. When it answered last itself is forgotten then, and taken to be when that one did,
/// which is no earlier: a silence is told too short at worst.
struct AnswererTable: ~Copyable {
  private static let sets: UInt64 = 1 << 8
  private static let ways: UInt64 = 4

  struct Row: BitwiseCopyable {
    /// A hash of the answerer; 0 of none.
    var answerer: UInt32 = 0
    var times = AnswerTimes()
  }

  private var rows = FixedTable<Row>(repeating: Row(), size: Int(sets * ways))

  /// For how long of a wait an answerer answered nothing, as `AnswerTimes.silence` tells.
  mutating func silence(of answerer: UInt32, from start: Int64, to end: Int64) -> Int64 {
    let place = place(of: answerer)
    return rows[place].times.silence(from: start, to: end)
  }

  /// Notes an answer that began at `time` to what was asked at `start`.
  @inline(__always)
  mutating func note(_ answerer: UInt32, at time: Int64, askedAt start: Int64) {
    let place = place(of: answerer)
    rows[place].times.note(time, askedAt: start)
  }

  /// The row of an answerer, made when there is none.
  @inline(__always)
  private mutating func place(of answerer: UInt32) -> UInt64 {
    let key = answerer | 1
    let first = UInt64(answerer >> 24) * Self.ways
    return rows[first].answerer == key ? first : search(key, from: first)
  }

  /// Looks at the other rows of the set, too; makes room where there is none.
  @inline(never)
  private mutating func search(_ key: UInt32, from first: UInt64) -> UInt64 {
    var quietest = first
    for place in first..<(first + Self.ways) {
      if rows[place].answerer == key { return place }
      if rows[place].times.last < rows[quietest].times.last { quietest = place }
    }
    rows[quietest] = Row(answerer: key, times: AnswerTimes(after: rows[quietest].times.last))
    return quietest
  }
}
