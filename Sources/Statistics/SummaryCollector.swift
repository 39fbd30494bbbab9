public import ControlProtocol
public import Records
public import Wire

/// Counts records into a ``Summary``.
///
/// Memory is bounded whatever comes: see ``Limits``. A late answer corrects what was told of its
/// transaction before, so that it is counted once.
///
/// - Complexity: a few table look-ups for a transaction or a message, no allocation once its type is
///   known; one comparison for a transaction that is not among the slowest.
public final class SummaryCollector: RecordSink, RecordCounter {
  /// What bounds the memory of a summary.
  ///
  /// A busy row takes 30 to 60 KB for latencies up to a minute; even with latencies of centuries all
  /// rows together stay below 100 MB.
  public struct Limits: Sendable {
    /// Rows by type and direction; further ones, and types longer than 512 bytes, are summed in one.
    public var rows = 256
    /// Distinct error codes, and distinct reasons, of one row.
    public var textsPerRow = 32
    /// The same of the totals.
    public var textsOfTotals = 256
    /// The slowest transactions kept, at most 1,000.
    public var slowest = 10

    /// The limits that the command line has by default.
    public init() {}
  }

  /// What becomes of late answers and of the time in flight.
  enum Scope: Sendable {
    case run, interval

    /// Whether a telling of a transaction counts it, and does not correct or follow another.
    func counts(_ record: borrowing TransactionRecord) -> Bool {
      self == .run ? !record.isCorrection : !record.isLate
    }
  }

  private let limits: Limits
  private let seed: UInt64
  private let scope: Scope
  private var totals: TallyTable.Row
  private let emptyTotals: Tally
  private var rows: TallyTable
  /// The row of each numbered type and direction, plus one; 0 where it was not looked up.
  private var rowsByNumber: [UInt16] = []
  private var messages = Summary.MessageCounts()
  private var diagnostics = [UInt64](repeating: 0, count: DiagnosticCode.allCases.count)
  private var slowest: SlowTransactions

  /// Creates a collector that has seen nothing.
  ///
  /// - Parameter seed: seeds the tables that captured texts are looked up in.
  public convenience init(limits: Limits = Limits(), seed: UInt64 = 0) {
    self.init(limits: limits, seed: seed, scope: .run)
  }

  init(limits: Limits, seed: UInt64, scope: Scope) {
    self.limits = limits
    self.seed = seed
    self.scope = scope
    emptyTotals = Tally(
      distinctTexts: limits.textsOfTotals, seed: seed, keepsLatencies: false)
    totals = TallyTable.Row(tally: emptyTotals)
    rows = TallyTable(limits: limits, seed: seed)
    slowest = SlowTransactions(limit: limits.slowest)
  }

  /// Memory held, in bytes, from above.
  public var estimatedBytes: Int {
    totals.tally.estimatedBytes + rows.estimatedBytes + slowest.estimatedBytes
  }

