extension CaptureTime {
  /// Reads a moment as RFC 3339 writes it: `2026-11-22T17:26:00.5Z`, `2026-11-22 18:26:00+01:00`.
  /// Without a zone it is local time, and the seconds or the whole time of day may be left out.
  /// Returns nil for anything else, and for years that 64 bits of nanoseconds do not reach.
  ///
  /// - Parameter secondsFromUTC: how far local time is ahead of UTC at a moment.
  public init?(
    parsing text: some Collection<UInt8>, secondsFromUTC: (CaptureTime) -> Int32
  ) {
    var reader = TimeReader(rest: Array(text)[...])
    guard let moment = reader.moment() else { return nil }
    if let offset = reader.zone {
      self.init(checked: moment.seconds - Int64(offset), fraction: moment.fraction)
      return
    }
    // The zone's offset is that of the moment itself, which is known only once it was applied.
    let guess = CaptureTime(nanoseconds: Self.clamped(seconds: moment.seconds))
    let first = Int64(secondsFromUTC(guess))
    let second = Int64(
      secondsFromUTC(CaptureTime(nanoseconds: Self.clamped(seconds: moment.seconds - first))))
    self.init(checked: moment.seconds - second, fraction: moment.fraction)
  }

  private init?(checked seconds: Int64, fraction: Int64) {
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, overflows) = product.addingReportingOverflow(fraction)
    guard !overflow, !overflows else { return nil }
    self.init(nanoseconds: sum)
  }

  private static func clamped(seconds: Int64) -> Int64 {
    min(max(seconds, -9_000_000_000), 9_000_000_000) * 1_000_000_000
  }

  /// The number of days from 1970-01-01 to a proleptic Gregorian date.
  static func day(year: Int64, month: Int64, day: Int64) -> Int64 {
    // Years begin in March, as in `civilDate(day:)`.
    let shifted = month <= 2 ? year - 1 : year
    let monthFromMarch = (month + 9) % 12
    let leapDays = shifted / 4 - shifted / 100 + shifted / 400
    return shifted * 365 + leapDays + (153 * monthFromMarch + 2) / 5 + day - 1 - 719_468
  }
}

/// Reads a moment from left to right.
private struct TimeReader {
  var rest: ArraySlice<UInt8>
  /// Seconds ahead of UTC; nil where the text names no zone.
  var zone: Int?

  /// Seconds since 1970 as if the text were in UTC, and nanoseconds.
  mutating func moment() -> (seconds: Int64, fraction: Int64)? {
    guard let year = number(digits: 4), take("-"), let month = number(digits: 2), take("-"),
      let day = number(digits: 2), (1...12).contains(month),
      (1...Self.days(in: month, of: year)).contains(day)
    else { return nil }
    var seconds = CaptureTime.day(year: year, month: month, day: day) * 86_400
    if rest.isEmpty { return (seconds, 0) }
    guard take("T") || take("t") || take(" "), let hour = number(digits: 2), take(":"),
      let minute = number(digits: 2), hour < 24, minute < 60
    else { return nil }
    seconds += hour * 3600 + minute * 60
    var fraction: Int64 = 0
    if take(":") {
      // 60 is a leap second, which the clock of captures does not have.
      guard let second = number(digits: 2), second <= 60 else { return nil }
      seconds += second
      if take(".") || take(",") {
        guard let read = self.fraction() else { return nil }
        fraction = read
      }
    }
    guard readZone(), rest.isEmpty else { return nil }
    return (seconds, fraction)
  }

  private mutating func readZone() -> Bool {
    if rest.isEmpty { return true }
    if take("Z") || take("z") {
      zone = 0
      return true
    }
    let sign: Int64
    if take("+") {
      sign = 1
    } else if take("-") {
      sign = -1
    } else {
      return false
    }
    guard let hours = number(digits: 2), take(":"), let minutes = number(digits: 2), hours < 24,
      minutes < 60
    else { return false }
    zone = Int(sign * (hours * 3600 + minutes * 60))
    return true
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  private mutating func number(digits: Int) -> Int64? {
    guard rest.count >= digits else { return nil }
    var value: Int64 = 0
    for byte in rest.prefix(digits) {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - 0x30)
    }
    rest = rest.dropFirst(digits)
    return value
  }

  /// Nanoseconds; digits beyond the ninth are passed over.
  private mutating func fraction() -> Int64? {
    var value: Int64 = 0
    var count = 0
    while let byte = rest.first, (0x30...0x39).contains(byte) {
      if count < 9 { value = value * 10 + Int64(byte - 0x30) }
      count += 1
      rest = rest.dropFirst()
    }
    guard count > 0 else { return nil }
    for _ in min(count, 9)..<9 { value *= 10 }
    return value
  }

  private static func days(in month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
