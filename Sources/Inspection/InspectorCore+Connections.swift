import ControlProtocol
import Records
import Storage
import Streams
import Wire

extension InspectorCore {
  /// What is told of a connection. `ended` is how it ends, unless it was over before.
  func connectionRecord(_ slot: UInt32, ended: ConnectionRecord.Ended) -> ConnectionRecord {
    var record = ConnectionRecord()
    record.identity = currentIdentity(of: slot)
    let connection = reassembler.connections[slot]
    record.clientKnown =
      switch connection.clientKnown {
      case .handshake: .handshake
      case .port: .port
      case .unknown, .guess: .guess
      }
    record.start = CaptureTime(nanoseconds: connection.start)
    record.end = CaptureTime(nanoseconds: connection.end)
    record.ended =
      switch connection.phase {
      case .open: ended
      case .closed: .fin
      case .reset: .reset
      }
    if connection.serverHandshake != .max { record.handshakeServer = connection.serverHandshake }
    if connection.clientHandshake != .max { record.handshakeClient = connection.clientHandshake }
    record.vantage = vantage(record)
    record.protocolKnown =
      states[slot].isDetected ? .detected : states[slot].usesNamedPort ? .port : .other
    record.requests = UInt64(states[slot].requests)
    record.responses = UInt64(states[slot].responses)
    record.notifications = UInt64(states[slot].notifications)
    record.reusesPorts = connection.reusesPorts
    let client = Int(connection.clientSide)
    record.clientToServer = counts(slot, client)
    record.serverToClient = counts(slot, 1 - client)
    record.acknowledgedUnseen =
      reassembler.acknowledgedUnseen(slot, 0) + reassembler.acknowledgedUnseen(slot, 1)
    return record
  }

  /// Where the capture was made: at the end whose handshake round trip is the far shorter one.
  private func vantage(_ record: ConnectionRecord) -> ConnectionRecord.Vantage? {
    guard let client = record.handshakeClient, let server = record.handshakeServer else {
      return nil
    }
    if client <= server / 5 { return .client }
    if server <= client / 5 { return .server }
    return .middle
  }

  private func counts(_ slot: UInt32, _ side: Int) -> StreamCounts {
    let stream = reassembler.connections[slot].streams[side]
    let own = states[slot].sides[side]
    var counts = StreamCounts()
    counts.packets = stream.packets
    counts.bytes = stream.bytes
    var ledger = Ledger()
    if let trouble = reassembler.trouble(slot, side) {
      counts.retransmittedSegments = trouble.retransmittedSegments
      counts.outOfOrderSegments = trouble.outOfOrderSegments
      counts.duplicatePackets = trouble.duplicatePackets
      counts.overlapConflicts = trouble.overlapConflicts
      counts.gaps = trouble.gaps
      counts.zeroWindows = trouble.zeroWindows
      counts.keepAlives = trouble.keepAlives
      counts.beforeOrigin = trouble.beforeOrigin
      counts.spuriousRetransmissions = trouble.spuriousRetransmissions
      counts.lostSegments = trouble.lostSegments
      counts.ackedLostSegments = trouble.ackedLostSegments
      counts.zeroWindowProbes = trouble.zeroWindowProbes
      counts.outOfWindowSegments = trouble.outOfWindowSegments
      counts.outOfWindowBytes = trouble.outOfWindowBytes
      counts.fragmentedSegments = trouble.fragmentedSegments
      counts.bytesAfterFIN = trouble.bytesAfterFIN
      counts.resetBytes = trouble.resetBytes
      counts.bytesAfterReset = trouble.bytesAfterReset
      ledger.missingAcked = trouble.missing[Int(GapReason.acked.rawValue)]
      ledger.missingAged = trouble.missing[Int(GapReason.aged.rawValue)]
      ledger.missingLimit = trouble.missing[Int(GapReason.limit.rawValue)]
      ledger.missingEnd = trouble.missing[Int(GapReason.end.rawValue)]
      ledger.missingSnaplen = trouble.missing[Int(GapReason.snaplen.rawValue)]
      ledger.pending = UInt64(trouble.waitingBytes)
    }
    ledger.length = stream.next + ledger.pending
    if states[slot].isParsed, own.isStarted {
      ledger.messages = own.parser.messageBytes
      ledger.separators = own.parser.separatorBytes
      let skipped = parser.skipped(in: own.parser)
      ledger.junk = skipped.junk
      ledger.joinedMidstream = skipped.joinedMidstream
      ledger.messageTruncated = skipped.messageTruncated
      ledger.otherProtocol = skipped.otherProtocol
      ledger.pending += parser.pendingBytes(of: own.parser)
      ledger.pending += heldBackCount(slot, side)
    } else {
      ledger.otherProtocol = stream.next - ledger.missing
    }
    counts.ledger = ledger
    return counts
  }
}
