/// A mark on the axis of a plot.
struct PlotTick {
  /// Where it is, in user units of the drawing.
  var position: Double
  /// What stands beside it; empty for a mark between others.
  var label: String
}

/// Maps durations to places on a logarithmic axis.
///
/// Its ends are the decades around the values. What lies outside is put at the nearer end: a latency
/// of 0 has no logarithm.
struct LogScale {
  private let least: Double
  private let span: Double
  private let start: Double
  private let end: Double
  private let from: Double
  private let to: Double

  /// Creates a scale for values from `least` to `most` nanoseconds between two places.
  init(least: UInt64, most: UInt64, start: Double, end: Double) {
    // Nothing of interest happens below a microsecond: captures are no more exact.
    var from = 1_000.0
    while from * 10 <= Double(least), from < 1e17 { from *= 10 }
    var to = from * 10
    while to < Double(most), to < 1e19 { to *= 10 }
    // The nearest of 1, 2 and 5 of the outer decades leaves no decade empty.
    for factor in [5.0, 2.0] where from * factor <= Double(max(least, 1_000)) {
      from *= factor
      break
    }
    for factor in [0.2, 0.5] where to * factor >= Double(most) && to * factor > from {
      to *= factor
      break
    }
    (self.from, self.to, self.start, self.end) = (from, to, start, end)
    self.least = Logarithm.base10(from)
    span = Logarithm.base10(to) - self.least
  }

  /// The ends of the axis, in nanoseconds.
  var bounds: ClosedRange<Double> { from...to }

  /// Where a duration lies.
  func callAsFunction(_ nanoseconds: Double) -> Double {
    let inside = max(from, min(nanoseconds, to))
    return start + (Logarithm.base10(inside) - least) / span * (end - start)
  }

  /// The decades with their names; on a short axis also 2 and 5 of each, and elsewhere as marks.
  var ticks: [PlotTick] {
    let isShort = span < 2.2
    var result: [PlotTick] = []
    var decade = 1_000.0
    while decade <= to {
      for factor in [1.0, 2, 5] {
        let value = decade * factor
        guard value >= from * 0.999, value <= to * 1.001 else { continue }
        let isNamed = factor == 1 || isShort
        result.append(
          PlotTick(position: self(value), label: isNamed ? Self.name(of: value) : ""))
      }
      decade *= 10
    }
    return result
  }

  /// A round duration in few letters: `20 µs`, `5 ms`, `100 s`.
  static func name(of nanoseconds: Double) -> String {
    let units: [(name: String, size: Double)] = [("s", 1e9), ("ms", 1e6), ("µs", 1e3)]
    for unit in units where nanoseconds >= unit.size * 0.999 {
      return Units.count(UInt64((nanoseconds / unit.size).rounded())) + " " + unit.name
    }
    return Units.count(UInt64(max(0, nanoseconds.rounded()))) + " ns"
  }
}

/// Maps numbers from 0 on to places on an axis with round marks.
struct LinearScale {
  private let most: Double
  private let step: Double
  private let start: Double
  private let end: Double

  /// Creates a scale from 0 to at least `most`, with `steps` marks or a few less.
  init(most: Double, start: Double, end: Double, steps: Int = 4) {
    let wanted = max(most, 1)
    var step = 1.0
    search: while true {
      for factor in [1.0, 2, 5] where step * factor * Double(steps) >= wanted {
        step *= factor
        break search
      }
      step *= 10
    }
    self.step = step
    self.most = (wanted / step).rounded(.up) * step
    self.start = start
    self.end = end
  }

  /// Where a number lies.
  func callAsFunction(_ value: Double) -> Double {
    start + max(0, min(value, most)) / most * (end - start)
  }

  /// The round numbers.
  var ticks: [PlotTick] {
    stride(from: 0, through: most, by: step).map {
      PlotTick(position: self($0), label: Units.count(UInt64($0)))
    }
  }
}
