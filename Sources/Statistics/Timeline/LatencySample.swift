public import Records
public import Wire

/// A transaction as a point of a scatter plot.
public struct LatencyPoint: Sendable {
  /// The transaction's number.
  public var number: UInt64
  /// When the request began.
  public var time: CaptureTime
  /// The latency, or how long it waited without an answer; nanoseconds.
  public var nanoseconds: Int64
  /// How it ended.
  public var outcome: Outcome
  /// Why it has no answer; present when it has none.
  public var unanswered: UnansweredReason?
  /// Whether the latency can be believed; absent without one.
  public var quality: Quality?
  /// Whether the answer came after the timeout.
  public var isLate: Bool
  /// Which way the request travels.
  public var direction: Direction
  /// The index of its type in the sample's ``LatencySample/types``; absent when it is not there.
  public var type: Int?
}

/// A bounded choice of a run's transactions: all while they are few; else the slowest, and of each
/// kind an even share, in which what is rare is kept the longest.
///
/// Which ones are chosen goes by their numbers alone, so the same capture gives the same sample.
public struct LatencySample: Sendable {
  /// How many of a kind there were, and how many were chosen.
  public struct Share: Hashable, Sendable {
    /// All, with a latency or a wait that is known.
    public var total: UInt64 = 0
    /// Those in the sample.
    public var kept: UInt64 = 0
  }

  /// In the order of their numbers.
  public var points: [LatencyPoint]
  /// The types that points have, nil for the missing one; not those of points beyond the limit.
  public var types: [[UInt8]?]
  /// Answers that nothing disturbed and that are no errors.
  public var exact = Share()
  /// Other answers that are no errors: degraded and uncertain ones.
  public var inexact = Share()
  /// Answers that say ERROR.
  public var errors = Share()
  /// Requests without an answer.
  public var unanswered = Share()
}
