internal import Records
internal import Statistics

/// The distributions of latency: one row for each type on a common logarithmic axis.
extension ReportPage {
  /// The most types with a row of their own.
  private static let distributionLimit = 16
  private static let rowHeight = 36.0
  /// The width of a bar.
  private static let barWidth = 4.0

  /// What is drawn in a row.
  private struct Strand {
    var name: ReportCell
    var direction: Direction?
    var distribution: LatencyDistribution
    var figures: LatencyFigures

    init?(
      _ name: ReportCell, _ direction: Direction?, _ distribution: LatencyDistribution
    ) {
      guard let figures = LatencyFigures(distribution) else { return nil }
      self.name = name
      self.direction = direction
      self.distribution = distribution
      self.figures = figures
    }
  }

  func writeDistributions(_ summary: Summary, to page: HTMLWriter) {
    guard let all = Strand(ReportCell("all types", .heading), nil, summary.totals.latency) else {
      return
    }
    let timed = summary.byType.filter { !$0.tally.latency.isEmpty }
    var strands = timed.prefix(Self.distributionLimit).compactMap {
      Strand(Self.name(of: $0.type, upTo: 18), $0.direction, $0.tally.latency)
    }
    if timed.count != 1 || summary.otherTypes != nil { strands.append(all) }
    section(.distributions, to: page) {
      note(
        "How many answers took how long; every row has a height of its own, all have one"
          + " logarithmic scale of latency."
          + (timed.count > Self.distributionLimit
            ? " The \(Self.distributionLimit) busiest types." : ""),
        to: page)
      page.element("ul", ["class": "legend"]) {
        page.legend("p50") { writeMark("mark", to: page) }
        page.legend("p99") { writeMark("tail", to: page) }
      }
      page.element("figure") { draw(strands, all.figures, to: page) }
    }
  }

  private func writeMark(_ name: StaticString, to page: HTMLWriter) {
    var mark = PathData()
    mark.move(8, 1)
    mark.line(8, 15)
    page.path(name, mark)
  }

  private func draw(_ strands: [Strand], _ all: LatencyFigures, to page: HTMLWriter) {
    var frame = PlotFrame(height: Double(strands.count) * Self.rowHeight)
    frame.left = 184
    frame.right = 800
    page.drawing(
      "distributions-plot", height: frame.height, title: "Distribution of latency by type",
      description: "Half of all answers took at most"
        + " \(Self.duration(all.p50)), 99 % at most \(Self.duration(all.p99)); the table by"
        + " type has the figures of each."
    ) {
      let scale = LogScale(
        least: all.minimum, most: all.maximum, start: frame.left, end: frame.right)
      frame.writeHorizontal(scale.ticks, to: page)
      var bars = PathData()
      var medians = PathData()
      var tails = PathData()
      var grounds = PathData()
      for (index, strand) in strands.enumerated() {
        let bottom = frame.top + Double(index + 1) * Self.rowHeight
        append(strand.distribution, scale, frame, bottom: bottom, to: &bars)
        grounds.move(frame.left, bottom)
        grounds.line(frame.right, bottom)
        medians.move(scale(Double(strand.figures.p50)), bottom - Self.rowHeight + 6)
        medians.line(scale(Double(strand.figures.p50)), bottom)
        tails.move(scale(Double(strand.figures.p99)), bottom - Self.rowHeight + 6)
        tails.line(scale(Double(strand.figures.p99)), bottom)
      }
      page.path("bars", bars)
      page.path("grid", grounds)
      page.path("mark", medians)
      page.path("tail", tails)
      for (index, strand) in strands.enumerated() {
        writeWords(strand, frame, bottom: frame.top + Double(index + 1) * Self.rowHeight, to: page)
      }
    }
  }

  private func append(
    _ distribution: LatencyDistribution, _ scale: LogScale, _ frame: PlotFrame, bottom: Double,
    to bars: inout PathData
  ) {
    let count = Int((frame.right - frame.left) / Self.barWidth)
    var heights = [Double](repeating: 0, count: count + 1)
    distribution.forEachStep { step in
      let bar = Int((scale(Double(step.value)) - frame.left) / Self.barWidth)
      heights[max(0, min(bar, count))] += Double(step.count)
      return true
    }
    guard let most = heights.max(), most > 0 else { return }
    for (bar, height) in heights.enumerated() where height > 0 {
      // What is there is seen, however little it is beside the rest.
      let drawn = max(0.8, height / most * (Self.rowHeight - 8))
      bars.rectangle(
        frame.left + Double(bar) * Self.barWidth, bottom - drawn, width: Self.barWidth - 0.4,
        height: drawn)
    }
  }

  private func writeWords(
    _ strand: Strand, _ frame: PlotFrame, bottom: Double, to page: HTMLWriter
  ) {
    page.label(strand.name, strand.direction, x: frame.left - 10, y: bottom - 8)
    page.element(
      "text",
      ["x": String(coordinate: frame.right + 10), "y": String(coordinate: bottom - 8)],
      "\(Self.duration(strand.figures.p50)), \(Self.duration(strand.figures.p99))")
  }

  /// A duration whose number and unit stay together.
  static func duration(_ nanoseconds: UInt64) -> String {
    Units.duration(Int64(clamping: nanoseconds)).replacing(" ", with: "\u{a0}")
  }
}
