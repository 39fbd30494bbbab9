import ControlProtocol
import Records
import Storage
import Streams

/// What goes to the stream sink, when there is one.
extension InspectorCore {
  /// Begins with the first byte or gap of a connection, unless nobody will want it.
  mutating func beginStreaming(_ slot: UInt32) {
    guard !states[slot].isStreamed, !states[slot].isUnwanted,
      states[slot].isParsed || configuration.showsOtherConnections
    else { return }
    states[slot].isStreamed = true
    streams?.begin(currentIdentity(of: slot))
  }

  func stream(_ chunk: RawSpan, _ slot: UInt32, _ side: Int) {
    guard chunk.byteCount > 0 else { return }
    streams?.take(
      chunk, connection: reassembler.connections[slot].number, direction: direction(slot, side))
  }

  func streamGap(_ range: Range<UInt64>, _ reason: GapReason, _ slot: UInt32, _ side: Int) {
    streams?.skip(
      range, reason: reason.name, connection: reassembler.connections[slot].number,
      direction: direction(slot, side))
  }

  func streamConflict(_ conflict: OverlapConflict, _ slot: UInt32, _ side: Int) {
    streams?.conflict(
      conflict.offset..<(conflict.offset + conflict.length),
      connection: reassembler.connections[slot].number, direction: direction(slot, side))
  }

  /// Ends it for a connection in which no message can be found any more.
  mutating func settleStreaming(_ slot: UInt32) {
    guard states[slot].isStreamed, !configuration.showsOtherConnections,
      !states[slot].usesNamedPort, !states[slot].isDetected,
      states[slot].sides[0].parser.isIgnored, states[slot].sides[1].parser.isIgnored
    else { return }
    states[slot].isStreamed = false
    states[slot].isUnwanted = true
    streams?.giveUp(connection: reassembler.connections[slot].number)
  }
}

extension GapReason {
  /// The name in records.
  var name: String {
    switch self {
    case .acked: "acked"
    case .aged: "aged"
    case .limit: "limit"
    case .end: "end"
    case .snaplen: "snaplen"
    }
  }
}
