/// Numbers with units as expressions write them.
enum Quantity {
  private static let durations: [(String, Double)] = [
    ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9),
    ("min", 60e9), ("h", 3600e9), ("d", 86_400e9),
  ]
  private static let sizes: [(String, Double)] = [
    ("b", 1), ("k", 1024), ("kib", 1024), ("m", 1_048_576), ("mib", 1_048_576),
    ("g", 1_073_741_824), ("gib", 1_073_741_824), ("kb", 1e3), ("mb", 1e6), ("gb", 1e9),
  ]
  /// Every number is below this.
  private static let limit: Int64 = 1_000_000_000_000_000_000

  /// Nanoseconds of `50ms`; 0 needs no unit.
  ///
  /// - Parameter isPlain: whether a number without a unit is nanoseconds.
  static func duration(_ text: String, isPlain: Bool) -> Int64? {
    if isPlain, let number = integer(text) { return number }
    if let number = integer(text), number == 0 { return 0 }
    guard let (number, unit) = split(text),
      let factor = durations.first(where: { $0.0 == unit })?.1
    else { return nil }
    return whole(number * factor)
  }

  /// A whole number, or one with a unit of size: `4080`, `64KiB`, `1.5M`.
  static func number(_ text: String) -> Int64? {
    if let number = integer(text) { return number }
    guard let (number, unit) = split(text),
      let factor = sizes.first(where: { $0.0 == unit.lowercased() })?.1
    else { return nil }
    return whole(number * factor)
  }

  /// Digits alone, of at most 18 digits once leading zeros are gone.
  static func integer(_ text: String) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    let digits = text.utf8.drop { $0 == 0x30 }
    guard digits.count <= 18 else { return nil }
    return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }

  private static func whole(_ number: Double) -> Int64? {
    let rounded = number.rounded()
    return rounded < Double(limit) ? Int64(rounded) : nil
  }

  /// The number and the unit; nil unless the text begins with digits, with a point at most.
  private static func split(_ text: String) -> (Double, String)? {
    let digits = text.prefix { "0123456789.".contains($0) }
    guard digits.first != ".", digits.utf8.count <= 40, let number = Double(digits) else {
      return nil
    }
    return (number, String(text.dropFirst(digits.count)))
  }
}