  /// Counts a message.
  public func take(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {
    count(
      CountedMessage(
        kind: record.kind, direction: record.direction, isEchoed: record.isEchoed,
        hasUUID: record.uuid.isPresent, typeNumber: record.typeNumber, end: record.end.nanoseconds),
      type: record.type, text: text)
  }

  /// Counts a message.
  public func count(_ message: CountedMessage, type: TextRange, text: RawSpan) {
    switch message.kind {
    case .request:
      guard !message.isEchoed else {
        messages.echoed &+= 1
        return
      }
      messages.requests &+= 1
      guard message.hasUUID else {
        messages.withoutUUID &+= 1
        return
      }
      totals.begin(at: message.end)
      let row = row(of: type, number: message.typeNumber, message.direction, text)
      rows.begin(row, at: message.end)
    case .response:
      messages.responses &+= 1
    case .notification:
      messages.notifications &+= 1
      totals.tally.notifications &+= 1
      let row = row(of: type, number: message.typeNumber, message.direction, text)
      rows.countNotification(row)
    }
  }

  /// Counts a plain transaction.
  public func count(_ answer: CountedAnswer, type: TextRange, text: RawSpan) {
    totals.take(answer)
    totals.tally.inFlightMaximum = max(totals.tally.inFlightMaximum, UInt64(answer.inFlight) + 1)
    rows.take(row(of: type, number: answer.typeNumber, answer.direction, text), answer)
  }

  /// All messages that were counted.
  public var messagesCounted: UInt64 {
    messages.requests &+ messages.echoed &+ messages.responses &+ messages.notifications
  }

  /// Counts a transaction, or corrects what was told of it before its late answer.
  public func take(_ record: borrowing TransactionRecord, text: RawSpan) {
    if let plain = CountedAnswer(record) {
      count(plain, type: record.type, text: text)
      return slowest.offer(record, text: text)
    }
    let scope = scope
    totals.take(record, text: text, scope: scope)
    if scope.counts(record) {
      totals.tally.inFlightMaximum = max(totals.tally.inFlightMaximum, UInt64(record.inFlight) + 1)
    }
    let row = row(of: record.type, number: record.typeNumber, record.direction, text)
    rows.take(row, record, text: text, scope: scope)
    slowest.offer(record, text: text)
  }

  /// The latency from which on a transaction may be among the slowest.
  public var wholeFromLatency: Int64 { slowest.leastLatency }

  /// The row of a type and direction. A numbered type is looked up by its text only once.
  @inline(__always)
  private func row(
    of type: TextRange, number: UInt32, _ direction: Direction, _ text: RawSpan
  ) -> Int {
    let place = Int(number) << 1 | Int(direction.rawValue)
    if number != TypeNumber.none, place < rowsByNumber.count, rowsByNumber[place] != 0 {
      return Int(rowsByNumber[place]) - 1
    }
    return findRow(of: type, number: number, direction, text)
  }

  @inline(never)
  private func findRow(
    of type: TextRange, number: UInt32, _ direction: Direction, _ text: RawSpan
  ) -> Int {
    let row = rows.row(of: text.text(type), tag: TypeKey.tag(type, direction))
    let place = Int(number) << 1 | Int(direction.rawValue)
    if place < 2 * 4096 {
      while rowsByNumber.count <= place { rowsByNumber.append(0) }
      rowsByNumber[place] = UInt16(row + 1)
    }
    return row
  }

  /// Counts a diagnostic.
  public func take(_ record: borrowing DiagnosticRecord, text: RawSpan) {
    diagnostics[Int(record.code.rawValue)] &+= record.count
  }

  /// Does nothing: connections are in the health.
  public func take(_ record: borrowing ConnectionRecord) {}

  /// What was counted so far.
  ///
  /// - Parameters:
  ///   - range: the packet time covered, for rates; absent when there was no packet.
  ///   - ended: why the run ended.
  ///   - health: how much of the traffic the capture saw.
  public func summary(
    over range: (first: CaptureTime, last: CaptureTime)?, ended: RunEnd?, health: CaptureHealth?
  ) -> Summary {
    var summary = Summary(limits: limits, seed: seed)
    summary.from = range?.first
    summary.to = range?.last
    summary.ended = ended
    summary.health = health
    summary.totals = totals.tally
    for row in rows.rows { summary.totals.addLatencies(of: row.tally) }
    summary.totals.addLatencies(of: rows.other.tally)
    if scope == .run, let range {
      var closed = rows
      closed.closeLevels(over: range)
      summary.setRows(closed)
      var whole = totals
      whole.closeLevel(from: range.first.nanoseconds, to: range.last.nanoseconds)
      summary.totals.outstandingNanoseconds = whole.tally.outstandingNanoseconds
    } else {
      summary.setRows(rows)
    }
    summary.totals.settle()
    summary.messages = messages
    summary.diagnosticCounts = diagnostics
    summary.slowest = slowest.sorted
    return summary
  }

  /// Whether nothing was told since the beginning or the last reset.
  var isEmpty: Bool {
    totals.tally.isEmpty && messages.isEmpty && diagnostics.allSatisfy { $0 == 0 }
  }

  /// Turns what was outstanding in a span of time that ends into the mean of that span.
  func closeLevels(from start: Int64, to end: Int64) {
    totals.closeLevel(from: start, to: end)
    rows.closeLevels(
      over: (CaptureTime(nanoseconds: start), CaptureTime(nanoseconds: end)))
  }

  /// Begins anew, with what is outstanding still outstanding.
  func reset() {
    totals.reset(to: emptyTotals)
    rows.reset()
    messages = Summary.MessageCounts()
    for index in diagnostics.indices { diagnostics[index] = 0 }
    slowest.removeAll()
  }
}

extension CountedAnswer {
  /// What is counted of a transaction that was answered OK in time and with a latency; nil for others.
  fileprivate init?(_ record: borrowing TransactionRecord) {
    guard record.outcome == .ok, !record.isLate, let latency = record.latency else { return nil }
    let transfer = max(0, record.responseTransfer ?? 0)
    self.init(
      direction: record.direction, quality: record.quality ?? .uncertain,
      typeNumber: record.typeNumber, inFlight: record.inFlight, latency: latency,
      answered: record.end.advanced(byNanoseconds: 0 &- transfer).nanoseconds)
  }
}

extension TallyTable.Row {
  mutating func begin(at time: Int64) {
    level.begin(at: time)
    tally.inFlightMaximum = max(tally.inFlightMaximum, level.current)
  }

  mutating func take(
    _ record: borrowing TransactionRecord, text: RawSpan, scope: SummaryCollector.Scope
  ) {
    if record.isLate { tally.late &+= 1 }
    if scope.counts(record) {
      tally.add(record, text: text)
      // Where no message was told of it, it was at least itself outstanding.
      tally.inFlightMaximum = max(tally.inFlightMaximum, level.current, 1)
    } else if scope == .run {
      level.extend(by: tally.correct(record, text: text))
    }
    guard !record.isCorrection else { return }
    let transfer = record.outcome == .unanswered ? 0 : record.responseTransfer ?? 0
    level.end(at: record.end.advanced(byNanoseconds: 0 &- max(0, transfer)).nanoseconds)
  }

  /// Begins anew; what is outstanding stays so.
  mutating func reset(to empty: Tally) {
    tally = empty
    tally.inFlightMaximum = level.current
  }

  @inline(__always)
  mutating func take(_ answer: CountedAnswer) {
    tally.add(answer)
    tally.inFlightMaximum = max(tally.inFlightMaximum, level.current, 1)
    level.end(at: answer.answered)
  }

  mutating func closeLevel(from start: Int64, to end: Int64) {
    tally.outstandingNanoseconds = level.close(from: start, to: end)
  }
}
