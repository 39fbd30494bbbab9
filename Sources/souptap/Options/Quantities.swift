/// Durations and sizes as they are typed.
enum Quantities {
  private static let durationUnits: [(String, Double)] = [
    ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("min", 60e9),
    ("m", 60e9), ("h", 3600e9), ("d", 86_400e9),
  ]
  private static let sizeUnits: [(String, Double)] = [
    ("", 1), ("b", 1), ("k", 1024), ("kib", 1024), ("m", 1_048_576), ("mib", 1_048_576),
    ("g", 1_073_741_824), ("gib", 1_073_741_824), ("kb", 1e3), ("mb", 1e6), ("gb", 1e9),
  ]

  /// Nanoseconds of a duration such as `250us`, `1.5s` or `2m`; 0 needs no unit.
  ///
  /// - Throws: a `ConfigurationError` that shows how it is written.
  static func duration(_ text: String) throws(ConfigurationError) -> Int64 {
    let cure = "write a number with a unit: 250us, 100ms, 1.5s, 2m or 1h"
    guard let (number, unit) = split(text) else {
      throw ConfigurationError("'\(text)' is no duration; \(cure)")
    }
    if number == 0, unit.isEmpty { return 0 }
    guard let factor = durationUnits.first(where: { $0.0 == unit })?.1 else {
      throw ConfigurationError(
        unit.isEmpty
          ? "'\(text)' has no unit; \(cure)" : "'\(text)' has an unknown unit; \(cure)")
    }
    let nanoseconds = (number * factor).rounded()
    guard nanoseconds < 9e18 else {
      throw ConfigurationError("'\(text)' is too long; the longest is 104166 days")
    }
    return Int64(nanoseconds)
  }

  /// Bytes of a size such as `65536`, `64MiB` or `1.5G`; `k`, `M` and `G` are powers of 1024, `kB`,
  /// `MB` and `GB` of 1000.
  ///
  /// - Throws: a `ConfigurationError` that shows how it is written.
  static func size(_ text: String) throws(ConfigurationError) -> Int {
    let cure = "write bytes, or a number with a unit: 65536, 512KiB, 64MiB, 1GiB"
    guard let (number, unit) = split(text),
      let factor = sizeUnits.first(where: { $0.0 == unit.lowercased() })?.1
    else {
      throw ConfigurationError("'\(text)' is no size; \(cure)")
    }
    let bytes = (number * factor).rounded()
    guard bytes >= 1, bytes <= 1e15 else {
      throw ConfigurationError("'\(text)' is out of range; \(cure)")
    }
    return Int(bytes)
  }

  /// The number and the unit; nil unless the text begins with plain digits, with a point at most.
  private static func split(_ text: String) -> (number: Double, unit: String)? {
    let digits = text.prefix { "0123456789.".contains($0) }
    guard digits.contains(where: { $0 != "." }), let number = Double(digits) else { return nil }
    return (number, text.dropFirst(digits.count).trimming())
  }
}

extension Substring {
  /// Without blanks at the front.
  fileprivate func trimming() -> String {
    String(drop { $0 == " " })
  }
}
