/// Rows for people: texts to the left, numbers to the right.
struct Table {
  private let widths: [Int]
  private let texts: Int

  /// Prints the head.
  ///
  /// - Parameter texts: how many columns, from the first on, are not numbers.
  init(_ columns: [(name: String, width: Int)], texts: Int) {
    widths = columns.map(\.width)
    self.texts = texts
    row(columns.map(\.name))
  }

  func row(_ cells: [String]) {
    var line = ""
    for (index, cell) in cells.enumerated() {
      if index > 0 { line += " " }
      let space = String(repeating: " ", count: max(0, widths[index] - cell.count))
      line += index < texts ? cell + space : space + cell
    }
    Console.put(line + "\n", to: 1)
  }

  static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// A number with so many digits behind the point.
  static func number(_ value: Double, digits: Int = 1) -> String {
    var scale = 1
    for _ in 0..<digits { scale *= 10 }
    let whole = Int((value * Double(scale)).rounded())
    let fraction = String(abs(whole % scale))
    let zeros = String(repeating: "0", count: max(0, digits - fraction.count))
    let sign = whole < 0 ? "-" : ""
    return "\(sign)\(abs(whole) / scale)" + (digits > 0 ? ".\(zeros)\(fraction)" : "")
  }

  /// The middle one, or the mean of the two in the middle; 0 of none.
  static func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
