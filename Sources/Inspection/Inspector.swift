public import Records
public import Wire

/// Turns packets into records: the whole core behind one door. It reads no clock and does no I/O.
public final class Inspector {
  private let sink: any RecordSink

  public init(configuration: InspectionConfiguration, sink: any RecordSink) {
    self.sink = sink
  }

  /// Takes a packet; its bytes are borrowed for the call.
  public func inspect(_ packet: Packet, bytes: RawSpan) {}

  /// Lets packet time pass without a packet: live, when nothing comes.
  public func advance(to time: CaptureTime) {}

  /// Tells that packets were lost by the kernel or the interface between two moments.
  public func lost(_ count: UInt64, between start: CaptureTime, and end: CaptureTime) {}

  /// Ends the run: everything that waits is told.
  public func finish() {}

  /// What was counted so far; drop counters are for the caller to fill in.
  public var health: CaptureHealth { CaptureHealth() }

  /// First and last packet time seen.
  public var timeRange: (first: CaptureTime, last: CaptureTime)? { nil }

  /// What the traffic was, for a run that finds no message.
  public var survey: TrafficSurvey { TrafficSurvey() }
}
