internal import ControlProtocol
internal import Records
internal import Statistics
internal import Wire

/// The scatter plot: every transaction of a sample by the time of its request and its latency.
extension ReportPage {
  /// What tells the points of the plot apart, by shape and colour.
  private struct Points: ~Copyable {
    var answered = PathData()
    var uncertain = PathData()
    var errors = PathData()
    var unanswered = PathData()

    mutating func add(_ point: LatencyPoint, _ x: Double, _ y: Double) {
      switch point.outcome {
      case .unanswered: return unanswered.triangle(x, y, radius: 3.8)
      case .error: errors.cross(x, y, radius: 3)
      case .ok, .unknownStatus:
        if point.quality != .uncertain { answered.dot(x, y) }
      }
      if point.quality == .uncertain { uncertain.diamond(x, y, radius: 4.6) }
    }

    borrowing func write(areFew: Bool, to page: HTMLWriter) {
      page.path(areFew ? "ok few" : "ok", answered)
      page.path("unc", uncertain)
      page.path("una", unanswered)
      page.path("err", errors)
    }
  }

  func writeLatency(_ summary: Summary, to page: HTMLWriter) {
    guard let sample = summary.sample, let from = summary.from, let to = summary.to,
      let least = sample.points.map(\.nanoseconds).min(),
      let most = sample.points.map(\.nanoseconds).max()
    else { return }
    section(.latency, to: page) {
      note(
        "Each mark is a request: when it began, and how long its answer took, or how long it waited"
          + " in vain. The scale of latency is logarithmic.", to: page)
      writeLegend(of: sample, to: page)
      page.element("figure") {
        let frame = PlotFrame(height: 300)
        page.drawing(
          "latency-plot", height: frame.height, title: "Latency over time",
          description: "Answers took from \(Units.duration(least)) to \(Units.duration(most))."
        ) {
          let time = TimeScale(
            from: from, to: to, start: frame.left, end: frame.right,
            secondsFromUTC: secondsFromUTC)
          let latency = LogScale(
            least: UInt64(max(0, least)), most: UInt64(max(0, most)), start: frame.bottom,
            end: frame.top)
          frame.writeVertical(latency.ticks, to: page)
          frame.writeHorizontal(time.ticks, to: page)
          frame.writeAxes(to: page)
          var points = Points()
          for point in sample.points {
            points.add(point, time(point.time), latency(Double(point.nanoseconds)))
          }
          points.write(areFew: sample.points.count < 500, to: page)
        }
      }
      writeShares(of: sample, to: page)
    }
  }

  private func writeLegend(of sample: LatencySample, to page: HTMLWriter) {
    page.element("ul", ["class": "legend"]) {
      page.legend("answered") {
        var mark = PathData()
        mark.dot(8, 8)
        page.path("ok few", mark)
      }
      if sample.points.contains(where: { $0.quality == .uncertain }) {
        page.legend("uncertain: the capture may be wrong about it") {
          var mark = PathData()
          mark.diamond(8, 8, radius: 5)
          page.path("unc", mark)
        }
      }
      if sample.errors.total > 0 {
        page.legend("error") {
          var mark = PathData()
          mark.cross(8, 8, radius: 4)
          page.path("err", mark)
        }
      }
      if sample.unanswered.total > 0 {
        page.legend("no answer, at the time it waited") {
          var mark = PathData()
          mark.triangle(8, 8, radius: 4.5)
          page.path("una", mark)
        }
      }
    }
    page.markup("\n")
  }

  /// Tells what the plot leaves out.
  private func writeShares(of sample: LatencySample, to page: HTMLWriter) {
    let shares = [
      ("exact answers", sample.exact), ("other answers", sample.inexact),
      ("errors", sample.errors), ("without an answer", sample.unanswered),
    ].filter { $0.1.kept < $0.1.total }
    guard !shares.isEmpty else { return }
    let words = shares.map {
      "\(Units.count($0.1.kept)) of \(Units.count($0.1.total)) \($0.0)"
    }
    note(
      "Drawn are " + words.joined(separator: ", ")
        + ", chosen evenly, the slowest of all among them; everything else is drawn whole.",
      to: page)
  }
}
