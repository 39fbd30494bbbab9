/// Writes quantities as people read them, in text output. Machine output never uses it.
///
/// Three significant digits, rounded to the nearest; absent ones are the caller's to word.
public enum Units {
  /// Appends a duration: `950 ns`, `9.50 µs`, `12.3 ms`, `1.20 s`, `12m 30s`, `3h 05m`, `2d 03h`.
  public static func append(duration nanoseconds: Int64, to buffer: inout OutputBuffer) {
    if nanoseconds < 0 { buffer.append("-") }
    let magnitude = nanoseconds.magnitude
    switch magnitude {
    case ..<1000:
      buffer.append(decimal: magnitude)
      buffer.append(" ns")
    case ..<999_500:
      append(significant: magnitude, unit: 1000, to: &buffer)
      buffer.append(" µs")
    case ..<999_500_000:
      append(significant: magnitude, unit: 1_000_000, to: &buffer)
      buffer.append(" ms")
    case ..<120_000_000_000:
      append(significant: magnitude, unit: 1_000_000_000, to: &buffer)
      buffer.append(" s")
    default:
      append(long: magnitude / 1_000_000_000, to: &buffer)
    }
  }

  /// Appends a part of a duration in the unit and with the decimals of the whole, without the unit:
  /// of `42.1 ms` 1.9 ms are `1.9`, and 0.02 ms `<0.1`. With its own units where the whole has two.
  public static func append(
    part nanoseconds: Int64, of whole: Int64, to buffer: inout OutputBuffer
  ) {
    guard whole >= 0, nanoseconds >= 0, whole < 120_000_000_000 else {
      return append(duration: nanoseconds, to: &buffer)
    }
    let value = nanoseconds.magnitude
    let unit: UInt64 =
      switch whole {
      case ..<1000: 1
      case ..<999_500: 1000
      case ..<999_500_000: 1_000_000
      default: 1_000_000_000
      }
    guard unit > 1 else { return buffer.append(decimal: value) }
    // As many as the whole has: see `append(significant:unit:to:)`.
    let decimals =
      whole.magnitude * 100 + unit / 2 < 1000 * unit
      ? 2 : whole.magnitude * 10 + unit / 2 < 1000 * unit ? 1 : 0
    let factor: UInt64 = [1, 10, 100][decimals]
    var scaled = (value * factor + unit / 2) / unit
    if scaled == 0, value > 0 {
      buffer.append("<")
      scaled = 1
    }
    if decimals == 0 {
      buffer.append(decimal: scaled)
    } else {
      buffer.append(scaled: scaled, decimals: decimals)
    }
  }

  /// Appends a count with its thousands apart: `12,345`.
  public static func append(count: UInt64, to buffer: inout OutputBuffer) {
    var divisor: UInt64 = 1
    while count / divisor >= 1000 { divisor *= 1000 }
    buffer.append(decimal: count / divisor)
    while divisor > 1 {
      divisor /= 1000
      buffer.append(",")
      buffer.append(decimal: count / divisor % 1000, paddedTo: 3)
    }
  }

  /// Appends an amount of bytes in binary units: `512 B`, `1.50 KiB`, `12.3 MiB`.
  public static func append(bytes: UInt64, to buffer: inout OutputBuffer) {
    var unit: UInt64 = 1
    var index = 0
    // The last 0.05 % below a unit would round up to 1024 of the one before.
    while index < 6, bytes / unit >= 1024 - (index == 0 ? 0 : 1) {
      unit <<= 10
      index += 1
    }
    if index == 0 {
      buffer.append(decimal: bytes)
    } else {
      append(significant: bytes, unit: unit, to: &buffer)
    }
    buffer.append([" B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"][index])
  }

  /// Appends a rate: `12.3/s`; below 0.001 `0.000/s`.
  public static func append(rate perSecond: Double, to buffer: inout OutputBuffer) {
    append(significant: perSecond, to: &buffer)
    buffer.append("/s")
  }

