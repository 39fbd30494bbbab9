import ControlProtocol
import Records
import Wire

/// Rows of tallies, one for each distinct key, up to a limit; the rest is summed in ``other``.
///
/// A key is a text with a tag: of the rows by type the type with its direction. Rows keep their
/// number for the whole run, so that an interval can begin with empty ones.
struct TallyTable: Sendable {
  private var keys: TextTable
  private(set) var rows: [Row] = []
  private(set) var other: Row
  private let empty: Tally

  /// A tally with what is outstanding just now.
  struct Row: Sendable {
    var tally: Tally
    var level = Level()
  }

  /// - Parameter longestKey: the most bytes of a key; rows of longer ones are summed in the rest.
  init(
    limits: SummaryCollector.Limits, seed: UInt64, longestKey: Int = TextTable.longestText
  ) {
    keys = TextTable(limit: limits.rows, seed: seed, longest: longestKey)
    empty = Tally(distinctTexts: limits.textsPerRow, seed: seed)
    other = Row(tally: empty)
  }

  var estimatedBytes: Int {
    rows.reduce(keys.estimatedBytes + other.tally.estimatedBytes) { $0 + $1.tally.estimatedBytes }
  }

  /// The number of a key's row; ``otherRow`` when there is no room for it.
  mutating func row(of key: RawSpan, tag: UInt8) -> Int {
    guard let number = keys.number(of: key, tag: tag) else { return Self.otherRow }
    if number == rows.count { rows.append(Row(tally: empty)) }
    return number
  }

  /// Stands for the row of all keys that found no room.
  static let otherRow = 0xfffe

  /// Counts a request that is outstanding now.
  mutating func begin(_ row: Int, at time: Int64) {
    if row == Self.otherRow { other.begin(at: time) } else { rows[row].begin(at: time) }
  }

  /// Counts a notification.
  mutating func countNotification(_ row: Int) {
    if row == Self.otherRow {
      other.tally.notifications &+= 1
    } else {
      rows[row].tally.notifications &+= 1
    }
  }

  /// Adds what another table counted in a row.
  mutating func merge(_ tally: Tally, into row: Int) {
    if row == Self.otherRow { other.tally.merge(tally) } else { rows[row].tally.merge(tally) }
  }

  /// Adds a transaction.
  mutating func take(
    _ row: Int, _ record: borrowing TransactionRecord, text: RawSpan,
    scope: SummaryCollector.Scope
  ) {
    if row == Self.otherRow {
      other.take(record, text: text, scope: scope)
    } else {
      rows[row].take(record, text: text, scope: scope)
    }
  }

  /// Adds a plain answer.
  @inline(__always)
  mutating func take(_ row: Int, _ answer: CountedAnswer) {
    if row == Self.otherRow { other.take(answer) } else { rows[row].take(answer) }
  }

  /// Adds tallies to that of the rest.
  mutating func addToOther(_ tallies: [Tally]) {
    for tally in tallies { other.tally.merge(tally) }
  }

  /// Changes every row, that of the rest included.
  mutating func updateAll(_ change: (inout Row) -> Void) {
    for number in rows.indices { change(&rows[number]) }
    change(&other)
  }

  /// Turns what was outstanding in a span of time that ends into the mean of that span.
  mutating func closeLevels(over range: (first: CaptureTime, last: CaptureTime)) {
    let (start, end) = (range.first.nanoseconds, range.last.nanoseconds)
    updateAll { $0.closeLevel(from: start, to: end) }
  }

  /// Empties every row and keeps its number and what is outstanding in it.
  mutating func reset() {
    let empty = empty
    updateAll { $0.reset(to: empty) }
  }

  /// The numbers of the rows in which something was counted or outstanding.
  var used: [Int] {
    rows.indices.filter {
      !rows[$0].tally.isEmpty || rows[$0].tally.outstandingNanoseconds > 0
    }
  }

  /// The rows in which something was counted or outstanding, with their keys.
  func named() -> [(key: [UInt8], tag: UInt8, tally: Tally)] {
    used.map { (keys.text($0), keys.tag($0), rows[$0].tally) }
  }
}

/// How many requests are outstanding now, and the integral of that over time.
///
/// The integral over a span is the time by which each end lies before the span's end, taken off for
/// ends and added for beginnings; so the order in which they are told does not matter.
struct Level: Sendable {
  var current: UInt64 = 0
  /// The outstanding at the beginning of the span.
  private var atStart: UInt64 = 0
  private var sum: Int128 = 0

  mutating func begin(at time: Int64) {
    current &+= 1
    sum &-= Int128(time)
  }

  mutating func end(at time: Int64) {
    guard current > 0 else { return }
    current &-= 1
    sum &+= Int128(time)
  }

  /// Adds time that something was outstanding beyond what was told, or takes it off.
  mutating func extend(by nanoseconds: Int64) { sum &+= Int128(nanoseconds) }

  /// The integral over a span that ends, and the beginning of the next.
  mutating func close(from start: Int64, to end: Int64) -> UInt128 {
    let integral = sum &+ Int128(current) &* Int128(end) &- Int128(atStart) &* Int128(start)
    atStart = current
    sum = 0
    return UInt128(max(0, integral))
  }
}
