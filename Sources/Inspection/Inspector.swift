public import Records
import Streams
public import Wire

/// Turns packets into records: the whole core behind one door. It reads no clock and does no I/O.
///
/// Time is packet time. Records go to the sink in the order of `semantics.md` section 4, which is
/// the same in every run, live or from a file.
public final class Inspector {
  var core: InspectorCore

  /// - Parameters:
  ///   - sink: takes the records; kept for the inspector's life.
  ///   - streams: takes the bytes of all streams, if anybody wants them; kept likewise.
  public init(
    configuration: InspectionConfiguration, sink: any RecordSink,
    streams: (any StreamSink)? = nil
  ) {
    core = InspectorCore(configuration: configuration, sink: sink, streams: streams)
  }

  /// Takes a packet; its bytes are borrowed for the call.
  public func inspect(_ packet: Packet, bytes: RawSpan) {
    var packet = packet
    core.inspect(&packet, bytes: bytes)
  }

  /// Takes a packet that is lent where it lies, which is cheaper; it is not changed.
  public func inspect(lent packet: inout Packet, bytes: RawSpan) {
    core.inspect(&packet, bytes: bytes)
  }

  /// Whether `foresee` saves more than it costs.
  public var profitsFromForesight: Bool { core.profitsFromForesight }

  /// Is shown a packet some packets before it is inspected, so that what is kept for its connection is
  /// at hand then; it is asked for when the packet behind it is shown.
  public func foresee(_ bytes: RawSpan, linkType: LinkType) {
    core.foresee(bytes, linkType: linkType)
  }

  /// Takes what the capture says about the packet that was inspected last, for its connection's
  /// records; it is borrowed for the call.
  public func annotate(_ packet: Packet, bytes: RawSpan, comment: RawSpan) {
    guard comment.byteCount > 0 else { return }
    core.annotate(packet, bytes: bytes, comment: comment)
  }

  /// Lets packet time pass without a packet: live, when nothing comes.
  public func advance(to time: CaptureTime) {
    core.advance(to: time.nanoseconds)
  }

  /// Tells that packets were lost by the kernel or the interface between two moments.
  public func lost(_ count: UInt64, between start: CaptureTime, and end: CaptureTime) {
    guard count > 0 else { return }
    core.drops.note(from: start.nanoseconds, to: end.nanoseconds)
  }

  /// Tells that the capture gives no time to the packet that comes next; its time is a guess.
  public func noteUntimed(_ packet: Packet) {
    core.health.packetsWithoutTime &+= 1
    core.untimed.note(Arrival.frame(of: packet))
  }

  /// Ends the run: everything that waits is told.
  public func finish() {
    core.finish()
  }

  /// What was counted so far; drop counters are for the caller to fill in.
  ///
  /// - Complexity: O(open connections).
  public var health: CaptureHealth { core.currentHealth() }

  /// First and last packet time seen.
  public var timeRange: (first: CaptureTime, last: CaptureTime)? {
    guard core.first <= core.last else { return nil }
    return (CaptureTime(nanoseconds: core.first), CaptureTime(nanoseconds: core.last))
  }

  /// What the traffic was, for a run that finds no message.
  ///
  /// - Complexity: O(open connections).
  public var survey: TrafficSurvey { core.currentSurvey() }
}
