import ControlProtocol
public import Records
import Storage
import Wire

extension Correlator {
  /// Notes a request. Its uuid must be present and used by no other request of its side.
  ///
  /// - Parameters:
  ///   - facts: lent, not changed: they are too large to be copied for each call.
  ///   - type: the number of its type.
  ///   - reusesUUID: whether a request with its uuid was given up for it.
  /// - Returns: its index, and the orphan that answers it when its response came first.
  public mutating func add(
    _ texts: MessageTexts, in text: RawSpan, facts: inout MessageFacts, key: PairingKey,
    type: UInt32, reusesUUID: Bool, to conversation: inout Conversation
  ) -> (request: UInt32, orphan: UInt32?) {
    let side = Int(facts.side)
    let previous = conversation.sides[side].last
    let number = nextNumber
    nextNumber += 1
    let index = pending.take(
      PendingRequest(
        uuid: key.uuid, hash: key.hash, connection: facts.connection, side: facts.side,
        type: type, number: number, start: facts.start, delivered: facts.delivered,
        frame: facts.frame, frameEnd: facts.frameEnd, offset: facts.offset, end: facts.end,
        unacknowledgedFrom: facts.unacknowledgedFrom, answerPosition: facts.answerPosition,
        inFlight: conversation.sides[side].outstanding,
        causes: reusesUUID ? facts.causes.union(.uuidReused) : facts.causes,
        isComplete: facts.isComplete, waitedForDelayedACK: facts.waitedForDelayedACK,
        clockEpoch: facts.clockEpoch, previous: previous))
    let keepsType = texts.type.isPresent && type == TypeNumber.none
    if keepsType || !key.uuid.isCanonical {
      keep(texts, in: text, keepsType: keepsType, for: index)
    }
    if previous != .max { pending[previous].next = index }
    conversation.append(index, side: side)
    pendingTable.insert(hash: key.shortHash, slot: index)
    if configuration.timeoutNanoseconds > 0 {
      timeouts.append(
        .init(
          deadline: Self.sum(
            Self.sum(facts.delivered, facts.clockShift), configuration.timeoutNanoseconds),
          slot: index, tag: UInt32(truncatingIfNeeded: number)))
    }
    return (index, conversation.newestOrphan == .max ? nil : firstOrphan(key))
  }

  @inline(never)
  private mutating func keep(
    _ texts: MessageTexts, in text: RawSpan, keepsType: Bool, for index: UInt32
  ) {
    pending[index].kept = kept.add(
      KeptTexts.encode(
        type: keepsType ? text.extracting(texts.type.range) : nil,
        uuid: pending[index].uuid.isCanonical ? nil : text.extracting(texts.uuid.range)))
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
  /// - Parameters:
  ///   - clockEpoch: how often packet time had stepped back by `time`.
  ///   - isDeadline: whether its deadline passed, so that a late answer may follow.
  public mutating func giveUp(
    _ index: UInt32, because reason: UnansweredReason, at time: Int64, clockEpoch: UInt32,
    isWhole: Bool, isDeadline: Bool = false, in conversation: inout Conversation
  ) {
    guard !pending[index].isTold else { return }
    let place = begin(index, isWhole: isWhole)
    completed[place].record.outcome = .unanswered
    completed[place].record.unanswered = reason
    completed[place].record.end = .init(nanoseconds: time)
    if isDeadline {
      completed[place].record.missedDeadline = reason
      pending[index].toldReason = reason.rawValue
    }
    if pending[index].isComplete, pending[index].clockEpoch == clockEpoch {
      completed[place].record.waited = Self.span(from: pending[index].delivered, to: time)
    }
    pending[index].isTold = true
    conversation.sides[Int(pending[index].side)].outstanding -= 1
  }

  /// Makes a place for a transaction that is ready, with what is known by its request.
  mutating func begin(_ index: UInt32, isWhole: Bool) -> UInt32 {
    let place = takePlace()
    completed[place].begin(pending[index], isWhole: isWhole)
    let type = pending[index].type
    completed[place].record.typeNumber = type
    if type != TypeNumber.none { completed[place].record.type = types.text(type) }
    if isWhole || pending[index].kept != 0 { addTexts(of: index, to: place) }
    return place
  }

  /// Adds the texts of a request that its record has not got yet.
  private mutating func addTexts(of index: UInt32, to place: UInt32) {
    let (type, uuid) =
      pending[index].kept == 0 ? (nil, nil) : KeptTexts.decode(kept[pending[index].kept])
    if let type { completed[place].record.type = text(type) }
    if let uuid {
      completed[place].record.uuid = text(uuid)
    } else {
      let start = arena.count
      arena.append(decimal: pending[index].uuid.value)
      completed[place].record.uuid = TextRange(start: start, count: arena.count - start)
    }
  }
}

extension Correlator.CompletedTransaction {
  /// Takes over what is known by the request.
  mutating func begin(_ request: PendingRequest, isWhole: Bool) {
    connection = request.connection
    side = request.side
    self.isWhole = isWhole
    record.number = request.number
    record.revision = request.isTold ? 1 : 0
    record.missedDeadline =
      request.isTold ? UnansweredReason(rawValue: request.toldReason) : nil
    record.start = .init(nanoseconds: request.start)
    record.inFlight = request.inFlight
    if request.isComplete {
      // It ends before it begins when the clock was set back in between.
      if request.delivered >= request.start {
        record.requestTransfer = Correlator.span(from: request.start, to: request.delivered)
      }
      if request.acknowledged != .min {
        record.acknowledged = Correlator.span(from: request.delivered, to: request.acknowledged)
      }
    }
    guard isWhole else { return }
    record.requestFrame = request.frame
    record.requestFrameEnd = request.isComplete ? request.frameEnd : nil
    record.requestOffset = request.offset
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
