import ControlProtocol
import Correlation
import Records
import Storage
import Streams
import Wire

extension InspectorCore {
  /// Takes what the parser found in a stream.
  ///
  /// - Parameter cut: why messages that are incomplete now are.
  mutating func take(_ event: ParserEvent, slot: UInt32, side: Int, cut: Causes) {
    switch event {
    case .diagnostic: takeDiagnostic(slot: slot, side: side)
    case .message: takeMessage(slot: slot, side: side, cut: cut)
    }
  }

  private mutating func takeMessage(slot: UInt32, side: Int, cut: Causes) {
    if parser.message.echoContext != .none, isEcho(slot: slot, side: side) {
      return takeEcho(slot: slot, side: side)
    }
    if !states[slot].isDetected { noteDetection(slot, side) }
    noteMessage(slot: slot, side: side)
    let kind = parser.message.kind
    // It arrives while the message is told.
    correlator.prefetch(
      uuidNumber: parser.message.uuidNumber, connection: reassembler.connections[slot].number,
      asker: UInt8(truncatingIfNeeded: kind == .request ? side : 1 - side))
    // What answers is compared with the request's type, and needs no number.
    let type = kind == .response ? TypeNumber.none : typeNumber()
    tellMessage(type: type, isEchoed: false, slot: slot, side: side)
    let isJoining = states[slot].sides[side].isJoining
    states[slot].sides[side].isJoining = false
    guard kind != .notification else { return noteSize(slot: slot, side: side) }
    takeFacts(slot: slot, side: side)
    if !parser.message.isComplete { facts.causes.formUnion(cut) }
    if isJoining { facts.causes.insert(.joinedMidstream) }
    noteSize(slot: slot, side: side)
    guard parser.message.uuid.isPresent else { return }
    if kind == .request {
      takeRequest(type: type, slot: slot, side: side)
    } else {
      takeResponse(slot: slot, side: side)
    }
  }

  /// Notes a large message for what comes behind it.
  @inline(__always)
  private mutating func noteSize(slot: UInt32, side: Int) {
    guard parser.message.end - parser.message.start >= Correlator.largeMessage else { return }
    states[slot].sides[side].lastLarge = Int64(bitPattern: parser.message.endMark.word1)
  }

  /// The number of the type of the message at hand.
  @inline(__always)
  private mutating func typeNumber() -> UInt32 {
    Self.typeNumber(readBy: parser, in: &correlator)
  }

  // The parser's text is borrowed while the correlator changes: each is passed by itself.
  @inline(__always)
  private static func typeNumber(
    readBy parser: borrowing MessageParser, in correlator: inout Correlator
  ) -> UInt32 {
    correlator.typeNumber(parser.message.type, in: parser.messageText)
  }

  /// Whether a Request is a quotation of one that the other side sent.
  @inline(never)
  private mutating func isEcho(slot: UInt32, side: Int) -> Bool {
    let message = parser.message
    guard message.kind == .request, message.echoContext != .none else { return false }
    let number = reassembler.connections[slot].number
    if message.contentHash != 0,
      quotable.contains(
        message.contentHash, length: message.end - message.start, connection: number,
        side: 1 - side)
    {
      return true
    }
    guard message.echoContext == .afterReceipt else { return false }
    // The original may lie where the capture saw nothing.
    let other = reassembler.connections[slot].streams[1 - side]
    let missing = reassembler.missingEnd(slot, 1 - side)
    return !other.hasOrigin || !other.beganWithSYN || missing > 0
  }

  @inline(never)
  private mutating func takeEcho(slot: UInt32, side: Int) {
    var record = diagnosticRecord(.echoedRequest, slot: slot, side: side)
    record.time = CaptureTime(nanoseconds: Int64(bitPattern: parser.message.startMark.word0))
    place(&record, parser.message.startMark.word2)
    record.offset = parser.message.start
    record.length = parser.message.end - parser.message.start
    tell(record, slot: slot, side: side)
    if !states[slot].isDetected { noteDetection(slot, side) }
    noteMessage(slot: slot, side: side)
    states[slot].requests &-= 1
    tellMessage(type: TypeNumber.none, isEchoed: true, slot: slot, side: side)
    states[slot].sides[side].isJoining = false
  }

