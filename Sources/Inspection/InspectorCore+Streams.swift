import ControlProtocol
import Correlation
import Records
import Storage
import Streams
import Wire

extension InspectorCore {
  /// Sets up what is kept for a new connection.
  mutating func begin(_ slot: UInt32) {
    var state = ConversationState()
    let key = reassembler.connections[slot].key
    state.usesNamedPort = isNamed(key.lower.port) || isNamed(key.upper.port)
    state.isParsed = state.usesNamedPort || configuration.detects
    state.endpointHashes = [hash(of: key.lower), hash(of: key.upper)]
    let same = states.take(state)
    precondition(same == slot, "connections and their states share slot numbers")
    health.connections += 1
    settleRoom()
  }

  func isNamed(_ port: UInt16) -> Bool {
    for named in configuration.ports where named == port { return true }
    return false
  }

  /// Sets up the parser of a stream whose first bytes came.
  mutating func start(_ slot: UInt32, _ side: Int, chunk: RawSpan) {
    let ports = configuration.ports
    reassembler.settleClient(slot, isNamed: { ports.contains($0) })
    let isWhole = reassembler.connections[slot].streams[side].beganWithSYN
    states[slot].sides[side].isStarted = true
    states[slot].sides[side].isJoining = !isWhole
    states[slot].sides[side].parser = StreamParser(
      joinedMidstream: !isWhole,
      detecting: !states[slot].usesNamedPort && !states[slot].isDetected)
    if states[slot].look == .nothing { states[slot].look = TrafficSurvey.Look(firstBytes: chunk) }
    if streams != nil { beginStreaming(slot) }
  }

  /// Reads the next bytes of a stream.
  mutating func read(_ chunk: RawSpan, mark: ArrivalMark, slot: UInt32, side: Int) {
    if !states[slot].sides[side].isStarted { start(slot, side, chunk: chunk) }
    if states[slot].isStreamed {
      stream(chunk, slot, side)
      settleStreaming(slot)
    }
    guard states[slot].isParsed, !states[slot].sides[side].isFinished else { return }
    var position = 0
    while position < chunk.byteCount || states[slot].sides[side].parser.mayTell,
      let event = parser.next(
        in: chunk, at: &position, mark: mark, of: &states[slot].sides[side].parser)
    {
      take(event, slot: slot, side: side, cut: [])
    }
    if parser.hasMuted { countMuted(slot, side) }
  }

  /// What a message must know again of the bytes that were delivered last.
  @inline(__always)
  func mark(of arrival: Arrival, _ slot: UInt32, _ side: Int) -> ArrivalMark {
    ArrivalMark(
      word0: UInt64(bitPattern: arrival.time),
      word1: UInt64(bitPattern: reassembler.connections[slot].streams[side].delivered),
      word2: arrival.frame, word3: arrival.acknowledged)
  }

  /// Goes on behind bytes that the capture lacks.
  mutating func skip(_ range: Range<UInt64>, as reason: GapReason, slot: UInt32, side: Int) {
    if !states[slot].sides[side].isStarted { start(slot, side, chunk: RawSpan()) }
    if states[slot].isStreamed { streamGap(range, reason, slot, side) }
    guard states[slot].isParsed, !states[slot].sides[side].isFinished else { return }
    parser.skipGap(
      of: range.upperBound - range.lowerBound, in: &states[slot].sides[side].parser)
    let cut: Causes = reason == .snaplen ? .snaplen : .gap
    while let event = parser.nextPending(of: &states[slot].sides[side].parser) {
      take(event, slot: slot, side: side, cut: cut)
    }
  }

  /// Ends the parser of a stream that is over.
  mutating func finishParser(_ slot: UInt32, _ side: Int) {
    guard states[slot].isParsed, states[slot].sides[side].isStarted,
      !states[slot].sides[side].isFinished
    else { return }
    states[slot].sides[side].isFinished = true
    parser.finish(&states[slot].sides[side].parser)
    while let event = parser.nextPending(of: &states[slot].sides[side].parser) {
      take(event, slot: slot, side: side, cut: [])
    }
  }
}
