import ArgumentParser
import Rendering
import Statistics

/// What a report groups by and shows, as typed.
struct ReportOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Group by any of type, direction, client, server, connection and param.KEY, with commas.",
      valueName: "what"))
  var by: [String] = []

  @Option(
    help: ArgumentHelp(
      "First a row for each interval of this length, aligned to multiples of it in UTC.",
      valueName: "duration"),
    transform: { try Quantities.duration($0) })
  var interval: Int64?

  @Option(
    help: ArgumentHelp(
      "Sort the rows: requests, errors, failure-rate, unanswered, late, in-flight, p50, p99, max, …",
      valueName: "figure"),
    transform: Self.order)
  var sort: RowOrder?

  @Option(
    help: ArgumentHelp(
      "How many rows each table has, the rest in (other), and how many slowest are listed. (default: 24 rows, 10 slowest)",
      valueName: "n"))
  var top: Int?

  @Flag(help: "The distribution of latency as a histogram on a logarithmic axis.")
  var histogram = false

  @Flag(help: "The same for each row of the table, too.")
  var histogramByRow = false

  @Flag(help: "Rate, failures, p50 and p99 over the capture as lines.")
  var timeline = false

  @Flag(help: "Types against time: in each cell the p99, or that requests have no answer.")
  var heatmap = false

  @Flag(help: "Count unanswered requests in percentiles as cut off (Kaplan-Meier).")
  var censored = false

  private static func order(_ text: String) throws -> RowOrder {
    if let order = RowOrder(rawValue: text) { return order }
    let names = RowOrder.allCases.map(\.rawValue).joined(separator: ", ")
    throw ConfigurationError("--sort \(text): is none of \(names)")
  }
}

/// What a report groups by and shows, checked.
struct ReportSettings {
  /// What is gathered beyond the summary.
  var plan = ReportPlan()
  /// The length of an interval, nanoseconds; nil for none.
  var intervalNanoseconds: Int64?
  /// What rows are sorted by; nil for the busiest first.
  var order: RowOrder?
  var views = ReportViews()

  /// A report without options.
  init() {}

  /// Checks what was typed.
  init(_ options: ReportOptions) throws(ConfigurationError) {
    var dimensions: [GroupingPlan.Dimension] = []
    for name in options.by.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
      guard let dimension = GroupingPlan.Dimension(String(name)) else {
        throw ConfigurationError(
          "--by \(name): is none of type, direction, client, server, connection and param.KEY")
      }
      dimensions.append(dimension)
    }
    guard dimensions.count <= 8 else {
      throw ConfigurationError("--by: at most 8 properties can be combined")
    }
    if !dimensions.isEmpty { plan.grouping = GroupingPlan(dimensions) }
    views.hasGroups = !dimensions.isEmpty
    if let interval = options.interval {
      guard interval >= 1_000_000 else {
        throw ConfigurationError("--interval: the shortest is 1ms")
      }
      intervalNanoseconds = interval
      views.intervalNanoseconds = interval
    }
    order = options.sort
    plan.hasTimeline = options.timeline
    plan.hasHeatMap = options.heatmap
    views.hasTimeline = options.timeline
    views.hasHeatMap = options.heatmap
    views.isCensored = options.censored
    views.histogram = options.histogramByRow ? .rows : options.histogram ? .totals : .none
    views.top = options.top
  }
}
