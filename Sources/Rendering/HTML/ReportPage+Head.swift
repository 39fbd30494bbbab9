internal import Records
internal import Statistics

/// The first screen: four verdicts, and where to read on.
extension ReportPage {
  func writeVerdicts(_ summary: Summary, to page: HTMLWriter) {
    page.element("div", ["class": "verdicts"]) {
      if let health = summary.health {
        write(words.captureVerdict(health, of: summary), "Capture", to: page)
      }
      var service = words.serviceVerdict(summary).phrases
      if let load = words.load(summary) { service += load.phrases }
      if summary.byType.count > 1, let fails = words.fails(summary) {
        service.append([ReportCell("most failures:", .faint)])
        service += fails.phrases
      }
      write(service, "Service", to: page)
      writeSpeed(summary, to: page)
      write(words.latencyVerdict(summary.totals), "Trust in the latencies", to: page)
    }
    page.markup("\n")
  }

  /// What the percentiles are, and of which types they are the highest.
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
        guard summary.byType.count > 1, let slow = words.slow(summary) else { return }
        page.element("li", ["class": "faint"], "highest p99:")
        for phrase in slow.phrases { page.element("li") { write(phrase, to: page) } }
      }
    }
    page.markup("\n")
  }

  private func write(_ flow: ReportFlow, _ title: String, to page: HTMLWriter) {
    write(flow.phrases, title, to: page)
  }

  /// Writes a verdict: the first phrase up to its colon, large, and what speaks for it beneath.
  private func write(_ phrases: [[ReportCell]], _ title: String, to page: HTMLWriter) {
    guard let first = phrases.first else { return }
    let colon = first.firstIndex { $0.text.last == UInt8(ascii: ":") } ?? first.count - 1
    let verdict = first[...colon].map { String(decoding: $0.text, as: UTF8.self) }
      .joined(separator: " ")
    page.element("section", ["class": "verdict \(first[0].style.tone)"]) {
      page.element("h2", title)
      page.element("strong", verdict.hasSuffix(":") ? String(verdict.dropLast()) : verdict)
      page.element("ul") {
        for phrase in [Array(first[(colon + 1)...])] + phrases.dropFirst() where !phrase.isEmpty {
          page.element("li") { write(phrase, to: page) }
        }
      }
    }
    page.markup("\n")
  }

  /// Writes words with blanks between them, which do not part a number from its unit.
  private func write(_ phrase: [ReportCell], to page: HTMLWriter) {
    let units: Set<String> = ["ns", "µs", "ms", "s", "B", "KiB", "MiB", "GiB", "TiB"]
    for (index, cell) in phrase.enumerated() {
      let word = String(decoding: cell.text, as: UTF8.self)
      let isUnit = units.contains(word.filter { $0 != ")" && $0 != "," })
      if index > 0, word != "," { page.text(isUnit ? "\u{a0}" : " ") }
      guard cell.style == .faint else {
        page.cell(cell)
        continue
      }
      page.element("span", ["class": "faint"]) { page.cell(cell) }
    }
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
  /// The cells between the dots that part phrases.
  var phrases: [[ReportCell]] {
    cells.split { !$0.isCaptured && $0.text == Array("·".utf8) }.map { Array($0) }
  }
}
