internal import Statistics
internal import Wire

/// How many requests were outstanding over time.
extension ReportPage {
  func hasInFlight(_ summary: Summary) -> Bool {
    summary.timeline?.bins.contains { $0.inFlightMaximum > 0 } ?? false
  }

  func writeInFlight(_ summary: Summary, to page: HTMLWriter) {
    guard let timeline = summary.timeline, let from = summary.from, let to = summary.to,
      let most = timeline.bins.map(\.inFlightMaximum).max(), most > 0
    else { return }
    section(.flight, to: page) {
      note(
        "Requests whose answer was outstanding, in intervals of"
          + " \(Units.duration(timeline.width)).", to: page)
      page.element("ul", ["class": "legend"]) {
        page.legend("most") {
          var box = PathData()
          box.rectangle(1, 3, width: 14, height: 10)
          page.path("area", box)
        }
        page.legend("mean") {
          var line = PathData()
          line.move(1, 8)
          line.line(15, 8)
          page.path("mean", line)
        }
      }
      page.element("figure") {
        let frame = PlotFrame(height: 140)
        page.drawing(
          "flight-plot", height: frame.height, title: "Requests in flight over time",
          description: "At most \(Units.count(most)) at once."
        ) {
          let count = LinearScale(
            most: Double(most), start: frame.bottom, end: frame.top)
          let time = TimeScale(
            from: from, to: to, start: frame.left, end: frame.right,
            secondsFromUTC: secondsFromUTC)
          frame.writeVertical(count.ticks, to: page)
          frame.writeHorizontal(time.ticks, to: page)
          draw(timeline, frame, time, count, to: page)
          frame.writeAxes(to: page)
        }
      }
      writeLaw(summary, to: page)
    }
  }

  private func draw(
    _ timeline: Timeline, _ frame: PlotFrame, _ time: TimeScale, _ count: LinearScale,
    to page: HTMLWriter
  ) {
    var area = PathData()
    var mean = PathData()
    for (index, bin) in timeline.bins.enumerated() {
      let start = time(timeline.start(of: index))
      let end = time(timeline.start(of: index + 1))
      guard end > start else { continue }
      if area.isEmpty {
        area.move(start, frame.bottom)
        mean.move(start, count(bin.inFlightMean))
      }
      area.line(start, count(Double(bin.inFlightMaximum)))
      area.line(end, count(Double(bin.inFlightMaximum)))
      mean.line(start, count(bin.inFlightMean))
      mean.line(end, count(bin.inFlightMean))
    }
    guard !area.isEmpty else { return }
    area.line(frame.right, frame.bottom)
    area.close()
    page.path("area", area)
    page.path("mean", mean)
  }

  /// Little's law as a check on the measurement.
  private func writeLaw(_ summary: Summary, to page: HTMLWriter) {
    guard let law = LittlesLaw(summary) else { return }
    func number(_ value: Double) -> String {
      var buffer = OutputBuffer(capacity: 64)
      Units.append(significant: value, to: &buffer)
      return buffer.string
    }
    var words =
      "On average \(number(law.inFlight)); the rate of answers times their mean latency gives"
      + " \(number(law.rateTimesLatency))"
    guard law.isBroken else {
      let isClose = law.inFlight - law.rateTimesLatency < 0.05 * law.inFlight
      words += isClose ? ", as it should." : "; requests without an answer are the rest."
      return note(words, to: page)
    }
    words += ". They differ by more than requests without an answer can explain"
    words += " (\(number(law.unanswered))): the clock or the capture is wrong somewhere."
    page.element("p", ["class": "warning"], words)
    page.markup("\n")
  }
}
