public import ControlProtocol
public import Records
import Storage
import Wire

extension Correlator {
  /// From here on a message is large enough to hold up what follows it in its stream.
  public static let largeMessage: UInt64 = 32_768
  /// What is quicker needs no hints, nanoseconds.
  static let slow: Int64 = 5_000_000

  /// Pairs a request with its response, and forgets the request.
  ///
  /// - Parameters:
  ///   - causes: what disturbed the two beyond what their facts say.
  ///   - network: the lowest round trip between the capture point and the answerer, nanoseconds;
  ///     `Int64.max` when none is known.
  ///   - answerer: a hash of the endpoint that answers.
  ///   - wholeFrom: the latency from which on the transaction is told whole.
  /// - Returns: whether the types differ.
  public mutating func complete(
    _ index: UInt32, with message: Message, text bytes: RawSpan, facts: MessageFacts,
    causes: Causes, network: Int64, answerer: UInt32, wholeFrom: Int64,
    in conversation: inout Conversation
  ) -> Bool {
    let latency = facts.start &- pending[index].delivered
    let isWhole = wholeFrom == .min || latency >= wholeFrom
    let place = begin(index, isWhole: isWhole)
    completed[place].record.complete(pending[index], with: message, facts: facts, causes: causes)
    completed[place].record.setNetwork(network)
    if let latency = completed[place].record.latency,
      latency >= Self.slow || completed[place].record.duration ?? 0 >= Self.slow
    {
      completed[place].record.hints = hints(
        completed[place].record, latency: latency, request: pending[index], facts: facts,
        silence: answers[UInt64(answerer)].silence(
          from: pending[index].delivered, to: facts.start),
        conversation: conversation)
    }
    let type = completed[place].record.type
    let differs =
      type.isPresent && message.type.isPresent
      && !arena.bytes.extracting(type.range).hasSameBytes(
        as: bytes.extracting(message.type.range))
    if message.status != .ok || message.code.isPresent || message.reason.isPresent || isWhole {
      completed[place].record.statusText = text(message.statusText, of: bytes)
      completed[place].record.code = text(message.code, of: bytes)
      completed[place].record.reason = text(message.reason, of: bytes)
    }
    if isWhole {
      if differs { completed[place].record.responseType = text(message.type, of: bytes) }
      completed[place].record.responseFrame = facts.frame
      completed[place].record.responseFrameEnd = message.isComplete ? facts.frameEnd : nil
      completed[place].record.responseOffset = message.start
    }
    let side = pending[index].side
    if facts.start >= conversation.sides[Int(side)].lastAnswer {
      conversation.sides[Int(side)].lastAnswer = facts.start
      conversation.sides[Int(side)].lastAnswered = UInt32(truncatingIfNeeded: pending[index].number)
    }
    answers[UInt64(answerer)].note(facts.start, askedAt: pending[index].delivered)
    answered.insert(answeredKey(facts.connectionNumber, side, pending[index].uuid))
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

  @inline(never)
  private func hints(
    _ record: TransactionRecord, latency: Int64, request: PendingRequest, facts: MessageFacts,
    silence: Int64, conversation: Conversation
  ) -> Hints {
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
    if let acknowledged = record.acknowledged, (35_000_000...60_000_000).contains(latency),
      acknowledged >= 35_000_000
    {
      hints.insert(.delayedACK)
    }
    return hints
  }
}

extension TransactionRecord {
  /// Sets what the response adds: outcome, times, quality.
  fileprivate mutating func complete(
    _ request: PendingRequest, with message: Message, facts: MessageFacts,
    causes: Causes
  ) {
    outcome =
      switch message.status {
      case .ok: .ok
      case .error: .error
      case .unknown, .missing: .unknownStatus
      }
    end = .init(nanoseconds: facts.delivered)
    // Times of different epochs of a stepped clock have no distance.
    let isComparable = request.clockEpoch == facts.clockEpoch
    let isEarly = request.isComplete && facts.start < request.delivered
    var all = request.causes.union(facts.causes).union(causes)
    if !isComparable { all.insert(.clockStep) }
    if isEarly, isComparable {
      let behind = Int32(
        bitPattern: UInt32(truncatingIfNeeded: request.end) &- facts.otherAcknowledged)
      all.insert(behind > 0 ? .earlyResponse : .reordered)
    }
    if request.isComplete, isComparable {
      latency = max(0, facts.start &- request.delivered)
    }
    if message.isComplete {
      let from = isEarly && isComparable ? request.delivered : facts.start
      responseTransfer = max(0, facts.delivered &- from)
    }
    if request.isComplete, message.isComplete, isComparable {
      duration = (requestTransfer ?? 0) + (latency ?? 0) + (responseTransfer ?? 0)
    }
    self.causes = all
    guard latency != nil || all.contains(.clockStep) else { return }
    let uncertain: Causes = [
      .gap, .kernelDrop, .joinedMidstream, .clockStep, .snaplen, .uuidReused, .earlyResponse,
    ]
    if !all.isDisjoint(with: uncertain) || isEarly {
      quality = .uncertain
    } else {
      quality = all.isEmpty ? .exact : .degraded
    }
  }

  /// Splits the latency, when a round trip is known that fits into it.
  fileprivate mutating func setNetwork(_ nanoseconds: Int64) {
    guard nanoseconds != .max, let latency, latency >= nanoseconds else { return }
    network = nanoseconds
    server = latency - nanoseconds
  }
}
