public import ControlProtocol
public import Records
public import Wire

/// Counts transactions and notifications by what the user groups by.
///
/// Limits: so many rows as ``SummaryCollector/Limits`` says; what comes after them, and what has a
/// value longer than 512 bytes, is summed in one, so that the rows always add up to the totals.
///
/// To group by parameters the inspector must tell messages with them.
public final class GroupCollector: RecordSink {
  private let scope: SummaryCollector.Scope
  private var table: TallyTable
  private var values: [[GroupValue]] = []
  private var key: GroupKey
  private var outstanding = OutstandingGroups()
  private let needsParameters: Bool

  /// Creates a collector that has seen nothing.
  public convenience init(
    plan: GroupingPlan, limits: SummaryCollector.Limits = SummaryCollector.Limits(),
    seed: UInt64 = 0
  ) {
    self.init(plan: plan, limits: limits, seed: seed, scope: .run)
  }

  init(
    plan: GroupingPlan, limits: SummaryCollector.Limits, seed: UInt64,
    scope: SummaryCollector.Scope
  ) {
    self.scope = scope
    key = GroupKey(plan: plan)
    needsParameters = plan.needsParameters
    table = TallyTable(limits: limits, seed: seed, longestKey: GroupKey.longest)
  }

  /// Memory held, in bytes, from above.
  public var estimatedBytes: Int {
    table.estimatedBytes + outstanding.estimatedBytes
      + values.count * (GroupKey.longest + 64 * key.plan.dimensions.count)
  }

  /// Notes the group of a request, or counts a notification.
  public func take(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {
    switch record.kind {
    case .request:
      guard !record.isEchoed, record.uuid.isPresent else { return }
      var row = row(
        record.identity, record.direction, type: record.type, parameters: parameters, text: text)
      if needsParameters {
        let isKnown = outstanding.remember(row, for: Self.key(record))
        if !isKnown { row = TallyTable.otherRow }
      }
      table.begin(row, at: record.end.nanoseconds)
    case .notification:
      let row = row(
        record.identity, record.direction, type: record.type, parameters: parameters, text: text)
      table.countNotification(row)
    case .response:
      return
    }
  }

  /// Notes the group of a request that is not counted itself, because only its transaction may be
  /// selected.
  public func note(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {
    guard needsParameters, record.kind == .request, !record.isEchoed, record.uuid.isPresent else {
      return
    }
    let row = row(
      record.identity, record.direction, type: record.type, parameters: parameters, text: text)
    _ = outstanding.remember(row, for: Self.key(record))
  }

  /// Counts a transaction, or corrects what was told of it before its late answer.
  public func take(_ record: borrowing TransactionRecord, text: RawSpan) {
    guard needsParameters else {
      let row = row(
        record.identity, record.direction, type: record.type, parameters: Span(), text: text)
      table.take(row, record, text: text, scope: scope)
      return
    }
    // On a late answer nothing more can follow.
    let isLast = record.isLate ? true : record.missedDeadline == nil
    let known = outstanding.row(of: Self.key(record), isOverdue: !isLast)
    // Nobody knows any more which group it was counted in.
    if known == nil, record.isCorrection { return }
    table.take(known ?? TallyTable.otherRow, record, text: text, scope: scope)
  }

  /// Does nothing: diagnostics belong to no group.
  public func take(_ record: borrowing DiagnosticRecord, text: RawSpan) {}

  /// Does nothing.
  public func take(_ record: borrowing ConnectionRecord) {}

  /// What was counted so far.
  ///
  /// - Parameter range: the packet time covered, for the requests in flight.
  public func groups(
    over range: (first: CaptureTime, last: CaptureTime)?
  ) -> GroupedTallies {
    var closed = table
    if scope == .run, let range { closed.closeLevels(over: range) }
    let numbers = closed.used.sorted {
      let (mine, theirs) = (closed.rows[$0].tally, closed.rows[$1].tally)
      if mine.requests != theirs.requests { return mine.requests > theirs.requests }
      if mine.notifications != theirs.notifications {
        return mine.notifications > theirs.notifications
      }
      return $0 < $1
    }
    let other = closed.other.tally
    return GroupedTallies(
      plan: key.plan,
      rows: numbers.map { GroupRow(values: values[$0], tally: closed.rows[$0].tally) },
      other: other.isEmpty && other.outstandingNanoseconds == 0 ? nil : other)
  }

  /// Turns what was outstanding in a span of time that ends into the mean of that span.
  func closeLevels(over range: (first: CaptureTime, last: CaptureTime)) {
    table.closeLevels(over: range)
  }

  /// Begins anew, with what is outstanding still outstanding.
  func reset() { table.reset() }

  /// The row of a record, made when it is new.
  private func row(
    _ identity: borrowing ConnectionIdentity, _ direction: Direction, type: TextRange,
    parameters: Span<ParameterText>, text: RawSpan
  ) -> Int {
    key.make(identity, direction, type: type, parameters: parameters, text: text)
    let bytes = key.bytes
    guard !key.isTooLong else { return TallyTable.otherRow }
    let row = table.row(of: bytes.rawBytes, tag: 0)
    if row == values.count {
      values.append(
        key.values(identity, direction, type: type, parameters: parameters, text: text))
    }
    return row
  }

  private static func key(_ record: borrowing MessageRecord) -> OutstandingGroups.Key {
    OutstandingGroups.Key(
      connection: record.identity.connection, direction: record.direction.rawValue,
      offset: record.offset)
  }

  private static func key(_ record: borrowing TransactionRecord) -> OutstandingGroups.Key {
    OutstandingGroups.Key(
      connection: record.identity.connection, direction: record.direction.rawValue,
      offset: record.requestOffset)
  }
}
