public import ControlProtocol
public import Records
import Storage
import Wire

extension Correlator {
  /// From here on a message is large enough to hold up what follows it in its stream.
  public static let largeMessage: UInt64 = 32_768
  /// How late ACKs come that wait for something to travel with, nanoseconds: 40 ms and what a path
  /// adds to them.
  public static let delayedACK: ClosedRange<Int64> = 35_000_000...60_000_000
  /// What is quicker needs no hints, nanoseconds.
  static let slow: Int64 = 5_000_000

  /// Pairs a request with its response, and forgets the request.
  ///
  /// - Parameters:
  ///   - causes: what disturbed the capture between the two.
  ///   - requestCauses: what disturbed the request beyond what its facts say.
  ///   - responseCauses: what disturbed the response beyond what its facts say.
  ///   - network: the lowest round trip between the capture point and the answerer, nanoseconds.
  ///   - answerer: a hash of the endpoint that answers.
  /// - Returns: whether the types differ.
  public mutating func complete(
    _ index: UInt32, with message: Message, text bytes: RawSpan, facts: MessageFacts,
    causes: Causes, requestCauses: Causes, responseCauses: Causes, network: Int64?,
    answerer: UInt32, in conversation: inout Conversation
  ) -> Bool {
    let request = pending[index]
    var record = baseRecord(request)
    record.outcome =
      switch message.status {
      case .ok: .ok
      case .error: .error
      case .unknown, .missing: .unknownStatus
      }
    if message.statusText.isPresent {
      record.statusText = text(bytes.extracting(message.statusText.range))
    }
    if message.code.isPresent { record.code = text(bytes.extracting(message.code.range)) }
    if message.reason.isPresent { record.reason = text(bytes.extracting(message.reason.range)) }
    let differs = typesDiffer(record.type, message, bytes)
    if differs, message.type.isPresent {
      record.responseType = text(bytes.extracting(message.type.range))
    }
    record.end = .init(nanoseconds: facts.delivered)
    record.responseFrame = facts.frame
    record.responseFrameEnd = message.isComplete ? facts.frameEnd : nil
    record.responseOffset = message.start
    record.requestCauses = request.causes.union(requestCauses)
    record.responseCauses = facts.causes.union(responseCauses)
    var all = record.requestCauses.union(record.responseCauses).union(causes)
    if request.clockEpoch != facts.clockEpoch { all.insert(.clockStep) }
    let isEarly = request.isComplete && facts.start < request.delivered
    if isEarly, request.clockEpoch == facts.clockEpoch {
      let behind = Int32(
        bitPattern: UInt32(truncatingIfNeeded: request.end) &- facts.otherAcknowledged)
      all.insert(behind > 0 ? .earlyResponse : .reordered)
    }
    setFigures(&record, request: request, message: message, facts: facts, isEarly: isEarly)
    setQuality(&record, causes: all, isEarly: isEarly)
    if let latency = record.latency, let network, latency >= network {
      record.network = network
      record.server = latency - network
    }
    let asked = Int(request.side)
    if let latency = record.latency {
      record.hints = hints(
        record, latency: latency, request: request, facts: facts,
        silence: answers[UInt64(answerer)].silence(
          from: request.delivered, to: facts.start),
        conversation: conversation)
    }
    add(record, of: request)
    if facts.start >= conversation.sides[asked].lastAnswer {
      conversation.sides[asked].lastAnswer = facts.start
      conversation.sides[asked].lastAnswered = UInt32(truncatingIfNeeded: request.number)
    }
    answers[UInt64(answerer)].note(facts.start, askedAt: request.delivered)
    answered.insert(answeredKey(facts.connectionNumber, request.side, request.uuid))
    remove(index, from: &conversation)
    return differs
  }

  func wasAnswered(_ key: UInt64) -> Bool { answered.contains(key) }

  func answeredKey(_ connection: UInt64, _ side: UInt8, _ uuid: UUIDKey) -> UInt64 {
    var hasher = SeededHash(seed: configuration.seed)
    hasher.combine(connection << 2 | UInt64(side))
    hasher.combine(uuid.value ^ UInt64(uuid.kind.rawValue) << 62)
    return hasher.value | 1
  }

  private func typesDiffer(_ type: TextRange, _ message: Message, _ bytes: RawSpan) -> Bool {
    guard type.isPresent, message.type.isPresent else { return false }
    guard type.count == message.type.count else { return true }
    let asked = arena.bytes.extracting(type.range)
    let answered = bytes.extracting(message.type.range)
    return !asked.hasSameBytes(as: answered)
  }

  private func setFigures(
    _ record: inout TransactionRecord, request: PendingRequest, message: Message,
    facts: MessageFacts, isEarly: Bool
  ) {
    // Times of different epochs of a stepped clock have no distance.
    let isComparable = request.clockEpoch == facts.clockEpoch
    if request.isComplete, isComparable {
      record.latency = max(0, facts.start &- request.delivered)
    }
    if message.isComplete, facts.delivered >= facts.start {
      let from = isEarly && isComparable ? request.delivered : facts.start
      record.responseTransfer = max(0, facts.delivered &- from)
    }
    if let asking = record.requestTransfer, let latency = record.latency,
      let answering = record.responseTransfer
    {
      record.duration = asking + latency + answering
    }
  }

  private func setQuality(_ record: inout TransactionRecord, causes: Causes, isEarly: Bool) {
    record.causes = causes
    let uncertain: Causes = [
      .gap, .kernelDrop, .joinedMidstream, .clockStep, .snaplen, .uuidReused, .earlyResponse,
    ]
    if record.latency == nil, !causes.contains(.clockStep) { return }
    if !causes.isDisjoint(with: uncertain) || isEarly {
      record.quality = .uncertain
    } else {
      record.quality = causes.isEmpty ? .exact : .degraded
    }
  }

  private func hints(
    _ record: TransactionRecord, latency: Int64, request: PendingRequest, facts: MessageFacts,
    silence: Int64, conversation: Conversation
  ) -> Hints {
    guard latency >= Self.slow || record.duration ?? 0 >= Self.slow else { return [] }
    var hints = Hints()
    if record.causes.contains(.retransmitted), latency >= 200_000_000 {
      hints.insert(.retransmissionTimeout)
    }
    let side = conversation.sides[Int(request.side)]
    // Of an earlier request: who overtakes does not wait in a queue.
    let isBehind =
      Int32(bitPattern: UInt32(truncatingIfNeeded: request.number) &- side.lastAnswered) > 0
    if request.inFlight > 0, isBehind, side.lastAnswer <= facts.start,
      side.lastAnswer > request.delivered, side.lastAnswer - request.delivered >= latency / 2
    {
      hints.insert(.queued)
    } else if latency >= Self.slow, silence >= latency / 2 {
      hints.insert(.stall)
    }
    if facts.lastLarge >= request.delivered { hints.insert(.behindLargeMessage) }
    if request.waitedForDelayedACK || facts.waitedForDelayedACK
      || waitedForDelayedACK(latency, acknowledged: record.acknowledged)
    {
      hints.insert(.delayedACK)
    }
    return hints
  }

  /// Whether a response came right after a delayed ACK of its request.
  private func waitedForDelayedACK(_ latency: Int64, acknowledged: Int64?) -> Bool {
    guard let acknowledged, Self.delayedACK.contains(acknowledged) else { return false }
    return latency > acknowledged && latency - acknowledged < Self.slow
  }
}
