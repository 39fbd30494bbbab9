import Wire

/// The unit and the origin of an interface's times. Values that leave the range of `CaptureTime`
/// saturate.
struct SavefileClock: Hashable, Sendable {
  /// Nanoseconds in a unit, for units of a nanosecond or more; else 0.
  private var nanosecondsPerUnit: UInt64 = 1_000
  /// Units in a nanosecond, for decimal fractions; 0 when there are more than fit.
  private var unitsPerNanosecond: UInt64 = 0
  /// The unit is a second divided by two to this power; nil for decimal units.
  private var binaryDigits: UInt8?
  private var offsetSeconds: Int64 = 0

  /// Microseconds since the Unix epoch.
  init() {}

  /// - Parameters:
  ///   - resolution: the byte of `if_tsresol`: the negative power of ten, or of two with the highest
  ///     bit set.
  ///   - offset: `if_tsoffset`, seconds.
  init(resolution: UInt8, offset: Int64) {
    offsetSeconds = offset
    nanosecondsPerUnit = 0
    let digits = resolution & 0x7f
    if resolution & 0x80 != 0 {
      binaryDigits = digits
    } else if digits <= 9 {
      nanosecondsPerUnit = Self.powerOfTen(9 &- digits)
    } else {
      unitsPerNanosecond = digits <= 28 ? Self.powerOfTen(digits &- 9) : 0
    }
  }

  /// The unit in nanoseconds, rounded up.
  var resolutionNanoseconds: UInt64 {
    if nanosecondsPerUnit != 0 { return nanosecondsPerUnit }
    guard let binaryDigits, binaryDigits < 30 else { return 1 }
    return (1_000_000_000 &+ (1 << UInt64(binaryDigits)) &- 1) >> UInt64(binaryDigits)
  }

  func time(ofUnits units: UInt64) -> CaptureTime {
    if nanosecondsPerUnit != 0, offsetSeconds == 0 {
      let (nanoseconds, overflow) = units.multipliedReportingOverflow(by: nanosecondsPerUnit)
      guard !overflow, let whole = Int64(exactly: nanoseconds) else { return .distantFuture }
      return CaptureTime(nanoseconds: whole)
    }
    // At most 2^64 units of 10^9 nanoseconds, and 2^63 seconds as many: under 2^95.
    let nanoseconds = wideNanoseconds(ofUnits: units) &+ Int128(offsetSeconds) &* 1_000_000_000
    return CaptureTime(nanoseconds: Int64(clamping: nanoseconds))
  }

  private func wideNanoseconds(ofUnits units: UInt64) -> Int128 {
    if let binaryDigits {
      return (Int128(units) &* 1_000_000_000) >> Int128(binaryDigits)
    }
    if nanosecondsPerUnit != 0 {
      return Int128(units) &* Int128(nanosecondsPerUnit)
    }
    return unitsPerNanosecond == 0 ? 0 : Int128(units / unitsPerNanosecond)
  }

  private static func powerOfTen(_ exponent: UInt8) -> UInt64 {
    var power: UInt64 = 1
    for _ in 0..<exponent { power *= 10 }
    return power
  }
}
