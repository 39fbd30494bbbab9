import CLinux
import Glibc

/// Signals as descriptors that become readable.
///
/// SIGINT, SIGTERM and SIGHUP ask the run to end with its totals. Each handler is gone once it ran, so
/// a second signal of a kind ends the program at once, whatever it is doing. SIGUSR1 and SIGUSR2 ask
/// for something and may come as often as they like.
struct StopSignals {
  /// Readable from the first signal on that ends the run.
  let descriptor: Int32
  /// Readable then, and while a wish was not taken.
  let anyDescriptor: Int32
  private let wishes: Int32

  /// What a signal may ask for beside the end.
  enum Wish {
    /// SIGUSR1: a report about what was seen so far.
    case report
    /// SIGUSR2: the outputs opened anew.
    case reopen
  }

  /// Catches the signals.
  init() {
    let stop = StopSignals.makePipe()
    let wish = StopSignals.makePipe()
    descriptor = stop.reading
    wishes = wish.reading
    unsafe stopDescriptor = stop.writing
    unsafe wishDescriptor = wish.writing
    anyDescriptor = souptap_either_readable(stop.reading, wish.reading)
    // Some parents start us with signals blocked, and nothing could stop us then.
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2] { unsafe sigaddset(&set, number) }
    unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      // Whoever started us with a signal ignored, nohup for one, wants it ignored.
      var action = sigaction()
      unsafe sigaction(number, nil, &action)
      if isIgnored(action) { continue }
      action = sigaction()
      unsafe action.__sigaction_handler.sa_handler = askForEnd
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
      unsafe sigaction(number, &action, nil)
    }
    for number in [SIGUSR1, SIGUSR2] {
      var action = sigaction()
      unsafe action.__sigaction_handler.sa_handler = askForMore
      unsafe sigaction(number, &action, nil)
    }
  }

  /// Whether a signal came that ends the run.
  var isRaised: Bool {
    var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&wait, 1, 0) > 0
  }

  /// The oldest wish that was not taken; nil when there is none.
  func takeWish() -> Wish? {
    var number: UInt8 = 0
    guard unsafe read(wishes, &number, 1) == 1 else { return nil }
    return Int32(number) == SIGUSR1 ? .report : .reopen
  }

  private func isIgnored(_ action: sigaction) -> Bool {
    unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private static func makePipe() -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    _ = unsafe pipe(&ends)
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    return (ends[0], ends[1])
  }
}

/// The ends of the pipes that the handlers write to; set before any handler is installed. A handler
/// has no other way to them.
nonisolated(unsafe) private var stopDescriptor: Int32 = -1
nonisolated(unsafe) private var wishDescriptor: Int32 = -1

private func askForEnd(_ number: Int32) {
  pass(number, to: unsafe stopDescriptor)
}

private func askForMore(_ number: Int32) {
  pass(number, to: unsafe wishDescriptor)
}

private func pass(_ number: Int32, to descriptor: Int32) {
  let saved = errno
  var byte = UInt8(truncatingIfNeeded: number)
  _ = unsafe write(descriptor, &byte, 1)
  errno = saved
}
