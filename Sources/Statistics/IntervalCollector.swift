public import ControlProtocol
public import Records
public import Wire

/// Counts records into summaries of intervals that begin at multiples of their length in UTC.
///
/// A record belongs to the interval of its own time, or to the current one when that has begun
/// already: an interval counts what was told in it. A late answer is counted only as `late` there,
/// because its request was told before. Intervals in which nothing was told make one summary together.
///
/// An interval ends when a record or ``advance(to:health:)`` passes its end. For every packet for
/// which ``isDue(at:)``: ``note(_:)`` the health, run the inspector's timers up to the packet's time,
/// then `advance` to it, then inspect the packet. So files and live captures give the same intervals.
public final class IntervalCollector: RecordSink {
  /// The length of an interval, in nanoseconds.
  public let length: Int64
  private let collector: SummaryCollector
  private let groups: GroupCollector?
  private let emit: (Summary) -> Void
  /// The first interval of the current span, as a multiple of the length; absent before the first.
  private var index: Int64?
  /// Where a run of empty intervals that is not told yet began.
  private var emptySince: Int64?
  private var latest = CaptureTime.distantPast
  private var health: CaptureHealth?
  private var toldHealth = CaptureHealth()

  /// Going back by more than this, packet time was set anew.
  private static let clockStep: Int64 = 1_000_000_000

  /// Creates a collector that has seen nothing.
  ///
  /// - Parameters:
  ///   - length: nanoseconds; at least 1.
  ///   - grouping: what each interval is grouped by; nil for nothing.
  ///   - limits: what bounds the memory of a summary; the slowest are not kept.
  ///   - seed: seeds the tables that captured texts are looked up in.
  ///   - emit: takes each summary, in the order of time; called within the calls below.
  public init(
    length: Int64, grouping: GroupingPlan? = nil,
    limits: SummaryCollector.Limits = SummaryCollector.Limits(), seed: UInt64 = 0,
    emit: @escaping (Summary) -> Void
  ) {
    self.length = max(1, length)
    self.emit = emit
    var limits = limits
    limits.slowest = 0
    collector = SummaryCollector(limits: limits, seed: seed, scope: .interval)
    groups = grouping.map {
      GroupCollector(plan: $0, limits: limits, seed: seed, scope: .interval)
    }
  }

  /// Memory held, in bytes, from above.
  public var estimatedBytes: Int {
    collector.estimatedBytes + (groups?.estimatedBytes ?? 0)
  }

  /// Whether `advance` to that time would end an interval or begin the first.
  public func isDue(at time: CaptureTime) -> Bool {
    guard let index else { return true }
    return multiple(of: time) > index || time.advanced(byNanoseconds: Self.clockStep) < latest
  }

  /// Notes what was counted up to now, for intervals that the inspector's timers end.
  public func note(_ health: CaptureHealth) { self.health = health }

  /// Lets packet time pass.
  ///
  /// - Parameter health: what was counted up to now, over the whole run; the intervals that end are
  ///   told what was added. Absent when nobody counts.
  public func advance(to time: CaptureTime, health: CaptureHealth? = nil) {
    if let health { self.health = health }
    if time.advanced(byNanoseconds: Self.clockStep) < latest {
      end()
      latest = time
    }
    reach(time)
  }

  /// Ends the last interval.
  public func finish(health: CaptureHealth? = nil) {
    if let health { self.health = health }
    end()
  }

  /// Counts a message in the interval of its last byte.
  public func take(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {
    begin(record.end)
    collector.take(record, parameters: parameters, text: text)
    groups?.take(record, parameters: parameters, text: text)
  }

  /// Notes what a message tells about its transaction, without counting it.
  public func note(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {
    groups?.note(record, parameters: parameters, text: text)
  }

  /// Counts a transaction in the interval in which it ended.
  public func take(_ record: borrowing TransactionRecord, text: RawSpan) {
    begin(record.end)
    collector.take(record, text: text)
    groups?.take(record, text: text)
  }

  /// Counts a diagnostic.
  public func take(_ record: borrowing DiagnosticRecord, text: RawSpan) {
    begin(record.time)
    collector.take(record, text: text)
  }

  /// Does nothing: connections are in the health.
  public func take(_ record: borrowing ConnectionRecord) {}

  private func multiple(of time: CaptureTime) -> Int64 {
    let quotient = time.nanoseconds / length
    return time.nanoseconds % length < 0 ? quotient - 1 : quotient
  }

  private func start(of index: Int64) -> CaptureTime {
    let (start, overflow) = index.multipliedReportingOverflow(by: length)
    guard overflow else { return CaptureTime(nanoseconds: start) }
    return index < 0 ? .distantPast : .distantFuture
  }

  /// Makes the interval of a record's time the current one, where it is not past already.
  private func begin(_ time: CaptureTime) {
    reach(time)
    if emptySince != nil, let index { flushEmpty(upTo: index &- 1) }
  }

  private func reach(_ time: CaptureTime) {
    guard time != .distantPast else { return }
    let reached = multiple(of: time)
    if time > latest { latest = time }
    guard let current = index else {
      index = reached
      return
    }
    guard reached > current else { return }
    close()
    if reached > current + 1, emptySince == nil { emptySince = current + 1 }
    index = reached
  }

  /// Tells the current interval, or leaves it to a run of empty ones.
  private func close() {
    guard let index else { return }
    if collector.isEmpty {
      if emptySince == nil { emptySince = index }
    } else {
      tell(from: index, to: index)
    }
  }

  /// Tells the run of empty intervals that ends with `last`, before anything is counted behind it.
  private func flushEmpty(upTo last: Int64) {
    guard let first = emptySince else { return }
    emptySince = nil
    if last >= first { tell(from: first, to: last) }
  }

  /// Ends what is told of the time so far.
  private func end() {
    close()
    if let index { flushEmpty(upTo: index) }
    index = nil
  }

  private func tell(from first: Int64, to last: Int64) {
    let from = start(of: first)
    let to = start(of: last).advanced(byNanoseconds: length)
    collector.closeLevels(from: from.nanoseconds, to: to.nanoseconds)
    groups?.closeLevels(over: (from, to))
    let added = health.map { $0.since(toldHealth) }
    if let health { toldHealth = health }
    var summary = collector.summary(over: (from, to), ended: nil, health: added)
    summary.groups = groups?.groups(over: (from, to))
    emit(summary)
    collector.reset()
    groups?.reset()
  }
}
