internal import Wire

/// Writes moments in the time zone of the user.
struct TableClock {
  private let secondsFromUTC: (CaptureTime) -> Int32
  private var lastDay: Int64?
  private var lastOffset: Int32 = 0

  init(secondsFromUTC: @escaping (CaptureTime) -> Int32) {
    self.secondsFromUTC = secondsFromUTC
  }

  /// Appends the time of day.
  func append(_ time: CaptureTime, decimals: Int, to buffer: inout OutputBuffer) {
    guard time != .distantPast else { return buffer.append("-") }
    buffer.append(clock: local(time).time, decimals: decimals)
  }

  /// Appends date and time of day.
  func append(dateOf time: CaptureTime, decimals: Int, to buffer: inout OutputBuffer) {
    guard time != .distantPast else { return buffer.append("-") }
    buffer.append(date: local(time).time)
    buffer.append(" ")
    buffer.append(clock: local(time).time, decimals: decimals)
  }

  /// Whether `time` lies on another day, or in another zone, than the one asked about before.
  mutating func beginsDay(_ time: CaptureTime) -> Bool {
    guard time != .distantPast else { return false }
    let (shifted, offset) = local(time)
    let day = CalendarDate.day(of: shifted)
    defer { (lastDay, lastOffset) = (day, offset) }
    return day != lastDay || offset != lastOffset
  }

  /// Appends the date with its zone: `2026-11-22 UTC`, `2026-11-22 +01:00`.
  func append(dayOf time: CaptureTime, to buffer: inout OutputBuffer) {
    let (shifted, offset) = local(time)
    buffer.append(date: shifted)
    append(zone: offset, to: &buffer)
  }

  /// Appends date, time of day and zone: `2026-11-22 21:05:18.774 UTC`.
  func append(momentOf time: CaptureTime, decimals: Int, to buffer: inout OutputBuffer) {
    append(dateOf: time, decimals: decimals, to: &buffer)
    append(zone: local(time).offset, to: &buffer)
  }

  private func append(zone offset: Int32, to buffer: inout OutputBuffer) {
    guard offset != 0 else { return buffer.append(" UTC") }
    buffer.append(offset < 0 ? " -" : " +")
    let minutes = UInt64(offset.magnitude / 60)
    buffer.append(decimal: minutes / 60, paddedTo: 2)
    buffer.append(":")
    buffer.append(decimal: minutes % 60, paddedTo: 2)
  }

  private func local(_ time: CaptureTime) -> (time: CaptureTime, offset: Int32) {
    let offset = secondsFromUTC(time)
    return (time.advanced(byNanoseconds: Int64(offset) * 1_000_000_000), offset)
  }
}