  /// The first message of a connection proves what it is.
  @inline(never)
  private mutating func noteDetection(_ slot: UInt32, _ side: Int) {
    states[slot].isDetected = true
    tellHeldComments(slot)
    health.protocolConnections += 1
    if states[slot].sides[1 - side].isStarted, !states[slot].sides[1 - side].isFinished {
      parser.adopt(&states[slot].sides[1 - side].parser)
    }
  }

  @inline(__always)
  private mutating func noteMessage(slot: UInt32, side: Int) {
    switch parser.message.kind {
    case .request:
      states[slot].requests &+= 1
      if parser.message.contentHash != 0 {
        quotable.insert(
          parser.message.contentHash, length: parser.message.end - parser.message.start,
          connection: reassembler.connections[slot].number, side: side)
      }
    case .response:
      states[slot].responses &+= 1
    case .notification:
      states[slot].notifications &+= 1
    }
  }

  @inline(__always)
  private mutating func tellMessage(type: UInt32, isEchoed: Bool, slot: UInt32, side: Int) {
    guard countsMessages else {
      return tellMessageRecord(type: type, isEchoed: isEchoed, slot: slot, side: side)
    }
    counter.count(
      CountedMessage(
        kind: parser.message.kind, direction: direction(slot, side), isEchoed: isEchoed,
        hasUUID: parser.message.uuid.isPresent, typeNumber: type,
        end: Int64(bitPattern: parser.message.endMark.word1)),
      type: parser.message.type, text: parser.messageText)
  }

  private mutating func tellMessageRecord(
    type: UInt32, isEchoed: Bool, slot: UInt32, side: Int
  ) {
    // Its place is used again, and who it is between stays while the connection does.
    if !isIdentified || messageRecord.identity.connection != reassembler.connections[slot].number {
      messageRecord.identity = identity(of: slot)
    }
    messageRecord.direction = direction(slot, side)
    messageRecord.isEchoed = isEchoed
    messageRecord.typeNumber = type
    messageRecord.fill(from: parser.message)
    if isEchoed { messageRecord.diagnostics.insert(.echoedRequest) }
    Self.place(
      &messageRecord, parser.message.startMark.word2, parser.message.endMark.word2,
      hasSeveralInputs: configuration.hasSeveralInputs)
    sink.take(messageRecord, parameters: parser.parameters, text: parser.text)
  }

  /// What pairing must know of the message at hand.
  @inline(__always)
  private mutating func takeFacts(slot: UInt32, side: Int) {
    facts.connection = slot
    facts.connectionNumber = reassembler.connections[slot].number
    facts.side = UInt8(truncatingIfNeeded: side)
    facts.offset = parser.message.start
    facts.end = parser.message.end
    facts.isComplete = parser.message.isComplete
    facts.status = parser.message.status
    facts.uuidNumber = parser.message.uuidNumber
    facts.start = Int64(bitPattern: parser.message.startMark.word0)
    facts.delivered = Int64(bitPattern: parser.message.endMark.word1)
    facts.frame = parser.message.startMark.word2
    facts.frameEnd = parser.message.endMark.word2
    facts.unacknowledgedFrom = Arrival.offset(
      lowBits: UInt32(truncatingIfNeeded: parser.message.startMark.word3),
      before: parser.message.start)
    facts.otherAcknowledged = UInt32(truncatingIfNeeded: parser.message.startMark.word3 >> 32)
    facts.answerPosition = answerPosition(slot, side)
    facts.clockEpoch = heldEpoch ?? deliveryEpoch(slot, side)
    facts.clockShift =
      facts.clockEpoch == clockEpoch
      ? correlator.clockShift
      : reassembler.clockShift(of: UInt8(truncatingIfNeeded: facts.clockEpoch))
    facts.lastLarge = states[slot].sides[side].lastLarge
    facts.causes = facts.delivered < facts.start ? .clockStep : []
    facts.waitedForDelayedACK = false
    if Correlator.delayedACK.contains(facts.delivered &- facts.start) {
      let acknowledged = Arrival.offset(
        lowBits: UInt32(truncatingIfNeeded: parser.message.endMark.word3),
        before: parser.message.end)
      facts.waitedForDelayedACK = acknowledged > parser.message.start
    }
    if isTroubled(
      slot, side, from: parser.message.start, at: Int64(bitPattern: parser.message.endMark.word0),
      of: facts.clockEpoch)
    {
      facts.causes.formUnion(arrivalCauses(slot: slot, side: side))
    }
  }

