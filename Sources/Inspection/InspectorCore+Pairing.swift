import ControlProtocol
import Correlation
import Records
import Storage
import Streams
import Wire

extension InspectorCore {
  /// Takes the Request at hand.
  mutating func takeRequest(type: UInt32, slot: UInt32, side: Int) {
    let key = Self.key(readBy: parser, facts: &facts, asker: side, correlator)
    var reusesUUID = false
    if let older = correlator.find(key) {
      // A request that timed out may still be meant by the next answer.
      reusesUUID = true
      supersede(older, slot: slot, side: side)
    }
    while !correlator.hasRoom(in: states[slot].pairing),
      let oldest = correlator.oldest(in: states[slot].pairing)
    {
      health.limits.pending += 1
      giveUp(oldest, because: .evicted, at: facts.delivered)
    }
    let (request, orphan) = Self.add(
      readBy: parser, facts: &facts, key: key, type: type, reusesUUID: reusesUUID,
      to: &states[slot].pairing, of: &correlator)
    if let orphan,
      !correlator.isRepeated(
        acknowledging: correlator.orphan(orphan).facts.otherAcknowledged, before: facts.offset,
        key: key)
    {
      adopt(orphan, by: request, slot: slot)
    }
  }

  /// Makes room for the request at hand, which uses the uuid of an older one.
  @inline(never)
  private mutating func supersede(
    _ older: UInt32, slot: UInt32, side: Int
  ) {
    if !correlator[older].isTold {
      var record = diagnosticRecord(.uuidReused, slot: slot, side: side)
      record.time = CaptureTime(nanoseconds: facts.start)
      place(&record, facts.frame)
      record.offset = facts.offset
      record.length = facts.end - facts.offset
      tell(record, slot: slot, side: side)
    }
    giveUp(older, because: .superseded, at: facts.delivered)
  }

  /// Pairs a request with the response that came before it.
  @inline(never)
  private mutating func adopt(_ orphan: UInt32, by request: UInt32, slot: UInt32) {
    var response = correlator.orphan(orphan)
    let text = correlator.text(ofOrphan: orphan)
    correlator.removeOrphan(orphan, from: &states[slot].pairing)
    let circumstances = circumstances(of: request, facts: response.facts, slot: slot)
    let differs = correlator.complete(
      request, with: response.texts, in: unsafe text.span.bytes, facts: &response.facts,
      circumstances: circumstances, wholeFrom: wholeFromLatency, of: &states[slot].pairing)
    if differs { tellMismatch(response.facts, slot: slot) }
  }

  /// Takes the Response at hand.
  mutating func takeResponse(slot: UInt32, side: Int) {
    let key = Self.key(readBy: parser, facts: &facts, asker: 1 - side, correlator)
    if let request = correlator.find(key),
      !correlator.isRepeated(
        acknowledging: facts.otherAcknowledged, before: correlator[request].offset, key: key)
    {
      let circumstances = circumstances(of: request, facts: facts, slot: slot)
      let differs = Self.complete(
        request, readBy: parser, facts: &facts, circumstances: circumstances,
        wholeFrom: wholeFromLatency, in: &states[slot].pairing, of: &correlator)
      if differs { tellMismatch(facts, slot: slot) }
      return
    }
    Self.keepOrphan(
      readBy: parser, facts: facts, key: key, in: &states[slot].pairing, of: &correlator)
    while correlator.hasTooManyOrphans, let oldest = correlator.oldestOrphan() {
      tellOrphan(oldest)
    }
  }

  /// From this latency on a transaction is told whole.
  private var wholeFromLatency: Int64 {
    countsTransactions ? counter.wholeFromLatency : .min
  }

  // The parser's text is borrowed while the correlator changes: each is passed by itself. The facts
  // are lent and not changed: they are too large to be copied for each call.

  @inline(__always)
  private static func key(
    readBy parser: borrowing MessageParser, facts: inout MessageFacts, asker: Int,
    _ correlator: borrowing Correlator
  ) -> PairingKey {
    correlator.key(
      of: &facts, asker: UInt8(truncatingIfNeeded: asker), uuid: parser.message.uuid,
      in: parser.messageText)
  }

