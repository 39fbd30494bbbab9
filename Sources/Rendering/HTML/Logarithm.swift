/// Logarithms for the axes of plots; the core uses no mathematics library.
enum Logarithm {
  /// The logarithm to base 10 of a number above 0, off by less than 1e-9; 0 for any other number.
  static func base10(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return 0 }
    // ln m = 2 artanh((m - 1) / (m + 1)), and m lies in 1..<2.
    let ratio = (value.significand - 1) / (value.significand + 1)
    let square = ratio * ratio
    var sum = 0.0
    var power = ratio
    for odd in stride(from: 1, through: 19, by: 2) {
      sum += power / Double(odd)
      power *= square
    }
    let two = 0.693_147_180_559_945_3
    let ten = 2.302_585_092_994_045_7
    return (Double(value.exponent) * two + 2 * sum) / ten
  }
}