  /// How often packet time had been set back at the time of what a stream delivered last.
  @inline(__always)
  func deliveryEpoch(_ slot: UInt32, _ side: Int) -> UInt32 {
    let lowBits = reassembler.connections[slot].streams[side].clockEpoch
    return clockEpoch &- UInt32(UInt8(truncatingIfNeeded: clockEpoch) &- lowBits)
  }

  /// Where in the other stream the answer to the message at hand can lie at the earliest: at the next byte,
  /// or, when the message waited or was held back while more of that stream came or was given up, behind
  /// what was acknowledged before.
  @inline(__always)
  private func answerPosition(_ slot: UInt32, _ side: Int) -> UInt64 {
    guard
      heldEpoch != nil
        || reassembler.connections[slot].streams[1 - side].delivered > facts.start
        || reassembler.missingEnd(slot, 1 - side) > 0
    else { return reassembler.connections[slot].streams[1 - side].position }
    let next = reassembler.connections[slot].streams[1 - side].next
    return Arrival.offset(lowBits: facts.otherAcknowledged, before: next)
  }

  @inline(never)
  private func arrivalCauses(slot: UInt32, side: Int) -> Causes {
    var causes = Causes()
    let trouble = reassembler.arrivalTrouble(
      slot, side, parser.message.start..<parser.message.end,
      arrivingAt: Int64(bitPattern: parser.message.endMark.word0),
      of: UInt8(truncatingIfNeeded: facts.clockEpoch))
    if trouble.waitedBehindGap { causes.insert(.gap) }
    if trouble.isReordered { causes.insert(.reordered) }
    return causes
  }

  // MARK: - Diagnostics

  private mutating func takeDiagnostic(slot: UInt32, side: Int) {
    let diagnostic = parser.diagnostic
    // It may be short, and given up because all that is held is too much.
    if diagnostic.code == .messageTruncated, !isGivingUp { health.limits.messages += 1 }
    guard count(diagnostic.code, slot: slot, side: side) else { return }
    var record = diagnosticRecord(diagnostic.code, slot: slot, side: side)
    record.time = CaptureTime(nanoseconds: Int64(bitPattern: diagnostic.mark.word0))
    place(&record, diagnostic.mark.word2)
    record.offset = diagnostic.offset
    record.length = diagnostic.length
    record.excerpt = diagnostic.excerpt
    sink.take(record, text: parser.text)
  }

  mutating func tellConflict(_ conflict: OverlapConflict, slot: UInt32, side: Int) {
    if states[slot].isStreamed { streamConflict(conflict, slot, side) }
    var record = diagnosticRecord(.overlapConflict, slot: slot, side: side)
    record.time = CaptureTime(nanoseconds: conflict.arrival.time)
    place(&record, conflict.arrival.frame)
    record.offset = conflict.offset
    record.length = conflict.length
    record.detail = .laterCopyDiffers
    tell(record, slot: slot, side: side)
  }

  /// Tells a diagnostic that shows no captured text, unless its code was told often enough.
  mutating func tell(_ record: DiagnosticRecord, slot: UInt32, side: Int) {
    guard count(record.code, slot: slot, side: side) else { return }
    sink.take(record, text: RawSpan())
  }

  /// Counts diagnostics of a stream.
  ///
  /// - Returns: whether the last of them is still told by itself.
  private mutating func count(
    _ code: DiagnosticCode, adding more: UInt32 = 1, slot: UInt32, side: Int
  ) -> Bool {
    if states[slot].tally == ConversationState.noTally {
      states[slot].tally = tallies.take(DiagnosticTally())
    }
    let tally = states[slot].tally
    var count = tallies[tally].count(code, side: side, adding: more)
    if count == 0 {
      if tallies[tally].table == DiagnosticTally.none { tallies[tally].table = takeTable() }
      count = tables[Int(tallies[tally].table)].count(code, side: side, adding: more)
    }
    if count >= DiagnosticTally.told { states[slot].sides[side].parser.muted.insert(code) }
    return count <= DiagnosticTally.told
  }

