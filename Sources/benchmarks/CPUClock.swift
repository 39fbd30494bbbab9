import Glibc

/// Processor time of this process.
enum CPUClock {
  /// Seconds since it began.
  static func now() -> Double {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