  @inline(__always)
  private static func add(
    readBy parser: borrowing MessageParser, facts: inout MessageFacts, key: PairingKey,
    type: UInt32,
    reusesUUID: Bool, to pairing: inout Conversation, of correlator: inout Correlator
  ) -> (request: UInt32, orphan: UInt32?) {
    correlator.add(
      MessageTexts(parser.message), in: parser.messageText, facts: &facts, key: key, type: type,
      reusesUUID: reusesUUID, to: &pairing)
  }

  private static func keepOrphan(
    readBy parser: borrowing MessageParser, facts: MessageFacts, key: PairingKey,
    in pairing: inout Conversation, of correlator: inout Correlator
  ) {
    correlator.keepOrphan(
      MessageTexts(parser.message), in: parser.messageText, facts: facts, key: key, to: &pairing)
  }

  @inline(__always)
  private static func complete(
    _ request: UInt32, readBy parser: borrowing MessageParser, facts: inout MessageFacts,
    circumstances: Circumstances, wholeFrom: Int64, in pairing: inout Conversation,
    of correlator: inout Correlator
  ) -> Bool {
    correlator.complete(
      request, with: MessageTexts(parser.message), in: parser.messageText, facts: &facts,
      circumstances: circumstances, wholeFrom: wholeFrom, of: &pairing)
  }

  @inline(never)
  private mutating func tellMismatch(_ facts: MessageFacts, slot: UInt32) {
    var record = diagnosticRecord(.typeMismatch, slot: slot, side: Int(facts.side))
    record.time = CaptureTime(nanoseconds: facts.start)
    place(&record, facts.frame)
    record.offset = facts.offset
    record.length = facts.end - facts.offset
    tell(record, slot: slot, side: Int(facts.side))
  }

  /// What disturbed a request and its response, and how far away the answerer is.
  @inline(__always)
  private func circumstances(
    of index: UInt32, facts: MessageFacts, slot: UInt32
  ) -> Circumstances {
    let answering = Int(facts.side)
    let asking = 1 - answering
    var causes = Causes()
    var delivery = (request: Causes(), response: Causes())
    let (start, epoch) = (correlator[index].start, correlator[index].clockEpoch)
    if isTroubled(
      slot, asking, from: correlator[index].unacknowledgedFrom, at: start, of: epoch)
      || isTroubled(slot, answering, from: facts.unacknowledgedFrom, at: start, of: epoch)
    {
      delivery = deliveryCauses(of: index, facts: facts, slot: slot)
    }
    if !drops.isEmpty, drops.overlaps(start, facts.delivered) {
      causes.insert(.kernelDrop)
    }
    return Circumstances(
      causes: causes, requestCauses: delivery.request, responseCauses: delivery.response,
      network: reassembler.connections[slot].streams[asking].roundTrip,
      answerer: states[slot].endpointHashes[answering],
      isTimed: untimed.isEmpty
        || !untimed.contains(correlator[index].frameEnd) && !untimed.contains(facts.frame))
  }

  /// Whether something that disturbed a stream can concern its bytes from `offset` on, sent or
  /// received at `time`, of an epoch of the clock, or later.
  @inline(__always)
  func isTroubled(
    _ slot: UInt32, _ side: Int, from offset: UInt64, at time: Int64, of epoch: UInt32
  ) -> Bool {
    offset < reassembler.connections[slot].streams[side].disturbed
      && !reassembler.isUntroubled(
        slot, side, from: offset, at: time, of: UInt8(truncatingIfNeeded: epoch))
  }

  @inline(never)
  private func deliveryCauses(
    of index: UInt32, facts: MessageFacts, slot: UInt32
  ) -> (request: Causes, response: Causes) {
    let answering = Int(facts.side)
    let request = correlator[index]
    let epoch = UInt8(truncatingIfNeeded: request.clockEpoch)
    let asked = reassembler.deliveryTrouble(
      slot, 1 - answering, request.unacknowledgedFrom..<request.end, after: request.start,
      of: epoch)
    let answered = reassembler.deliveryTrouble(
      slot, answering, facts.unacknowledgedFrom..<facts.end, after: request.start, of: epoch)
    var causes = (request: Causes(), response: Causes())
    if asked.isSentAgain { causes.request.insert(.retransmitted) }
    if answered.isSentAgain { causes.response.insert(.retransmitted) }
    if asked.hadZeroWindow { causes.request.insert(.zeroWindow) }
    if answered.hadZeroWindow { causes.response.insert(.zeroWindow) }
    return causes
  }

