import Inspection
import Rendering
import Wire

extension RunPlan {
  /// Columns where nobody says how many there are: all of them for rows, few for a report, whose
  /// lines are read, not cut.
  private static let rowColumns = 250
  private static let reportColumns = 100

  /// The renderer for the view and the format.
  func makeWriter(_ output: OutputFile) -> any RecordWriter {
    let kinds: RecordKinds =
      switch view {
      case .report, .streams: []
      case .connections: .connections
      case .transactions: [.transactions, .diagnostics]
      case .messages: [.messages, .diagnostics]
      }
    if format == .ndjson {
      return NDJSONWriter(
        NDJSONRenderer(kinds: kinds, secrets: secrets, output: output), views: report.views)
    }
    if view == .report { return makeReportWriter(output, descriptor: output.descriptor) }
    let style = makeStyle(output.descriptor, columns: RunPlan.rowColumns)
    return TextWriter(
      TableRenderer(kinds: kinds, style: style, secrets: secrets, output: output))
  }

  /// The page of a report.
  func makePage(_ run: RunDescription) -> ReportPage {
    guard !isUTC else { return ReportPage(run) }
    let zone = LocalZone()
    return ReportPage(run, secondsFromUTC: { zone.secondsFromUTC(at: $0) })
  }

  /// What writes a report for people.
  ///
  /// - Parameter descriptor: what the output leads to.
  func makeReportWriter(_ output: any OutputSink, descriptor: Int32) -> ReportWriter {
    let style = makeStyle(descriptor, columns: RunPlan.reportColumns)
    return ReportWriter(
      ReportText(style: style, views: report.views),
      intervals: IntervalText(style: style, views: report.views), output: output)
  }

  private func makeStyle(_ descriptor: Int32, columns: Int) -> TableStyle {
    var style = TableStyle()
    style.width = Terminal.width(of: descriptor) ?? columns
    let isColored =
      switch color {
      case .always: true
      case .never: false
      case .auto: Terminal.wantsColor(descriptor)
      }
    style.palette = isColored ? .ansi : .plain
    style.isFull = isVerbose || showsWholeMessages || showsExplanations
    if !isUTC {
      let zone = LocalZone()
      style.secondsFromUTC = { zone.secondsFromUTC(at: $0) }
    }
    return style
  }
}

extension ReportSurvey {
  /// What the inspector saw, with what the run knows beside it.
  init(_ survey: TrafficSurvey, plan: RunPlan, filteredOut: UInt64) {
    self.init()
    segments = survey.segments
    expectedPorts = plan.inspection.ports
    if plan.filter != nil { filteredPackets = filteredOut }
    busiestPorts = survey.busiestPorts.map {
      Port(port: $0.port, packets: $0.packets, look: $0.look.words)
    }
  }
}

extension TrafficSurvey.Look {
  /// A word for people; empty where nothing can be said.
  var words: String {
    switch self {
    case .nothing, .binary: ""
    case .tls: "TLS"
    case .http: "HTTP"
    case .text: "text"
    }
  }
}