  /// Counts what was noted of codes that were told often enough.
  @inline(never)
  mutating func countMuted(_ slot: UInt32, _ side: Int) {
    var muted = parser.takeMuted()
    while let (code, more) = muted.next() {
      _ = count(code, adding: more, slot: slot, side: side)
    }
  }

  private mutating func takeTable() -> UInt32 {
    if let index = freeTables.popLast() {
      tables[Int(index)] = DiagnosticTable()
      return index
    }
    tables.append(DiagnosticTable())
    return UInt32(tables.count - 1)
  }

  func diagnosticRecord(_ code: DiagnosticCode, slot: UInt32, side: Int) -> DiagnosticRecord {
    var record = DiagnosticRecord()
    record.identity = currentIdentity(of: slot)
    record.direction = direction(slot, side)
    record.code = code
    return record
  }

  /// Tells what was counted but not told one by one.
  mutating func tellUntold(_ slot: UInt32) {
    let tally = states[slot].tally
    guard tally != ConversationState.noTally else { return }
    let table = tallies[tally].table
    for side in 0..<2 {
      var untold = tallies[tally].untold(side: side)
      if table != DiagnosticTally.none {
        untold.formUnion(tables[Int(table)].untold(side: side))
      }
      while untold.rawValue != 0 {
        let number = untold.rawValue.trailingZeroBitCount
        untold.rawValue &= untold.rawValue - 1
        guard let code = DiagnosticCode(rawValue: UInt8(number)) else { continue }
        tellUntold(code, slot, side, tally: tally)
      }
    }
    if table != DiagnosticTally.none { freeTables.append(table) }
    tallies.giveBack(tally)
    states[slot].tally = ConversationState.noTally
  }

  private func tellUntold(_ code: DiagnosticCode, _ slot: UInt32, _ side: Int, tally: UInt32) {
    var count = tallies[tally].count(of: code, side: side)
    if count == 0 { count = tables[Int(tallies[tally].table)].count(of: code, side: side) }
    var record = diagnosticRecord(code, slot: slot, side: side)
    record.time = CaptureTime(nanoseconds: reassembler.connections[slot].end)
    record.offset = states[slot].sides[side].parser.offset
    record.count = UInt64(count - DiagnosticTally.told)
    record.detail = .toldAsOne
    sink.take(record, text: RawSpan())
  }

  // MARK: - Who and where

  func direction(_ slot: UInt32, _ side: Int) -> Direction {
    side == Int(reassembler.connections[slot].clientSide) ? .clientToServer : .serverToClient
  }

  /// Who a connection is between; made anew when another connection than the last is asked for.
  mutating func identity(of slot: UInt32) -> ConnectionIdentity {
    let number = reassembler.connections[slot].number
    if identified.connection == number, isIdentified { return identified }
    identified = currentIdentity(of: slot)
    // Until the client is settled the roles may change.
    isIdentified = reassembler.connections[slot].clientKnown != .unknown
    return identified
  }

  func currentIdentity(of slot: UInt32) -> ConnectionIdentity {
    var identity = ConnectionIdentity()
    let client = Int(reassembler.connections[slot].clientSide)
    identity.connection = reassembler.connections[slot].number
    identity.tcpStream = reassembler.connections[slot].tcpStream
    identity.client = reassembler.connections[slot].key.endpoint(client)
    identity.server = reassembler.connections[slot].key.endpoint(1 - client)
    identity.vlans = reassembler.connections[slot].key.vlans
    identity.tunnel = reassembler.connections[slot].key.tunnel
    identity.input = configuration.hasSeveralInputs ? reassembler.connections[slot].input : nil
    return identity
  }
}

extension MessageRecord {
  /// Takes over what the parser read.
  fileprivate mutating func fill(from message: borrowing Message) {
    kind = message.kind
    isComplete = message.isComplete
    type = message.type
    uuid = message.uuid
    status = message.status
    statusText = message.statusText
    code = message.code
    reason = message.reason
    start = CaptureTime(nanoseconds: Int64(bitPattern: message.startMark.word0))
    end = CaptureTime(nanoseconds: Int64(bitPattern: message.endMark.word1))
    offset = message.start
    length = message.end - message.start
    diagnostics = message.diagnostics
  }
}
