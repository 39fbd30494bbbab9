extension CaptureTime {
  /// Appends the moment as RFC 3339 text in UTC with nine decimals:
  /// `2026-11-22T17:26:00.123456789Z`.
  public func appendRFC3339(to text: inout [UInt8]) {
    let (seconds, fraction) = Self.dividedDown(nanoseconds, by: 1_000_000_000)
    let (day, second) = Self.dividedDown(seconds, by: 86_400)
    let date = Self.civilDate(day: day)
    Self.append(date.year, digits: 4, to: &text)
    text.append(UInt8(ascii: "-"))
    Self.append(date.month, digits: 2, to: &text)
    text.append(UInt8(ascii: "-"))
    Self.append(date.day, digits: 2, to: &text)
    text.append(UInt8(ascii: "T"))
    Self.append(second / 3600, digits: 2, to: &text)
    text.append(UInt8(ascii: ":"))
    Self.append(second / 60 % 60, digits: 2, to: &text)
    text.append(UInt8(ascii: ":"))
    Self.append(second % 60, digits: 2, to: &text)
    text.append(UInt8(ascii: "."))
    Self.append(fraction, digits: 9, to: &text)
    text.append(UInt8(ascii: "Z"))
  }

  /// The proleptic Gregorian date of the day that lies `day` days after 1970-01-01.
  ///
  /// Years are counted from March here, so that the leap day is the last of its year, and the
  /// lengths of the months follow one line: 153 days in every five.
  static func civilDate(day: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = dividedDown(day + 719_468, by: 146_097)
    let leapDays = dayOfEra / 1_460 - dayOfEra / 36_524 + dayOfEra / 146_096
    let yearOfEra = (dayOfEra - leapDays) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfMonth)
  }

  /// A quotient rounded down, and the remainder, which is never negative.
  private static func dividedDown(
    _ value: Int64, by divisor: Int64
  ) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private static func append(_ value: Int64, digits: Int, to text: inout [UInt8]) {
    var divisor: Int64 = 1
    for _ in 1..<digits { divisor *= 10 }
    while divisor > 0 {
      text.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value / divisor % 10))
      divisor /= 10
    }
  }
}
