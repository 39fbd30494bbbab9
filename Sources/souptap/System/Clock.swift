import Glibc
import Wire

/// The host's clocks: the core has none.
enum Clock {
  /// The time of day, as packets of a live capture have it.
  static func now() -> CaptureTime {
    CaptureTime(nanoseconds: read(CLOCK_REALTIME))
  }

  /// Nanoseconds that only ever grow.
  static func monotonic() -> Int64 {
    read(CLOCK_MONOTONIC)
  }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}
