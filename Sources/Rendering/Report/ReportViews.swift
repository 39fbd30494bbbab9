/// Which views a report has beside its tables.
public struct ReportViews: Sendable {
  /// Whose latencies are shown as histograms.
  public enum Histogram: Sendable {
    case none
    /// All latencies together.
    case totals
    /// Those of each row of the table, too.
    case rows
  }

  /// Whose latencies are shown as histograms.
  public var histogram = Histogram.none
  /// Whether rates, failures and percentiles are plotted over time.
  public var hasTimeline = false
  /// Whether types are plotted against time.
  public var hasHeatMap = false
  /// Whether percentiles count unanswered requests as observations that were cut off.
  public var isCensored = false
  /// The length of the intervals that are told, nanoseconds; nil without.
  public var intervalNanoseconds: Int64?
  /// Whether intervals have rows of groups below them, named by what they are grouped by.
  public var hasGroups = false
  /// The rows of each table; nil for as many as are well read.
  public var top: Int?

  /// A report of its tables alone.
  public init() {}
}
