internal import Records
internal import Statistics

/// The first screen: four verdicts, and where to read on.
extension ReportPage {
  func writeVerdicts(_ summary: Summary, to page: HTMLWriter) {
    page.element("div", ["class": "verdicts"]) {
      if let health = summary.health {
        write(words.captureVerdict(health, summary.coveredNanoseconds), "Capture", to: page)
      }
      write(words.serviceVerdict(summary), "Service", to: page)
      writeSpeed(summary, to: page)
      write(words.latencyVerdict(summary.totals), "Trust in the latencies", to: page)
    }
    page.markup("\n")
  }

  /// What the percentiles are, and of which type.
  private func writeSpeed(_ summary: Summary, to page: HTMLWriter) {
    guard let figures = LatencyFigures(summary.totals.latency) else { return }
    page.element("section", ["class": "verdict"]) {
      page.element("h2", "Latency")
      page.element("strong") {
        page.element("span", "p50 \(Self.duration(figures.p50)),")
        page.text(" ")
        page.element("span", "p99 \(Self.duration(figures.p99))")
      }
      page.element("ul") {
        page.element(
          "li", "p99.9 \(Self.duration(figures.p999)), at most \(Self.duration(figures.maximum))")
        let slow = summary.byType.compactMap { row in
          LatencyFigures(row.tally.latency).map { (row, $0) }
        }.max { $0.1.p99 < $1.1.p99 }
        guard let (row, worst) = slow, summary.byType.count > 1 else { return }
        page.element("li") {
          page.text("slowest type by p99: ")
          page.cell(Self.name(of: row.type, upTo: 40))
          page.text(" with \(Self.duration(worst.p99))")
        }
      }
    }
  }

  private func write(_ flow: ReportFlow, _ title: String, to page: HTMLWriter) {
    let (verdict, phrases) = flow.verdict
    page.element("section", ["class": "verdict \(verdict.style.tone)"]) {
      page.element("h2", title)
      page.element("strong", verdict.word)
      page.element("ul") {
        for phrase in phrases { page.element("li", phrase) }
      }
    }
    page.markup("\n")
  }

  func writeContents(_ summary: Summary, to page: HTMLWriter) {
    page.element("nav", ["aria-label": "Contents"]) {
      for part in Part.allCases where has(part, summary) {
        page.element("a", ["href": "#\(part.rawValue)"], part.title)
      }
    }
    page.markup("\n")
  }

  private func has(_ part: Part, _ summary: Summary) -> Bool {
    switch part {
    case .types: summary.totals.requests > 0
    case .groups: summary.groups.map { !$0.rows.isEmpty || $0.other != nil } ?? false
    case .failures: summary.totals.errors > 0 || summary.totals.unanswered.total > 0
    case .notifications: summary.totals.notifications > 0
    case .latency: !(summary.sample?.points.isEmpty ?? true)
    case .heatmap: hasHeatMap(summary)
    case .distributions: !summary.totals.latency.isEmpty
    case .flight: hasInFlight(summary)
    case .slowest: !summary.slowest.isEmpty
    case .diagnostics: !summary.diagnostics.isEmpty
    case .nothing: false
    case .definitions, .run: true
    }
  }

  /// The name of a type as a cell.
  static func name(of type: [UInt8]?, upTo columns: Int = longestText) -> ReportCell {
    guard let type else { return ReportCell("(no type)", .faint) }
    return type.isEmpty
      ? ReportCell("(empty)", .faint) : ReportCell(captured: type, upTo: columns)
  }
}

extension ReportFlow {
  /// What is not parted from the number before it.
  private static let units: Set<String> = [
    "ns", "µs", "ms", "s", "B", "KiB", "MiB", "GiB", "TiB",
  ]

  /// The word before the first colon with its style, and the phrases behind it.
  var verdict: (verdict: (word: String, style: ReportStyle), phrases: [String]) {
    var word = ""
    var style = ReportStyle.plain
    var phrases: [String] = []
    var isBehind = false
    var begins = true
    for cell in cells {
      let text = String(decoding: cell.text, as: UTF8.self)
      if !isBehind {
        word += (word.isEmpty ? "" : " ") + text
        style = cell.style
        guard text.hasSuffix(":") else { continue }
        word.removeLast()
        isBehind = true
      } else if text == "·" {
        begins = true
      } else if begins {
        phrases.append(text)
        begins = false
      } else {
        let isUnit = Self.units.contains(text.filter { $0 != ")" })
        phrases[phrases.count - 1] += (isUnit ? "\u{a0}" : " ") + text
      }
    }
    return ((word, style), phrases)
  }
}