  /// A hash of an endpoint, to tell those who answer apart: the same in every run, as what is known of them
  /// when there are many depends on it.
  func hash(of endpoint: Endpoint) -> UInt32 {
    var hasher = SeededHash(seed: 0)
    hasher.combine(endpoint.address.high)
    hasher.combine(endpoint.address.low &+ UInt64(endpoint.port) << 40)
    return UInt32(truncatingIfNeeded: hasher.value)
  }

  // MARK: - Giving up

  /// Tells a request as unanswered and forgets it.
  mutating func giveUp(_ index: UInt32, because ending: UnansweredReason, at time: Int64) {
    let slot = correlator[index].connection
    // A request that came behind a gap is known late, perhaps when its time was up already.
    if let due = correlator.deadline(of: index), due <= time, !correlator[index].isTold {
      timeOut(index, at: due)
    } else {
      let reason = finalReason(of: index, ending: ending, at: time)
      correlator.giveUp(
        index, because: reason, at: time, clockEpoch: clockEpoch,
        isWhole: !countsTransactions, in: &states[slot].pairing)
    }
    correlator.remove(index, from: &states[slot].pairing)
  }

  /// Tells a request that passed its timeout; a late answer will still find it.
  mutating func timeOut(_ index: UInt32, at deadline: Int64) {
    let slot = correlator[index].connection
    let reason = finalReason(of: index, ending: .timeout, at: deadline)
    correlator.giveUp(
      index, because: reason, at: deadline, clockEpoch: clockEpoch,
      isWhole: !countsTransactions, isDeadline: true, in: &states[slot].pairing)
  }

  /// Why there is no answer: what the capture lacks comes before what ended the wait.
  private func finalReason(
    of index: UInt32, ending: UnansweredReason, at time: Int64
  ) -> UnansweredReason {
    let request = correlator[index]
    let answering = 1 - Int(request.side)
    let slot = request.connection
    guard reassembler.connections[slot].streams[answering].packets > 0 else { return .oneSided }
    if reassembler.lacksBytes(
      slot, answering, behind: request.answerPosition, since: request.start)
    {
      return .gap
    }
    if !drops.isEmpty, drops.overlaps(request.start, time) { return .kernelDrop }
    return ending
  }

  /// Tells a response that found no request.
  mutating func tellOrphan(_ index: UInt32) {
    let orphan = correlator.orphan(index)
    let slot = orphan.connection
    let answering = Int(orphan.facts.side)
    let asking = 1 - answering
    let isSecond = correlator.isSecondResponse(index)
    correlator.removeOrphan(index, from: &states[slot].pairing)
    var record = diagnosticRecord(
      isSecond ? .duplicateResponse : .orphanResponse, slot: slot, side: answering)
    record.time = CaptureTime(nanoseconds: orphan.facts.start)
    place(&record, orphan.facts.frame)
    record.offset = orphan.facts.offset
    record.length = orphan.facts.end - orphan.facts.offset
    if !isSecond {
      let missing = reassembler.missingEnd(slot, asking)
      record.captureCouldMiss =
        !reassembler.connections[slot].streams[asking].beganWithSYN || missing > 0
        || !drops.isEmpty
    }
    tell(record, slot: slot, side: answering)
  }

  /// Hands on the transactions that are ready.
  @inline(__always)
  mutating func tellCompleted() {
    if correlator.hasCompleted { tellAllCompleted() }
  }

  @inline(never)
  private mutating func tellAllCompleted() {
    for index in 0..<correlator.completedPlain.count {
      let answer = correlator.completedPlain[index]
      var counted = answer.counted
      counted.direction = direction(answer.connection, Int(answer.side))
      counter.count(counted, type: answer.type, text: correlator.completedText)
    }
    for index in 0..<correlator.completedCount {
      let slot = correlator.completed[index].connection
      let side = Int(correlator.completed[index].side)
      correlator.identify(
        index, as: correlator.completed[index].isWhole ? identity(of: slot) : nil,
        travelling: direction(slot, side))
      if configuration.hasSeveralInputs, correlator.completed[index].isWhole {
        var record = correlator.completed[index].record
        place(&record)
        sink.take(record, text: correlator.completedText)
      } else {
        sink.take(correlator.completed[index].record, text: correlator.completedText)
      }
    }
    correlator.removeCompleted()
  }
}
