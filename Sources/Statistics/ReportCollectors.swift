public import ControlProtocol
public import Records
import Wire

/// What a report gathers beyond its summary.
public struct ReportPlan: Sendable {
  /// What to group by; nil for nothing.
  public var grouping: GroupingPlan?
  /// Whether what happened over time is told.
  public var hasTimeline = false
  /// Whether it is told for each type, too.
  public var hasHeatMap = false
  /// Whether a sample of transactions is chosen for a scatter plot.
  public var hasSample = false

  /// A plan of nothing.
  public init() {}

  /// Whether nothing is gathered.
  public var isEmpty: Bool { grouping == nil && !hasTimeline && !hasHeatMap && !hasSample }
}

/// Gives every record to the collectors that a plan asks for; the others are never made.
public final class ReportCollectors: RecordSink {
  private let groups: GroupCollector?
  private let timeline: TimelineCollector?
  private let sampler: LatencySampler?
  private let intervals: IntervalCollector?

  /// Creates the collectors of a plan; nil when there is none.
  ///
  /// - Parameters:
  ///   - intervals: takes every record, too.
  ///   - limits: what bounds the rows of groups.
  ///   - seed: seeds the tables that captured texts are looked up in.
  public init?(
    _ plan: ReportPlan, intervals: IntervalCollector? = nil,
    limits: SummaryCollector.Limits = SummaryCollector.Limits(), seed: UInt64
  ) {
    guard !plan.isEmpty || intervals != nil else { return nil }
    self.intervals = intervals
    groups = plan.grouping.map { GroupCollector(plan: $0, limits: limits, seed: seed) }
    timeline =
      plan.hasTimeline || plan.hasHeatMap
      ? TimelineCollector(hasRows: plan.hasHeatMap, seed: seed) : nil
    sampler = plan.hasSample ? LatencySampler(seed: seed) : nil
  }

  /// Memory held, in bytes, from above.
  public var estimatedBytes: Int {
    (groups?.estimatedBytes ?? 0) + (timeline?.estimatedBytes ?? 0)
      + (sampler?.estimatedBytes ?? 0) + (intervals?.estimatedBytes ?? 0)
  }

  /// Hands a message on.
  public func take(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {
    groups?.take(record, parameters: parameters, text: text)
    timeline?.take(record, parameters: parameters, text: text)
    intervals?.take(record, parameters: parameters, text: text)
  }

  /// Notes what a message tells about its transaction, without counting it.
  public func note(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {
    groups?.note(record, parameters: parameters, text: text)
    intervals?.note(record, parameters: parameters, text: text)
  }

  /// Hands a transaction on.
  public func take(_ record: borrowing TransactionRecord, text: RawSpan) {
    groups?.take(record, text: text)
    timeline?.take(record, text: text)
    sampler?.take(record, text: text)
    intervals?.take(record, text: text)
  }

  /// Hands a diagnostic on.
  public func take(_ record: borrowing DiagnosticRecord, text: RawSpan) {
    intervals?.take(record, text: text)
  }

  /// Does nothing: none of them counts connections.
  public func take(_ record: borrowing ConnectionRecord) {}

  /// Adds what was gathered to a summary of the same run.
  public func complete(_ summary: inout Summary) {
    var range: (first: CaptureTime, last: CaptureTime)?
    if let from = summary.from, let to = summary.to { range = (from, to) }
    summary.groups = groups?.groups(over: range)
    summary.timeline = timeline?.timeline(over: range)
    summary.sample = sampler?.sample
  }
}
