/// From the least to the greatest of values above 0 on a logarithmic axis of a decade at least.
struct LogarithmicRange {
  private let least: Double
  private let most: Double

  init(_ values: [Double]) {
    most = values.max() ?? 1
    least = min(values.filter { $0 > 0 }.min() ?? most, most / 10)
  }

  /// Where a value lies, from 0 to 1.
  func share(of value: Double) -> Double {
    guard value > least, most > least else { return 0 }
    return min(1, Self.binaryLogarithm(value / least) / Self.binaryLogarithm(most / least))
  }

  /// The exponent and a straight line between powers of two, which needs no mathematics library.
  private static func binaryLogarithm(_ value: Double) -> Double {
    Double(value.exponent) + value.significand - 1
  }
}
