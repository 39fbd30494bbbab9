public import ControlProtocol
public import Records

/// What a response makes of its request: outcome, times, quality.
struct Answer: BitwiseCopyable {
  var outcome: Outcome
  /// Everything that disturbed the two.
  var causes: Causes
  /// Absent when there is no latency to judge.
  var quality: Quality?
  /// Request delivered → response begun; absent when either is not known.
  var latency: Int64?
  /// Response begun → response delivered; absent when it is not known.
  var responseTransfer: Int64?

  /// Works it out.
  ///
  /// - Parameters:
  ///   - causes: what disturbed either of them or the capture in the time between.
  ///   - isTimed: whether request's end and response's begin have times that can be believed.
  @inline(__always)
  init(
    to request: borrowing PendingRequest, _ facts: borrowing MessageFacts, causes: Causes,
    isTimed: Bool
  ) {
    outcome =
      switch facts.status {
      case .ok: .ok
      case .error: .error
      case .unknown, .missing: .unknownStatus
      }
    let (start, asked, isComplete) = (facts.start, request.delivered, request.isComplete)
    // Times of different epochs of a stepped clock have no distance.
    let isComparable = request.clockEpoch == facts.clockEpoch
    let isEarly = isComplete && isTimed && start < asked
    var all = causes
    if !isComparable { all.insert(.clockStep) }
    if isEarly, isComparable {
      let behind = Int32(
        bitPattern: UInt32(truncatingIfNeeded: request.end) &- facts.otherAcknowledged)
      all.insert(behind > 0 ? .earlyResponse : .reordered)
    }
    latency = isComplete && isComparable && isTimed ? Correlator.span(from: asked, to: start) : nil
    if facts.isComplete, facts.delivered >= start {
      let from = isEarly && isComparable ? asked : start
      responseTransfer = Correlator.span(from: from, to: facts.delivered)
    } else {
      responseTransfer = nil
    }
    self.causes = all
    let uncertain: Causes = [
      .gap, .kernelDrop, .joinedMidstream, .clockStep, .snaplen, .uuidReused, .earlyResponse,
    ]
    if latency == nil && !all.contains(.clockStep) {
      quality = nil
    } else if !all.isDisjoint(with: uncertain) || isEarly {
      quality = .uncertain
    } else {
      quality = all.isEmpty ? .exact : .degraded
    }
  }
}

/// A transaction that was answered and needs no record.
public struct PlainAnswer: BitwiseCopyable, Sendable {
  /// The caller's number of the connection.
  public let connection: UInt32
  /// The side that asked.
  public let side: UInt8
  /// The text of its type, in the correlator's `completedText`.
  public let type: TextRange
  /// What is counted of it; which way its request went is for the caller to say.
  public let counted: CountedAnswer
}
