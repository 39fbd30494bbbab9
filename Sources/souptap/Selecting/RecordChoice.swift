import ControlProtocol
import Records
import Selection
import Wire

/// Chooses what is shown and counted: `--where`, `--since` and `--until`.
///
/// Memory is bounded: a bit set for each of the last messages whose parameters fit, and the numbers of
/// the last requests that were told as unanswered and may be answered late.
struct RecordChoice {
  /// Whether nothing is left out.
  let isEverything: Bool
  private var selector: RecordSelector?
  private let sinceBound: TimeBound?
  private let untilBound: TimeBound?
  private var since = CaptureTime.distantPast
  private var until = CaptureTime.distantFuture
  private let usesParameters: Bool
  private let choosesMessages: Bool
  private var verdicts = ParameterVerdicts()
  private var unanswered = RecentNumbers()

  /// What becomes of a transaction.
  enum Decision {
    case leftOut
    case taken
    /// Its late answer is taken, and what was told of it before was not.
    case takenLate
  }

  /// - Parameter wanted: the kinds of records that the run is about. Where it is about connections an
  ///   expression chooses only those.
  init(
    expression: RecordExpression?, for wanted: SelectableKinds, since: TimeBound?, until: TimeBound?
  ) {
    selector = expression.map(RecordSelector.init)
    choosesMessages = !wanted.isDisjoint(with: [.messages, .transactions])
    sinceBound = since
    untilBound = until
    usesParameters = expression?.usesParameters ?? false
    isEverything = expression == nil && since == nil && until == nil
    begin(at: .distantPast)
  }

  /// Whether diagnostics can be shown: an expression may ask for what they do not have.
  var showsDiagnostics: Bool { selector?.expression.kinds.contains(.diagnostics) ?? true }

  /// Tells the time of the first packet, from which relative times count.
  mutating func begin(at start: CaptureTime) {
    since = sinceBound?.moment(start: start) ?? .distantPast
    until = untilBound?.moment(start: start) ?? .distantFuture
  }

  /// What is left of the time that a run covers.
  func covered(
    _ range: (first: CaptureTime, last: CaptureTime)?
  ) -> (first: CaptureTime, last: CaptureTime)? {
    guard let range else { return nil }
    let first = max(range.first, since)
    let last = min(range.last, until)
    return first <= last ? (first, last) : nil
  }

  mutating func takes(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) -> Bool {
    if usesParameters, record.kind != .notification { note(record, parameters, text) }
    guard contains(record.start, or: record.end) else { return false }
    guard choosesMessages else { return true }
    return selector?.selects(record, parameters: parameters, text: text) ?? true
  }

  private mutating func note(
    _ record: borrowing MessageRecord, _ parameters: Span<ParameterText>, _ text: RawSpan
  ) {
    let bits = selector?.verdicts(on: parameters, text: text) ?? 0
    guard bits != 0 else { return }
    verdicts.insert(
      bits,
      for: MessagePlace(
        connection: record.identity.connection, direction: record.direction,
        offset: record.offset))
  }

  mutating func decide(
    on record: borrowing TransactionRecord, text: RawSpan
  ) -> Decision {
    let bits = usesParameters ? verdicts(of: record) : 0
    guard contains(record.start, or: record.end) else { return .leftOut }
    guard choosesMessages, selector != nil else { return .taken }
    let isSelected = selector?.selects(record, verdicts: bits, text: text) ?? true
    if record.isLate {
      let wasTaken = unanswered.remove(record.number)
      return isSelected ? (wasTaken ? .taken : .takenLate) : .leftOut
    }
    if isSelected, record.outcome == .unanswered { unanswered.insert(record.number) }
    return isSelected ? .taken : .leftOut
  }

  mutating func takes(_ record: borrowing DiagnosticRecord) -> Bool {
    let time = record.time
    guard time == .distantPast || contains(time, or: time) else { return false }
    guard choosesMessages, showsDiagnostics else { return true }
    return selector?.selects(record) ?? true
  }

  /// A connection is taken when it lived in the time asked for.
  mutating func takes(_ record: borrowing ConnectionRecord) -> Bool {
    guard record.end >= since, record.start < until else { return false }
    return selector?.selects(record) ?? true
  }

  private func contains(_ time: CaptureTime, or other: CaptureTime) -> Bool {
    let known = time == .distantPast ? other : time
    return known >= since && known < until
  }

  private mutating func verdicts(of record: borrowing TransactionRecord) -> UInt64 {
    let request = MessagePlace(
      connection: record.identity.connection, direction: record.direction,
      offset: record.requestOffset)
    // A request that timed out may be answered yet.
    let mayComeAgain = record.outcome == .unanswered
    var bits = mayComeAgain ? verdicts.bits(for: request) : verdicts.remove(request)
    if let offset = record.responseOffset {
      bits |= verdicts.remove(
        MessagePlace(
          connection: record.identity.connection, direction: record.direction.reversed,
          offset: offset))
    }
    return bits
  }
}

/// Where a message begins.
struct MessagePlace: Hashable {
  var connection: UInt64
  var direction: Direction
  var offset: UInt64
}

/// What was found out about the parameters of the last messages, oldest first out.
struct ParameterVerdicts {
  private static let capacity = 100_000
  private var bits: [MessagePlace: UInt64] = [:]
  private var places: [MessagePlace] = []
  private var oldest = 0

  mutating func insert(_ verdict: UInt64, for place: MessagePlace) {
    bits[place] = verdict
    if places.count < Self.capacity {
      places.append(place)
      return
    }
    bits.removeValue(forKey: places[oldest])
    places[oldest] = place
    oldest = (oldest + 1) % Self.capacity
  }

  func bits(for place: MessagePlace) -> UInt64 { bits[place] ?? 0 }

  mutating func remove(_ place: MessagePlace) -> UInt64 { bits.removeValue(forKey: place) ?? 0 }
}

/// The last numbers that were put in, oldest first out.
struct RecentNumbers {
  private static let capacity = 100_000
  private var members: Set<UInt64> = []
  private var ring: [UInt64] = []
  private var oldest = 0

  mutating func insert(_ number: UInt64) {
    guard members.insert(number).inserted else { return }
    if ring.count < Self.capacity {
      ring.append(number)
      return
    }
    members.remove(ring[oldest])
    ring[oldest] = number
    oldest = (oldest + 1) % Self.capacity
  }

  /// Whether it was there.
  mutating func remove(_ number: UInt64) -> Bool { members.remove(number) != nil }
}
