import ControlProtocol
import Records
import Storage
import Streams
import Wire

/// What somebody wrote about a packet of a connection that may turn out to be none of the protocol.
struct HeldComment {
  var connection: UInt64
  var record: DiagnosticRecord
  var text: [UInt8]
}

extension InspectorCore {
  /// Comments that wait until their connection is known to be of interest; the oldest go first.
  private static var mostHeldComments: Int { 64 }

  /// Tells the comment on a packet that was just inspected, or keeps it until a message is read in
  /// the packet's connection.
  mutating func annotate(_ packet: Packet, bytes: RawSpan, comment: RawSpan) {
    var frame = DecodedFrame()
    guard case .segment = FrameDecoder.decode(bytes, linkType: packet.linkType, into: &frame),
      let slot = reassembler.connection(of: frame)
    else { return }
    let side = Reassembler.side(of: frame)
    var record = diagnosticRecord(.packetComment, slot: slot, side: side)
    record.time = packet.time
    place(&record, packet.number & 0xffff_ffff_ffff | UInt64(packet.input) << 48)
    record.offset = reassembler.offset(of: frame, slot: slot)
    if frame.payloadLength > 0 { record.length = UInt64(frame.payloadLength) }
    record.comment = TextRange(start: 0, count: comment.byteCount)
    if states[slot].isDetected || states[slot].usesNamedPort {
      sink.take(record, text: comment)
    } else {
      if heldComments.count == Self.mostHeldComments { heldComments.removeFirst() }
      heldComments.append(
        HeldComment(
          connection: reassembler.connections[slot].number, record: record,
          text: unsafe comment.withUnsafeBytes { unsafe Array($0) }))
    }
  }

  /// Tells what was written about the packets before a connection's first message.
  mutating func tellHeldComments(_ slot: UInt32) {
    guard !heldComments.isEmpty else { return }
    let number = reassembler.connections[slot].number
    for held in heldComments where held.connection == number {
      unsafe sink.take(held.record, text: held.text.span.bytes)
    }
    heldComments.removeAll { $0.connection == number }
  }
}
