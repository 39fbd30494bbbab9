/// Little's law as a check on the measurement: the mean number of requests in flight, integrated over
/// time, is the rate of requests times their mean latency.
///
/// What has no latency belongs to the first and not to the second: requests without an answer explain
/// a difference up to the time that they waited, those of which no time is known up to all of it.
public struct LittlesLaw: Hashable, Sendable {
  /// The mean in flight as it was integrated over time.
  public let inFlight: Double
  /// Answered requests a second times their mean latency.
  public let rateTimesLatency: Double
  /// How far the first may be above the second because of requests without a latency.
  public let unanswered: Double

  /// Checks a run; nil where it cannot be: without packet time, or when requests were not told.
  public init?(_ summary: Summary) {
    let totals = summary.totals
    guard let covered = summary.coveredNanoseconds, covered > 0, totals.requests > 0,
      summary.messages.requests - summary.messages.withoutUUID >= totals.requests,
      let inFlight = totals.inFlightMean(over: covered)
    else { return nil }
    let latency = totals.latency
    let unknown = totals.requests &- min(totals.requests, latency.count &+ totals.waits.count)
    self.inFlight = inFlight
    rateTimesLatency = Double(latency.total) / Double(covered)
    unanswered = Double(totals.waits.total) / Double(covered) + Double(unknown)
  }

  /// Whether the two differ by more than the unanswered can explain; what a clock or a capture that
  /// is wrong leads to. One part in a hundred is allowed for answers that were captured out of order.
  public var isBroken: Bool {
    let slack = 0.01 * max(inFlight, rateTimesLatency) + 1e-6
    return inFlight - rateTimesLatency > unanswered + slack
      || rateTimesLatency - inFlight > slack
  }
}
