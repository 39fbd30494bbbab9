internal import Glibc

/// How a wait for packets ended.
public enum WaitResult: Sendable {
  /// There is something to read, or the end of it.
  case ready
  /// Nothing came in the time given.
  case timedOut
  /// The descriptor that interrupts became readable.
  case interrupted
}

/// Waits until `descriptor` can be read, `interrupt` becomes readable or the time is over.
///
/// - Parameters:
///   - interrupt: a descriptor, or -1 for none. It wins when both are readable.
///   - milliseconds: the longest wait; negative for ever.
func waitForInput(
  _ descriptor: Int32, named name: String, interrupt: Int32, milliseconds: Int32
) throws(CaptureError) -> WaitResult {
  var waits = [
    pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
    pollfd(fd: interrupt, events: Int16(POLLIN), revents: 0),
  ]
  let count = unsafe poll(&waits, 2, milliseconds)
  if count < 0 {
    // A signal: whoever caught it has made `interrupt` readable, which the next wait sees.
    guard errno == EINTR else { throw CaptureError(name, systemMessage(errno)) }
    return .timedOut
  }
  if waits[1].revents != 0 { return .interrupted }
  return waits[0].revents != 0 ? .ready : .timedOut
}

/// Whether there is something to read, or the end of it, right now.
func isReadable(_ descriptor: Int32) -> Bool {
  var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
  return unsafe poll(&wait, 1, 0) > 0
}