  /// Appends a share of 1 as a percentage: 0.0123 is `1.23%`.
  ///
  /// A share above 0 is never told as `0%`, nor one below 1 as `100%`: `<0.01%`, `>99.9%`.
  public static func append(share: Double, to buffer: inout OutputBuffer) {
    switch share {
    case 0: buffer.append("0%")
    case 1: buffer.append("100%")
    case 0..<0.0001: buffer.append("<0.01%")
    case 0.9995..<1: buffer.append(">99.9%")
    default:
      append(significant: share * 100, to: &buffer)
      buffer.append("%")
    }
  }

  /// Appends a number with three significant digits; whole from 100 on.
  static func append(significant value: Double, to buffer: inout OutputBuffer) {
    guard value.isFinite else { return buffer.append("?") }
    if value < 0 { buffer.append("-") }
    let magnitude = min(value.magnitude, 1e18)
    // Half added and cut off, which needs no mathematics library.
    switch magnitude {
    case ..<0.9995: buffer.append(scaled: UInt64(magnitude * 1000 + 0.5), decimals: 3)
    case ..<9.995: buffer.append(scaled: UInt64(magnitude * 100 + 0.5), decimals: 2)
    case ..<99.95: buffer.append(scaled: UInt64(magnitude * 10 + 0.5), decimals: 1)
    default: append(count: UInt64(magnitude + 0.5), to: &buffer)
    }
  }

  /// Appends `value / unit` with three significant digits, for quotients from 0.9995 to 1023.
  private static func append(
    significant value: UInt64, unit: UInt64, to buffer: inout OutputBuffer
  ) {
    // In hundredths, tenths or wholes, whichever the rounded value needs. 128 bits, because a
    // hundred times a count of bytes may not fit into 64.
    func rounded(_ factor: UInt64) -> UInt64 {
      let product = UInt128(value) * UInt128(factor)
      return UInt64((product + UInt128(unit) / 2) / UInt128(unit))
    }
    let hundredths = rounded(100)
    if hundredths < 1000 { return buffer.append(scaled: hundredths, decimals: 2) }
    let tenths = rounded(10)
    if tenths < 1000 { return buffer.append(scaled: tenths, decimals: 1) }
    buffer.append(decimal: rounded(1))
  }

  private static func append(long seconds: UInt64, to buffer: inout OutputBuffer) {
    let (large, small, first, second): (UInt64, UInt64, StaticString, StaticString)
    switch seconds {
    case ..<3600: (large, small, first, second) = (seconds / 60, seconds % 60, "m ", "s")
    case ..<86_400:
      (large, small, first, second) = (seconds / 3600, seconds / 60 % 60, "h ", "m")
    default: (large, small, first, second) = (seconds / 86_400, seconds / 3600 % 24, "d ", "h")
    }
    buffer.append(decimal: large)
    buffer.append(first)
    buffer.append(decimal: small, paddedTo: 2)
    buffer.append(second)
  }
}

extension Units {
  /// The text of a duration, see `append(duration:to:)`.
  public static func duration(_ nanoseconds: Int64) -> String {
    text { append(duration: nanoseconds, to: &$0) }
  }

  /// The text of a count, see `append(count:to:)`.
  public static func count(_ count: UInt64) -> String {
    text { append(count: count, to: &$0) }
  }

  /// The text of a count with what is counted: `1 gap`, `3 gaps`.
  ///
  /// - Parameter plural: nil where an s does it.
  public static func count(
    _ count: UInt64, _ singular: String, _ plural: String? = nil
  ) -> String {
    "\(self.count(count)) \(count == 1 ? singular : plural ?? singular + "s")"
  }

  /// The text of an amount of bytes, see `append(bytes:to:)`.
  public static func bytes(_ bytes: UInt64) -> String {
    text { append(bytes: bytes, to: &$0) }
  }

  /// The text of a rate, see `append(rate:to:)`.
  public static func rate(_ perSecond: Double) -> String {
    text { append(rate: perSecond, to: &$0) }
  }

  /// The text of a share, see `append(share:to:)`.
  public static func share(_ share: Double) -> String {
    text { append(share: share, to: &$0) }
  }

  private static func text(_ write: (inout OutputBuffer) -> Void) -> String {
    var buffer = OutputBuffer(capacity: 64)
    write(&buffer)
    return buffer.string
  }
}
