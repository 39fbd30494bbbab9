public import ControlProtocol
public import Records
import Storage
import Wire

extension Correlator {
  /// Notes a request. Its uuid must be present and used by no other request of its side.
  ///
  /// - Parameter reusesUUID: whether a request with its uuid was given up for it.
  /// - Returns: its index, and the orphan that answers it when its response came first.
  public mutating func add(
    _ message: Message, text: RawSpan, facts: MessageFacts, key: PairingKey, reusesUUID: Bool,
    to conversation: inout Conversation
  ) -> (request: UInt32, orphan: UInt32?) {
    let uuidText = text.extracting(message.uuid.range)
    let uuid = key.uuid
    let hash = key.hash
    let type = message.type.isPresent ? types.number(of: text.extracting(message.type.range)) : 0
    let side = Int(facts.side)
    var causes = facts.causes
    if reusesUUID { causes.insert(.uuidReused) }
    var request = PendingRequest(
      uuid: uuid, hash: hash, connection: facts.connection, side: facts.side,
      type: message.type.isPresent ? type : TypeTable.none, number: nextNumber,
      start: facts.start, delivered: facts.delivered, frame: facts.frame,
      frameEnd: facts.frameEnd, offset: message.start, end: message.end,
      unacknowledgedFrom: facts.unacknowledgedFrom, answerOffset: facts.answerOffset,
      contentHash: message.contentHash, inFlight: conversation.sides[side].outstanding,
      causes: causes, isComplete: message.isComplete,
      waitedForDelayedACK: facts.waitedForDelayedACK, clockEpoch: facts.clockEpoch)
    nextNumber += 1
    let keepsType = message.type.isPresent && type == TypeTable.none
    if keepsType || !uuid.isCanonical {
      request.kept = kept.add(
        KeptTexts.encode(
          type: keepsType ? text.extracting(message.type.range) : nil,
          uuid: uuid.isCanonical ? nil : uuidText))
    }
    request.previous = conversation.sides[side].last
    let number = request.number
    let index = pending.take(request)
    if request.previous == .max {
      conversation.sides[side].first = index
    } else {
      pending[request.previous].next = index
    }
    conversation.sides[side].last = index
    if conversation.sides[side].unacknowledged == .max {
      conversation.sides[side].unacknowledged = index
    }
    conversation.sides[side].outstanding += 1
    conversation.kept += 1
    pendingTable.insert(hash: hash, slot: index)
    if configuration.timeoutNanoseconds > 0 {
      timeouts.append(
        .init(
          deadline: Self.sum(
            Self.sum(facts.delivered, clockShift), configuration.timeoutNanoseconds),
          slot: index, tag: UInt32(truncatingIfNeeded: number)))
    }
    guard conversation.orphans != 0 else { return (index, nil) }
    let orphan = orphanTable.find(hash: hash) { candidate in
      orphans[candidate].connection == facts.connection && orphans[candidate].side == facts.side
        && orphans[candidate].uuid == uuid
    }
    return (index, orphan)
  }

  /// Notes how far a side's stream was acknowledged.
  public mutating func acknowledge(
    _ conversation: inout Conversation, side: Int, upTo offset: UInt64, at time: Int64
  ) {
    var index = conversation.sides[side].unacknowledged
    while index != .max, pending[index].end <= offset {
      pending[index].acknowledged = time
      index = pending[index].next
    }
    conversation.sides[side].unacknowledged = index
  }

  /// When a request's time is up; nil when it never is.
  public func deadline(of index: UInt32) -> Int64? {
    guard configuration.timeoutNanoseconds > 0 else { return nil }
    return Self.sum(pending[index].delivered, configuration.timeoutNanoseconds)
  }

  /// The earliest moment on the shifted clock at which a request times out or an orphan is told.
  public var nextDeadline: Int64 { min(timeouts.earliest, orphanDeadlines.earliest) }

  /// What passed its deadline.
  public enum Expired: Sendable {
    case request(UInt32, deadline: Int64)
    case orphan(UInt32)
  }

