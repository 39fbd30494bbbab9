public import ControlProtocol
public import Records
public import Wire

/// Why a run ended.
public enum RunEnd: UInt8, CaseIterable, Sendable {
  case endOfInput, interrupted, count, duration, error

  /// The name in records.
  public var name: String {
    switch self {
    case .endOfInput: "end-of-input"
    case .interrupted: "interrupted"
    case .count: "count"
    case .duration: "duration"
    case .error: "error"
    }
  }
}

/// The statistics of a run or of an interval of it: what the `summary` and `interval` lines of
/// `records.md` and the report are made of. Summaries of parts can be merged.
public struct Summary: Sendable {
  /// The row of a request or notification type in one direction.
  public struct TypeRow: Sendable {
    /// The type as sent; absent when it was missing.
    public var type: [UInt8]?
    /// Which way its requests or notifications travel.
    public var direction: Direction
    /// What was counted of it.
    public var tally: Tally
  }

  /// Messages by kind; a quoted request is counted only as `echoed`.
  public struct MessageCounts: Hashable, Sendable {
    /// Requests, with or without a uuid.
    public var requests: UInt64 = 0
    /// Responses.
    public var responses: UInt64 = 0
    /// Notifications.
    public var notifications: UInt64 = 0
    /// Requests that only quote one.
    public var echoed: UInt64 = 0
    /// Requests without a uuid; they are among `requests` and make no transaction.
    public var withoutUUID: UInt64 = 0

    /// Creates counts of nothing.
    public init() {}

    /// Whether there was no message.
    public var isEmpty: Bool { self == MessageCounts() }
  }

  /// A diagnostic code with how often it was told.
  public struct DiagnosticCount: Hashable, Sendable {
    /// What was told.
    public var code: DiagnosticCode
    /// How often.
    public var count: UInt64
  }

  /// Packet time covered; of an interval its bounds. Absent when there was no packet.
  public var from: CaptureTime?
  /// The end of it.
  public var to: CaptureTime?
  /// Absent of an interval.
  public var ended: RunEnd?
  /// Absent where nobody counted it.
  public var health: CaptureHealth?
  /// All rows together.
  public var totals: Tally
  /// The busiest first: by requests, then notifications, then the bytes of the type, direction.
  public var byType: [TypeRow]
  /// What did not fit into rows; absent when all did.
  public var otherTypes: Tally?
  /// All messages, those outside transactions too.
  public var messages = MessageCounts()
  /// The codes that were told, in the order of their list.
  public var diagnostics: [DiagnosticCount] = []
  /// The slowest answered transactions, the slowest first; as many as were asked for.
  public var slowest: [SlowTransaction] = []
  /// What the user grouped by; absent without.
  public var groups: GroupedTallies?
  /// What happened over time; absent unless it was asked for and something happened.
  public var timeline: Timeline?
  /// Transactions for a scatter plot; absent unless it was asked for.
  public var sample: LatencySample?

  let limits: SummaryCollector.Limits
  let seed: UInt64

  /// A summary of nothing.
  ///
  /// - Parameters:
  ///   - limits: what merging others into it is bounded by.
  ///   - seed: seeds the tables that captured texts are looked up in.
  public init(limits: SummaryCollector.Limits = SummaryCollector.Limits(), seed: UInt64 = 0) {
    totals = Tally(distinctTexts: limits.textsOfTotals, seed: seed)
    byType = []
    self.limits = limits
    self.seed = seed
  }

  /// The packet time covered, in nanoseconds; absent when there was no packet.
  public var coveredNanoseconds: UInt64? {
    guard let from, let to else { return nil }
    return UInt64(max(0, to.nanoseconds(since: from)))
  }

  /// Whether nothing was told.
  public var isEmpty: Bool { totals.isEmpty && messages.isEmpty && diagnostics.isEmpty }

  /// How often each code was told, as an array by raw value.
  var diagnosticCounts: [UInt64] {
    get {
      var counts = [UInt64](repeating: 0, count: DiagnosticCode.allCases.count)
      for item in diagnostics { counts[Int(item.code.rawValue)] = item.count }
      return counts
    }
    set {
      diagnostics = DiagnosticCode.allCases.compactMap { code in
        let count = newValue[Int(code.rawValue)]
        return count == 0 ? nil : DiagnosticCount(code: code, count: count)
      }
    }
  }

  mutating func setRows(_ table: TallyTable) {
    byType = table.named().map { row in
      var tally = row.tally
      tally.settle()
      return TypeRow(
        type: row.tag & TypeKey.absent != 0 ? nil : row.key,
        direction: TypeKey.direction(row.tag), tally: tally)
    }
    byType.sort { $0.precedes($1) }
    otherTypes = table.other.tally.isEmpty ? nil : table.other.tally
  }
}

/// How a type and a direction become the tag of a row's key.
enum TypeKey {
  static let absent: UInt8 = 2

  static func tag(_ type: TextRange, _ direction: Direction) -> UInt8 {
    direction.rawValue | (type.isPresent ? 0 : absent)
  }

  static func direction(_ tag: UInt8) -> Direction {
    tag & 1 == 0 ? .clientToServer : .serverToClient
  }
}

extension Summary.TypeRow {
  func precedes(_ other: Summary.TypeRow) -> Bool {
    if tally.requests != other.tally.requests { return tally.requests > other.tally.requests }
    if tally.notifications != other.tally.notifications {
      return tally.notifications > other.tally.notifications
    }
    let mine = type ?? []
    let theirs = other.type ?? []
    if mine != theirs { return mine.lexicographicallyPrecedes(theirs) }
    if (type == nil) != (other.type == nil) { return type == nil }
    return direction.rawValue < other.direction.rawValue
  }
}
