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
    let message = parser.message
    if message.echoContext != .none, isEcho(message, slot: slot, side: side) {
      return takeEcho(message, slot: slot, side: side)
    }
    if !states[slot].isDetected { noteDetection(slot, side) }
    note(message, slot: slot, side: side)
    // What answers is compared with the request's type, and needs no number.
    let type = message.kind == .response ? TypeNumber.none : typeNumber(message.type)
    tellMessage(message, type: type, isEchoed: false, slot: slot, side: side)
    let isJoining = states[slot].sides[side].isJoining
    states[slot].sides[side].isJoining = false
    guard message.kind != .notification else { return }
    var facts = facts(of: message, slot: slot, side: side)
    if !message.isComplete { facts.causes.formUnion(cut) }
    if isJoining { facts.causes.insert(.joinedMidstream) }
    if message.end - message.start >= Correlator.largeMessage {
      states[slot].sides[side].lastLarge = facts.delivered
    }
    guard message.uuid.isPresent else { return }
    if message.kind == .request {
      takeRequest(message, facts: facts, type: type, slot: slot, side: side)
    } else {
      takeResponse(message, facts: facts, slot: slot, side: side)
    }
  }

  @inline(__always)
  private mutating func typeNumber(_ type: TextRange) -> UInt32 {
    Self.typeNumber(type, readBy: parser, in: &correlator)
  }

  @inline(__always)
  private static func typeNumber(
    _ type: TextRange, readBy parser: borrowing MessageParser, in correlator: inout Correlator
  ) -> UInt32 {
    correlator.typeNumber(type, in: parser.text)
  }

  /// Whether a Request is a quotation of one that the other side sent.
  private func isEcho(_ message: Message, slot: UInt32, side: Int) -> Bool {
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
    return !other.isCaptured || !other.beganWithSYN || missing > 0
  }

  private mutating func takeEcho(_ original: Message, slot: UInt32, side: Int) {
    var message = original
    message.diagnostics.insert(.echoedRequest)
    var record = diagnosticRecord(.echoedRequest, slot: slot, side: side)
    record.time = CaptureTime(nanoseconds: Int64(bitPattern: message.startMark.word0))
    place(&record, message.startMark.word2)
    record.offset = message.start
    record.length = message.end - message.start
    tell(record, slot: slot, side: side)
    if !states[slot].isDetected { noteDetection(slot, side) }
    note(message, slot: slot, side: side)
    states[slot].requests &-= 1
    tellMessage(message, type: TypeNumber.none, isEchoed: true, slot: slot, side: side)
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
  private mutating func note(_ message: Message, slot: UInt32, side: Int) {
    switch message.kind {
    case .request:
      states[slot].requests &+= 1
      if message.contentHash != 0 {
        quotable.insert(
          message.contentHash, length: message.end - message.start,
          connection: reassembler.connections[slot].number, side: side)
      }
    case .response:
      // Who answers by the protocol does not quote.
      states[slot].sides[1 - side].parser.wantsContentHash = false
      states[slot].responses &+= 1
    case .notification:
      states[slot].notifications &+= 1
    }
  }

  private mutating func tellMessage(
    _ message: Message, type: UInt32, isEchoed: Bool, slot: UInt32, side: Int
  ) {
    messageRecord.direction = direction(slot, side)
    messageRecord.kind = message.kind
    messageRecord.isEchoed = isEchoed
    messageRecord.type = message.type
    messageRecord.typeNumber = type
    messageRecord.uuid = message.uuid
    messageRecord.end = CaptureTime(nanoseconds: Int64(bitPattern: message.endMark.word1))
    if readsMessages { fillMessageRecord(message, slot: slot) }
    sink.take(messageRecord, parameters: parser.parameters, text: parser.text)
  }

  /// Fills in what only those read who show messages.
  private mutating func fillMessageRecord(_ message: Message, slot: UInt32) {
    // Its place is used again, and who it is between stays while the connection does.
    if !isIdentified || messageRecord.identity.connection != reassembler.connections[slot].number {
      messageRecord.identity = identity(of: slot)
    }
    messageRecord.isComplete = message.isComplete
    messageRecord.status = message.status
    messageRecord.statusText = message.statusText
    messageRecord.code = message.code
    messageRecord.reason = message.reason
    messageRecord.start = CaptureTime(nanoseconds: Int64(bitPattern: message.startMark.word0))
    Self.place(
      &messageRecord, message.startMark.word2, message.endMark.word2,
      hasSeveralInputs: configuration.hasSeveralInputs)
    messageRecord.offset = message.start
    messageRecord.length = message.end - message.start
    messageRecord.diagnostics = message.diagnostics
  }

  @inline(__always)
  private func facts(of message: Message, slot: UInt32, side: Int) -> MessageFacts {
    var facts = MessageFacts()
    facts.connection = slot
    facts.connectionNumber = reassembler.connections[slot].number
    facts.side = UInt8(truncatingIfNeeded: side)
    facts.start = Int64(bitPattern: message.startMark.word0)
    facts.delivered = Int64(bitPattern: message.endMark.word1)
    facts.frame = message.startMark.word2
    facts.frameEnd = message.endMark.word2
    facts.unacknowledgedFrom = Arrival.offset(
      lowBits: UInt32(truncatingIfNeeded: message.startMark.word3), before: message.start)
    facts.otherAcknowledged = UInt32(truncatingIfNeeded: message.startMark.word3 >> 32)
    facts.answerOffset = reassembler.connections[slot].streams[1 - side].next
    facts.clockEpoch = clockEpoch
    facts.lastLarge = states[slot].sides[side].lastLarge
    if !reassembler.isUntroubled(
      slot, side, from: message.start, at: Int64(bitPattern: message.endMark.word0))
    {
      facts.causes = arrivalCauses(of: message, slot: slot, side: side)
    }
    return facts
  }

  @inline(never)
  private func arrivalCauses(of message: Message, slot: UInt32, side: Int) -> Causes {
    var causes = Causes()
    let trouble = reassembler.arrivalTrouble(
      slot, side, message.start..<message.end,
      arrivingAt: Int64(bitPattern: message.endMark.word0))
    if trouble.waitedBehindGap { causes.insert(.gap) }
    if trouble.isReordered { causes.insert(.reordered) }
    return causes
  }

  // MARK: - Diagnostics

  private mutating func takeDiagnostic(slot: UInt32, side: Int) {
    let diagnostic = parser.diagnostic
    if diagnostic.code == .junk || diagnostic.code == .joinedMidstream {
      // Whoever sends what is no message may quote the requests of the other side.
      states[slot].sides[1 - side].parser.wantsContentHash = true
    }
    if diagnostic.code == .messageTruncated { health.limits.messages += 1 }
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
    record.detail = "a later copy of these bytes differs; the first copy stands"
    tell(record, slot: slot, side: side)
  }

  /// Tells a diagnostic that shows no captured text, unless its code was told often enough.
  mutating func tell(_ record: DiagnosticRecord, slot: UInt32, side: Int) {
    guard count(record.code, slot: slot, side: side) else { return }
    sink.take(record, text: RawSpan())
  }

  private mutating func count(_ code: DiagnosticCode, slot: UInt32, side: Int) -> Bool {
    if states[slot].tally == ConversationState.noTally {
      states[slot].tally = tallies.take(DiagnosticTally())
    }
    let tally = states[slot].tally
    var count = tallies[tally].count(code, side: side)
    if count == 0 {
      if tallies[tally].table == DiagnosticTally.none { tallies[tally].table = takeTable() }
      count = tables[Int(tallies[tally].table)].count(code, side: side)
    }
    return count <= DiagnosticTally.told
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
    if !tallies[tally].isAllTold {
      for side in 0..<2 {
        for code in DiagnosticCode.allCases {
          var count = tallies[tally].count(of: code, side: side)
          if count == 0, table != DiagnosticTally.none {
            count = tables[Int(table)].count(of: code, side: side)
          }
          guard count > DiagnosticTally.told else { continue }
          var record = diagnosticRecord(code, slot: slot, side: side)
          record.time = CaptureTime(nanoseconds: reassembler.connections[slot].end)
          record.offset = states[slot].sides[side].parser.offset
          record.count = UInt64(count - DiagnosticTally.told)
          record.detail = "more of these in this stream, told as one"
          sink.take(record, text: RawSpan())
        }
      }
    }
    if table != DiagnosticTally.none { freeTables.append(table) }
    tallies.giveBack(tally)
    states[slot].tally = ConversationState.noTally
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
