import Records
import Storage
import Streams
import Wire

extension InspectorCore {
  /// Puts a fragment to its datagram. A complete datagram goes on as if the packet that completed it
  /// had carried all of it: its bytes were first sent, and arrived, when that packet was captured.
  ///
  /// - Parameter depth: how many datagrams the fragment lies in.
  mutating func take(
    _ fragment: IPFragment, of packet: Packet, frame: DecodedFrame, bytes: RawSpan, depth: Int
  ) {
    let (time, overflow) = now.addingReportingOverflow(reassembler.clockShift)
    let outcome = fragments.take(
      fragment, frame: frame, bytes: bytes, packet: packet, time: overflow ? .max : time)
    switch outcome {
    case .kept:
      if heldBytes > room { relieve() }
    case .copy:
      health.duplicatePackets += 1
    case .completed(let datagram):
      decode(datagram, of: packet, frame: frame, depth: depth)
    }
  }

  private mutating func decode(
    _ datagram: FragmentTable.Datagram, of packet: Packet, frame: DecodedFrame, depth: Int
  ) {
    var frame = frame
    let bytes = unsafe datagram.bytes.span.bytes
    switch FrameDecoder.decodeDatagram(
      bytes, wireLength: datagram.wireLength, protocol: datagram.protocol, into: &frame)
    {
    case .segment:
      var packet = packet
      take(&frame, packet: &packet, bytes: bytes, after: PlainStep())
    case .fragment(let fragment):
      guard depth < FrameDecoder.maximumDepth else {
        undecoded[Int(StopReason.nestedTooDeep.rawValue)] += 1
        return
      }
      take(fragment, of: packet, frame: frame, bytes: bytes, depth: depth + 1)
    case .stopped(let reason):
      undecoded[Int(reason.rawValue)] += 1
    }
  }
}
