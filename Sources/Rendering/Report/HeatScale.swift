internal import Statistics

/// How latencies become the shades of a heat map: cuts at 1, 2 and 5 of each decade, so many of them
/// that the shades suffice.
struct HeatScale {
  /// The shades, the coolest first; without colours they are told by their characters alone.
  static let shades: [StaticString] = [".", ":", "-", "=", "+", "*", "#"]
  /// Where the next shade begins, nanoseconds; fewer than shades.
  let cuts: [UInt64]

  /// A scale for values, nanoseconds.
  init(_ values: [UInt64]) {
    guard let least = values.min(), let most = values.max() else {
      cuts = []
      return
    }
    var series: [UInt64] = []
    var decade: UInt64 = 1_000
    while decade <= most, decade < .max / 10 {
      series += [decade, 2 * decade, 5 * decade].filter { $0 > least && $0 <= most }
      decade *= 10
    }
    let step = (series.count + Self.shades.count - 2) / max(1, Self.shades.count - 1)
    // From the hottest down, so that what is slow is told apart the best.
    var chosen: [UInt64] = []
    var index = series.count - 1
    while index >= 0, step > 0 {
      chosen.append(series[index])
      index -= step
    }
    cuts = chosen.reversed()
  }

  /// The number of the shade of a value.
  func shade(of value: UInt64) -> Int { cuts.count { $0 <= value } }
}
