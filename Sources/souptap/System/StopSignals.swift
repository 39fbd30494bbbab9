import Glibc

/// SIGINT, SIGTERM and SIGHUP as a descriptor that becomes readable.
///
/// The first one asks the run to end with its totals. Each handler is gone once it ran, so a second
/// signal of a kind ends the program at once, whatever it is doing.
struct StopSignals {
  /// Readable from the first signal on.
  let descriptor: Int32

  /// Catches the signals.
  init() {
    var ends: [Int32] = [-1, -1]
    _ = unsafe pipe(&ends)
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    descriptor = ends[0]
    unsafe wakeDescriptor = ends[1]
    // Some parents start us with signals blocked, and nothing could stop us then.
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for number in [SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&set, number) }
    unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      // Whoever started us with a signal ignored, nohup for one, wants it ignored.
      var action = sigaction()
      unsafe sigaction(number, nil, &action)
      if isIgnored(action) { continue }
      action = sigaction()
      unsafe action.__sigaction_handler.sa_handler = wake
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
      unsafe sigaction(number, &action, nil)
    }
  }

  /// Whether a signal came.
  var isRaised: Bool {
    var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&wait, 1, 0) > 0
  }

  private func isIgnored(_ action: sigaction) -> Bool {
    unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}

/// The end of the pipe that the handler writes to; set before any handler is installed. A handler
/// has no other way to it.
nonisolated(unsafe) private var wakeDescriptor: Int32 = -1

private func wake(_ number: Int32) {
  let saved = errno
  var byte: UInt8 = 1
  _ = unsafe write(wakeDescriptor, &byte, 1)
  errno = saved
}
