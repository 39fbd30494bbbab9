import Capture
import Inspection
import Wire

/// What is done with each packet of a file.
final class FileIntake {
  private let run: Run
  private let filter: CaptureFilter?
  private let inspector: Inspector
  private let limit: UInt64
  /// Whether a packet is only inspected: no option asks for more, and it is not the first.
  private var isPlain = false

  init(_ run: Run, filter: CaptureFilter?) {
    self.run = run
    self.filter = filter
    inspector = run.inspector
    limit = run.plan.packetLimit ?? .max
  }

  /// Takes a packet with what the file says about it; tells whether another one is wanted.
  func take(
    _ packet: inout Packet, bytes: RawSpan, comment: RawSpan
  ) throws(CaptureError) -> Bool {
    guard isPlain, comment.byteCount == 0 else {
      return try takeAny(&packet, bytes: bytes, comment: comment)
    }
    inspector.inspect(lent: &packet, bytes: bytes)
    run.inspected &+= 1
    return run.inspected < limit
  }

  @inline(never)
  private func takeAny(
    _ packet: inout Packet, bytes: RawSpan, comment: RawSpan
  ) throws(CaptureError) -> Bool {
    if run.inspected == 0, run.filteredOut == 0 {
      run.tee.begin(at: packet.time)
      isPlain =
        filter == nil && run.twinFilter == nil && run.keeper == nil
        && run.plan.report.intervalNanoseconds == nil
    }
    if let filter, try !filter.passes(packet, bytes: bytes) {
      run.filteredOut &+= 1
      return true
    }
    if run.plan.report.intervalNanoseconds != nil { run.reach(packet.time) }
    if let twins = run.twinFilter, twins.isTwin(packet, bytes: bytes) {
      run.twins &+= 1
      run.twinBytes &+= UInt64(bytes.byteCount)
    } else {
      inspector.inspect(lent: &packet, bytes: bytes)
      if let keeper = run.keeper {
        keeper.keep(packet, bytes: bytes, comment: comment)
        run.last = max(run.last, packet.time)
      }
    }
    if comment.byteCount > 0 { inspector.annotate(packet, bytes: bytes, comment: comment) }
    run.inspected &+= 1
    return run.inspected < limit && !(run.keeper?.isComplete ?? false)
  }
}
