import Glibc
import Wire

/// The time zone of the user, as the C library knows it.
///
/// Remembers the last answer for its quarter of an hour: zones change their offset only there.
final class LocalZone {
  private var quarter = Int64.min
  private var seconds: Int32 = 0

  /// Seconds that local time is ahead of UTC at a moment.
  func secondsFromUTC(at time: CaptureTime) -> Int32 {
    let asked = time.nanoseconds / 900_000_000_000
    if asked == quarter { return seconds }
    var stamp = time_t(time.nanoseconds / 1_000_000_000)
    var local = unsafe tm()
    guard unsafe localtime_r(&stamp, &local) != nil else { return 0 }
    quarter = asked
    seconds = unsafe Int32(truncatingIfNeeded: local.tm_gmtoff)
    return seconds
  }
}
