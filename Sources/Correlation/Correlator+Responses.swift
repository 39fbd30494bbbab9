import ControlProtocol
import Records
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
  ///   - facts: lent, not changed.
  ///   - circumstances: what disturbed the two, beyond what their facts say.
  ///   - wholeFrom: the latency from which on the transaction is told whole; `Int64.min` where all are,
  ///     and no plain ones are wanted.
  /// - Returns: whether the types differ.
  public mutating func complete(
    _ index: UInt32, with texts: MessageTexts, in bytes: RawSpan, facts: inout MessageFacts,
    circumstances: Circumstances, wholeFrom: Int64, of conversation: inout Conversation
  ) -> Bool {
    let requestCauses = pending[index].causes.union(circumstances.requestCauses)
    let responseCauses = facts.causes.union(circumstances.responseCauses)
    let answer = Answer(
      to: pending[index], facts,
      causes: circumstances.causes.union(requestCauses).union(responseCauses),
      isTimed: circumstances.isTimed)
    let differs: Bool
    let type = pending[index].type
    if wholeFrom > .min, facts.status == .ok, type != TypeNumber.none,
      !texts.code.isPresent, !texts.reason.isPresent, !pending[index].isTold,
      let latency = answer.latency, latency < wholeFrom, let quality = answer.quality
    {
      let text = types.text(type)
      plain.append(
        PlainAnswer(
          connection: facts.connection, side: pending[index].side, type: text,
          counted: CountedAnswer(
            direction: .clientToServer, quality: quality, typeNumber: type,
            inFlight: pending[index].inFlight, latency: latency,
            answered: facts.delivered &- (answer.responseTransfer ?? 0))))
      differs = isOther(text, texts.type, bytes)
    } else {
      let place = begin(index, isWhole: wholeFrom == .min || answer.latency ?? 0 >= wholeFrom)
      completed[place].record.requestCauses = requestCauses
      completed[place].record.responseCauses = responseCauses
      completed[place].record.take(answer, deliveredAt: facts.delivered)
      completed[place].record.setNetwork(circumstances.network)
      if completed[place].isWhole {
        giveHints(to: place, index, facts, answerer: circumstances.answerer, conversation)
      }
      differs = isOther(completed[place].record.type, texts.type, bytes)
      add(texts, in: bytes, &facts, differs: differs, to: place)
    }
    let side = pending[index].side
    if facts.start >= conversation.sides[Int(side)].lastAnswer {
      conversation.sides[Int(side)].lastAnswer = facts.start
      conversation.sides[Int(side)].lastAnswered = UInt32(truncatingIfNeeded: pending[index].number)
    }
    answerers.note(
      circumstances.answerer, at: facts.start, askedAt: pending[index].delivered)
    answered.insert(pending[index].hash)
    remove(index, from: &conversation)
    return differs
  }

  /// Whether a response has another type than its request, where both have one.
  @inline(__always)
  private func isOther(
    _ type: TextRange, _ answered: TextRange, _ bytes: RawSpan
  ) -> Bool {
    guard type.isPresent, answered.isPresent else { return false }
    return !arena.bytes.extracting(type.range).hasSameBytes(as: bytes.extracting(answered.range))
  }

  /// Adds what only the response tells: texts, and of a whole record where it lies.
  private mutating func add(
    _ texts: MessageTexts, in bytes: RawSpan, _ facts: inout MessageFacts, differs: Bool,
    to place: UInt32
  ) {
    completed[place].record.statusText = text(texts.statusText, of: bytes)
    completed[place].record.code = text(texts.code, of: bytes)
    completed[place].record.reason = text(texts.reason, of: bytes)
    guard completed[place].isWhole else { return }
    if differs { completed[place].record.responseType = text(texts.type, of: bytes) }
    completed[place].record.responseFrame = facts.frame
    completed[place].record.responseFrameEnd = facts.isComplete ? facts.frameEnd : nil
    completed[place].record.responseOffset = facts.offset
  }

  private mutating func giveHints(
    to place: UInt32, _ index: UInt32, _ facts: MessageFacts, answerer: UInt32,
    _ conversation: Conversation
  ) {
    guard let latency = completed[place].record.latency,
      latency >= Self.slow || completed[place].record.duration ?? 0 >= Self.slow
    else { return }
    completed[place].record.hints = hints(
      completed[place].record, latency: latency, request: pending[index], facts: facts,
      silence: answerers.silence(
        of: answerer, from: pending[index].delivered, to: facts.start),
      conversation: conversation)
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
      side.lastAnswer > request.delivered,
      Self.span(from: request.delivered, to: side.lastAnswer) >= latency / 2
    {
      hints.insert(.queued)
    } else if latency >= Self.slow, silence >= latency / 10 * 9 {
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

extension TransactionRecord {
  /// Takes over what the response makes of the request.
  fileprivate mutating func take(_ answer: Answer, deliveredAt time: Int64) {
    outcome = answer.outcome
    end = .init(nanoseconds: time)
    latency = answer.latency
    responseTransfer = answer.responseTransfer
    if let requestTransfer, let latency, let responseTransfer {
      duration = Correlator.sum(Correlator.sum(requestTransfer, latency), responseTransfer)
    }
    causes = answer.causes
    quality = answer.quality
  }

  /// Splits the latency, when a round trip is known that fits into it.
  fileprivate mutating func setNetwork(_ nanoseconds: Int64) {
    guard nanoseconds != .max, let latency, latency >= nanoseconds else { return }
    network = nanoseconds
    server = latency - nanoseconds
  }
}
