public import Wire

extension OutputBuffer {
  /// Appends a moment as RFC 3339 in UTC with nine decimals: `2026-11-22T17:26:00.123456789Z`.
  public mutating func append(timestamp time: CaptureTime) {
    let day = CalendarDate.day(of: time)
    let date = CalendarDate(day: day)
    let (second, fraction) = Self.ofDay(time, day).quotientAndRemainder(dividingBy: 1_000_000_000)
    let seconds = UInt32(truncatingIfNeeded: second)
    let nanoseconds = UInt32(truncatingIfNeeded: fraction)
    unsafe append(count: 30) { target in
      func pair(_ position: Int, _ value: UInt32) {
        unsafe Self.write(pair: value, to: target + position)
      }
      func mark(_ position: Int, _ byte: UInt8) {
        unsafe target[position] = byte
      }
      pair(0, date.year / 100)
      pair(2, date.year % 100)
      mark(4, 0x2d)
      pair(5, date.month)
      mark(7, 0x2d)
      pair(8, date.dayOfMonth)
      mark(10, 0x54)
      pair(11, seconds / 3600)
      mark(13, 0x3a)
      pair(14, seconds / 60 % 60)
      mark(16, 0x3a)
      pair(17, seconds % 60)
      mark(19, 0x2e)
      pair(20, nanoseconds / 10_000_000)
      pair(22, nanoseconds / 100_000 % 100)
      pair(24, nanoseconds / 1000 % 100)
      pair(26, nanoseconds / 10 % 100)
      mark(28, UInt8(truncatingIfNeeded: nanoseconds % 10) &+ 0x30)
      mark(29, 0x5a)
    }
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
    let (second, fraction) = Self.ofDay(time, CalendarDate.day(of: time)).quotientAndRemainder(
      dividingBy: 1_000_000_000)
    let seconds = UInt32(truncatingIfNeeded: second)
    unsafe append(count: 8) { target in
      unsafe Self.write(pair: seconds / 3600, to: target)
      unsafe target[2] = 0x3a
      unsafe Self.write(pair: seconds / 60 % 60, to: target + 3)
      unsafe target[5] = 0x3a
      unsafe Self.write(pair: seconds % 60, to: target + 6)
    }
    guard decimals > 0 else { return }
    append(UInt8(ascii: "."))
    var divisor: UInt64 = 1
    for _ in 0..<max(9 - decimals, 0) { divisor *= 10 }
    append(decimal: fraction / divisor, paddedTo: min(decimals, 9))
  }

  /// Nanoseconds since midnight. Wraps on the way for the first, incomplete day of the range, and
  /// comes out right.
  private static func ofDay(_ time: CaptureTime, _ day: Int64) -> UInt64 {
    UInt64(bitPattern: time.nanoseconds &- day &* CalendarDate.nanosecondsPerDay)
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
