public import Statistics
public import Wire

/// What `souptap report --html` writes: one page that needs nothing but itself.
///
/// The page has no script, and its policy lets it fetch nothing. It is complete without colour,
/// in print and for those who hear it. Captured text is escaped and cut to ``longestText`` columns.
///
/// Limits: every list has an end (``listLimit``, ``rowLimit``), every plot a fixed number of cells and
/// points, so a page stays below 2 MiB whatever was captured.
public struct ReportPage {
  /// The most lines of the lists of texts; what is left out is counted in a line of its own.
  public static let listLimit = 20
  /// The most lines of the table by type.
  public static let rowLimit = 100
  /// Columns to which a captured text is cut.
  public static let longestText = 80

  let run: RunDescription
  let secondsFromUTC: (CaptureTime) -> Int32
  /// The words that the report for terminals has, too.
  let words: ReportText

  /// Creates the page of a run.
  ///
  /// - Parameters:
  ///   - run: what the run was asked to do.
  ///   - secondsFromUTC: seconds that local time is ahead of UTC at a moment.
  public init(_ run: RunDescription, secondsFromUTC: @escaping (CaptureTime) -> Int32 = { _ in 0 })
  {
    self.run = run
    self.secondsFromUTC = secondsFromUTC
    var style = TableStyle()
    style.secondsFromUTC = secondsFromUTC
    words = ReportText(style: style)
  }

  /// Writes the page.
  ///
  /// - Parameters:
  ///   - summary: what was counted.
  ///   - survey: what else was in the capture, told when there was no message.
  public func write(_ summary: Summary, survey: ReportSurvey? = nil, to page: HTMLWriter) {
    page.markup("<!DOCTYPE html>\n<html lang=\"en\">\n")
    writeHead(to: page)
    page.element("body") {
      page.markup("\n")
      writeTitle(summary, to: page)
      page.element("main") {
        page.markup("\n")
        writeSections(summary, survey, to: page)
      }
      writeFoot(to: page)
    }
    page.markup("\n</html>\n")
    page.finish()
  }

  private func writeSections(_ summary: Summary, _ survey: ReportSurvey?, to page: HTMLWriter) {
    writeVerdicts(summary, to: page)
    if summary.messages.isEmpty, summary.totals.isEmpty {
      writeNothingFound(summary, survey, to: page)
    } else {
      writeContents(summary, to: page)
      writeTypes(summary, to: page)
      writeGroups(summary, to: page)
      writeFailures(summary, to: page)
      writeNotifications(summary, to: page)
      writeLatency(summary, to: page)
      writeHeatMap(summary, to: page)
      writeDistributions(summary, to: page)
      writeInFlight(summary, to: page)
      writeSlowest(summary, to: page)
    }
    writeDiagnostics(summary, to: page)
    writeDefinitions(to: page)
    writeRun(summary, to: page)
  }

  private func writeHead(to page: HTMLWriter) {
    page.markup("<head>\n<meta charset=\"utf-8\">\n")
    page.markup("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ")
    page.markup("style-src 'sha256-")
    page.markup(PageStyle.hash)
    page.markup("'; base-uri 'none'; form-action 'none'\">\n")
    page.markup("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n")
    page.markup("<meta name=\"color-scheme\" content=\"light dark\">\n")
    page.markup("<meta name=\"referrer\" content=\"no-referrer\">\n")
    page.element("title", "souptap report: \(title)")
    page.markup("\n<style>")
    page.markup(PageStyle.sheet)
    page.markup("</style>\n</head>\n")
  }

  /// What the page is about, in a few words.
  private var title: String {
    guard let first = run.inputs.first else { return "nothing" }
    // The directories say nothing to whom the page is sent; the end of the page has them.
    let name = first.split(separator: "/").last.map(String.init) ?? first
    let short = String(name.unicodeScalars.prefix(120).map(Character.init))
    let more = run.inputs.count - 1
    return short + (more == 0 ? "" : " and \(Units.count(UInt64(more))) more")
  }

  private func writeTitle(_ summary: Summary, to page: HTMLWriter) {
    page.element("header") {
      page.element("p", ["class": "over"], "souptap report")
      page.element("h1") { page.captured(title, upTo: 140) }
      page.element("p", ["class": "lead"]) {
        guard let from = summary.from, let to = summary.to else {
          return page.text("No packet was read.")
        }
        page.text(span(from, to))
        if let ended = summary.ended, ended != .endOfInput {
          page.element("span", ["class": "warning"], " · the run ended early: \(ended.name)")
        }
      }
    }
    page.markup("\n")
  }

  private func writeFoot(to page: HTMLWriter) {
    page.element("footer") {
      page.text("Made by souptap \(run.version). Times are those of the packets")
      page.text(run.showsSecrets ? "; secrets are shown." : "; secrets are hidden.")
    }
  }

  /// Opens a section that the contents lead to.
  func section(
    _ part: Part, to page: HTMLWriter, _ content: () -> Void
  ) {
    page.element("section", ["id": part.rawValue]) {
      page.element("h2", part.title)
      page.markup("\n")
      content()
    }
    page.markup("\n")
  }

  /// Writes words beneath a heading or a table.
  func note(_ words: String, to page: HTMLWriter) {
    page.element("p", ["class": "note"], words)
    page.markup("\n")
  }

  /// From when to when, and how long that is.
  private func span(_ from: CaptureTime, _ to: CaptureTime) -> String {
    let (first, last) = (moment(from), moment(to))
    // On one day the date, in one zone the zone is told once.
    let isOneDay = first.prefix(11) == last.prefix(11) && first.dropFirst(19) == last.dropFirst(19)
    let covered = Units.duration(max(0, to.nanoseconds(since: from)))
    return isOneDay
      ? "\(first.prefix(19)) to \(last.dropFirst(11)) · \(covered)"
      : "\(first) to \(last) · \(covered)"
  }

  /// Date, time of day and zone: `2026-11-22 17:26:00 UTC`.
  func moment(_ time: CaptureTime, decimals: Int = 0) -> String {
    let clock = TableClock(secondsFromUTC: secondsFromUTC)
    var buffer = OutputBuffer(capacity: 64)
    clock.append(dateOf: time, decimals: decimals, to: &buffer)
    var day = OutputBuffer(capacity: 64)
    clock.append(dayOf: time, to: &day)
    buffer.append(String(day.string.dropFirst(10)))
    return buffer.string
  }
}

extension ReportPage {
  /// The sections that the contents of a page lead to.
  enum Part: String, CaseIterable {
    case types, groups, failures, notifications, latency, heatmap, distributions, flight, slowest
    case diagnostics, nothing, definitions, run

    var title: String {
      switch self {
      case .types: "Requests by type"
      case .groups: "Requests by group"
      case .failures: "What failed"
      case .notifications: "Notifications"
      case .latency: "Latency over time"
      case .distributions: "Distribution of latency"
      case .heatmap: "Types over time"
      case .flight: "Requests in flight"
      case .slowest: "Slowest transactions"
      case .diagnostics: "Diagnostics"
      case .nothing: "What there was instead"
      case .definitions: "What the figures mean"
      case .run: "How this was made"
      }
    }
  }
}
