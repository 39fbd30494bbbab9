public import Wire

extension OutputBuffer {
  /// Appends a moment as RFC 3339 in UTC with nine decimals: `2026-11-22T17:26:00.123456789Z`.
  public mutating func append(timestamp time: CaptureTime) {
    append(date: time)
    append(UInt8(ascii: "T"))
    append(clock: time, decimals: 9)
    append(UInt8(ascii: "Z"))
  }

  /// Appends the date of a moment: `2026-11-22`.
  public mutating func append(date time: CaptureTime) {
    let date = CalendarDate(day: CalendarDate.day(of: time))
    append(decimal: UInt64(date.year), paddedTo: 4)
    append(UInt8(ascii: "-"))
    append(decimal: UInt64(date.month), paddedTo: 2)
    append(UInt8(ascii: "-"))
    append(decimal: UInt64(date.dayOfMonth), paddedTo: 2)
  }

  /// Appends the time of day of a moment, with up to nine decimals, cut off: `17:26:00.123`.
  public mutating func append(clock time: CaptureTime, decimals: Int) {
    // Wraps for the first, incomplete day of the range, and comes out right.
    let ofDay = UInt64(
      time.nanoseconds &- CalendarDate.day(of: time) &* CalendarDate.nanosecondsPerDay)
    let (second, fraction) = ofDay.quotientAndRemainder(dividingBy: 1_000_000_000)
    append(decimal: second / 3600, paddedTo: 2)
    append(UInt8(ascii: ":"))
    append(decimal: second / 60 % 60, paddedTo: 2)
    append(UInt8(ascii: ":"))
    append(decimal: second % 60, paddedTo: 2)
    guard decimals > 0 else { return }
    append(UInt8(ascii: "."))
    var divisor: UInt64 = 1
    for _ in 0..<max(9 - decimals, 0) { divisor *= 10 }
    append(decimal: fraction / divisor, paddedTo: min(decimals, 9))
  }
}

/// A date of the proleptic Gregorian calendar.
struct CalendarDate {
  static let nanosecondsPerDay: Int64 = 86_400_000_000_000

  var year: UInt32
  /// 1 to 12.
  var month: UInt32
  /// 1 to 31.
  var dayOfMonth: UInt32

  /// The number of the UTC day of a moment; 0 is 1970-01-01.
  static func day(of time: CaptureTime) -> Int64 {
    let (day, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: nanosecondsPerDay)
    return rest < 0 ? day - 1 : day
  }

  /// The date of the day with number `day`, for all days that a `CaptureTime` can lie in.
  ///
  /// Counts from March, so that the leap day is the last of its year, in eras of 400 years.
  init(day: Int64) {
    let shifted = UInt64(day + 719_468)
    let era = shifted / 146_097
    let dayOfEra = UInt32(shifted % 146_097)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    dayOfMonth = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    year = UInt32(era) * 400 + yearOfEra + (month <= 2 ? 1 : 0)
  }
}
