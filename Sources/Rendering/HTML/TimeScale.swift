internal import Wire

/// Maps moments to places on an axis with round marks in the user's time zone.
struct TimeScale {
  let from: CaptureTime
  let to: CaptureTime
  private let length: Double
  private let start: Double
  private let end: Double
  private let secondsFromUTC: (CaptureTime) -> Int32

  /// Creates a scale between two places.
  init(
    from: CaptureTime, to: CaptureTime, start: Double, end: Double,
    secondsFromUTC: @escaping (CaptureTime) -> Int32
  ) {
    self.from = from
    self.to = to
    self.start = start
    self.end = end
    self.secondsFromUTC = secondsFromUTC
    length = max(1, Double(to.nanoseconds(since: from)))
  }

  /// Where a moment lies; those outside lie at the nearer end.
  func callAsFunction(_ time: CaptureTime) -> Double {
    let passed = Double(time.nanoseconds(since: from))
    return start + max(0, min(passed / length, 1)) * (end - start)
  }

  /// Round moments of the local time of the first, as many as have room; at most 8.
  var ticks: [PlotTick] {
    let room = max(1, min(7, ((end - start) / 115).rounded(.down)))
    let step = Self.step(for: length / room)
    let ahead = Int64(secondsFromUTC(from)) * 1_000_000_000
    let first = from.advanced(byNanoseconds: ahead).nanoseconds
    let rest = first % step
    var at = CaptureTime(nanoseconds: first).advanced(
      byNanoseconds: rest == 0 ? 0 : rest < 0 ? -rest : step - rest)
    let last = to.advanced(byNanoseconds: ahead)
    var result: [PlotTick] = []
    while at <= last, result.count < 20 {
      result.append(
        PlotTick(
          position: self(at.advanced(byNanoseconds: -ahead)), label: Self.name(of: at, step: step)))
      at = at.advanced(byNanoseconds: step)
    }
    return result
  }

  /// The least round number of nanoseconds that is at least `least`.
  private static func step(for least: Double) -> Int64 {
    let second: Int64 = 1_000_000_000
    var steps: [Int64] = []
    var decade: Int64 = 1
    while decade < second {
      steps += [decade, 2 * decade, 5 * decade]
      decade *= 10
    }
    for unit in [second, 60 * second] { steps += [1, 2, 5, 10, 15, 30].map { $0 * unit } }
    steps += [1, 2, 3, 6, 12].map { $0 * 3_600 * second }
    steps += [1, 2, 7, 14, 30, 90, 365, 1_000, 3_650, 10_000].map { $0 * 86_400 * second }
    return steps.first { Double($0) >= least } ?? steps[steps.count - 1]
  }

  /// As much of a local moment as tells the marks apart: `17:26`, `17:26:05.25`, `11-22`.
  private static func name(of local: CaptureTime, step: Int64) -> String {
    var buffer = OutputBuffer(capacity: 64)
    if step >= 86_400_000_000_000 {
      buffer.append(date: local)
      return String(buffer.string.dropFirst(step >= 86_400_000_000_000 * 365 ? 0 : 5))
    }
    var decimals = 0
    var unit: Int64 = 1_000_000_000
    while step % unit != 0 {
      unit /= 10
      decimals += 1
    }
    buffer.append(clock: local, decimals: decimals)
    return step % 60_000_000_000 == 0 ? String(buffer.string.prefix(5)) : buffer.string
  }
}