  /// Takes out what passed the earliest deadline; nil when what there was no longer stands.
  public mutating func popExpired(notAfter time: Int64) -> Expired? {
    guard nextDeadline <= time else { return nil }
    if timeouts.earliest <= orphanDeadlines.earliest {
      guard let entry = timeouts.popFirst(notAfter: time), pending.isTaken(entry.slot),
        UInt32(truncatingIfNeeded: pending[entry.slot].number) == entry.tag,
        !pending[entry.slot].isTold
      else { return nil }
      return .request(entry.slot, deadline: entry.deadline &- clockShift)
    }
    guard let entry = orphanDeadlines.popFirst(notAfter: time), orphans.isTaken(entry.slot),
      orphans[entry.slot].tag == entry.tag
    else { return nil }
    return .orphan(entry.slot)
  }

  /// Takes out another request whose time was up at the same moment as that of one just taken out.
  public mutating func popTie(with deadline: Int64) -> UInt32? {
    let time = deadline &+ clockShift
    while timeouts.earliest == time, let entry = timeouts.popFirst(notAfter: time) {
      if pending.isTaken(entry.slot), !pending[entry.slot].isTold,
        UInt32(truncatingIfNeeded: pending[entry.slot].number) == entry.tag
      {
        return entry.slot
      }
    }
    return nil
  }

  /// Tells a request as unanswered. It stays known for a late answer when `reason` is `timeout`;
  /// otherwise the caller removes it.
  ///
  /// - Parameter clockEpoch: how often packet time had stepped back by `time`.
  public mutating func giveUp(
    _ index: UInt32, because reason: UnansweredReason, at time: Int64, clockEpoch: UInt32,
    in conversation: inout Conversation
  ) {
    let request = pending[index]
    guard !request.isTold else { return }
    var record = baseRecord(request)
    record.outcome = .unanswered
    record.unanswered = reason
    record.end = .init(nanoseconds: time)
    if request.isComplete, request.clockEpoch == clockEpoch {
      record.waited = max(0, time &- request.delivered)
    }
    add(record, of: request)
    pending[index].isTold = true
    conversation.sides[Int(request.side)].outstanding -= 1
  }

  /// What is known of a transaction by its request.
  mutating func baseRecord(_ request: PendingRequest) -> TransactionRecord {
    var record = TransactionRecord()
    record.number = request.number
    record.revision = request.isTold ? 1 : 0
    let (type, uuid) =
      request.kept == 0 ? (nil, nil) : KeptTexts.decode(kept[request.kept])
    if request.type != TypeTable.none {
      record.type = text(types.text(request.type))
    } else if let type {
      record.type = text(type)
    }
    if let uuid {
      record.uuid = text(uuid)
    } else {
      let start = arena.count
      arena.append(decimal: request.uuid.value)
      record.uuid = TextRange(start: start, count: arena.count - start)
    }
    record.start = .init(nanoseconds: request.start)
    record.inFlight = request.inFlight
    record.requestFrame = request.frame
    record.requestFrameEnd = request.isComplete ? request.frameEnd : nil
    record.requestOffset = request.offset
    // It ends before it begins when the clock was set back in between.
    if request.isComplete, request.delivered >= request.start {
      record.requestTransfer = request.delivered &- request.start
    }
    if request.acknowledged != .min, request.isComplete {
      record.acknowledged = max(0, request.acknowledged &- request.delivered)
    }
    return record
  }

}

extension KeptTexts {
  /// A byte of flags, then the type with its length in four bytes, then the uuid.
  static func encode(type: RawSpan?, uuid: RawSpan?) -> [UInt8] {
    var text: [UInt8] = [(type == nil ? 0 : 1) | (uuid == nil ? 0 : 2)]
    if let type {
      for shift in [0, 8, 16, 24] {
        text.append(UInt8(truncatingIfNeeded: type.byteCount >> shift))
      }
      text.append(type)
    }
    if let uuid { text.append(uuid) }
    return text
  }

  static func decode(_ text: [UInt8]) -> (type: [UInt8]?, uuid: [UInt8]?) {
    var position = 1
    var type: [UInt8]?
    if text[0] & 1 != 0 {
      let count =
        Int(text[1]) | Int(text[2]) << 8 | Int(text[3]) << 16 | Int(text[4]) << 24
      position = 5 + count
      type = Array(text[5..<position])
    }
    return (type, text[0] & 2 != 0 ? Array(text[position...]) : nil)
  }
}
