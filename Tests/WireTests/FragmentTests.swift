import TestSupport
import Testing
import Wire

@Suite struct FragmentTests {
  /// Parts put together again by their offsets are the payload, and decode to the same segment.
  @Test(arguments: [false, true], [8, 16, 24])
  func partsMakeTheDatagram(isIPv6: Bool, size: Int) {
    var packet = Stack.packet(isIPv6: isIPv6)
    packet.identification = isIPv6 ? 0x1234_5678 : 0x5678
    let fragments = packet.fragments(ofSize: size)
    var payload = [UInt8](repeating: 0, count: packet.segment().count)
    var frame = DecodedFrame()
    for (index, bytes) in fragments.enumerated() {
      let framed = PacketBuilder.ethernet(bytes, vlans: [5])
      let (outcome, decoded) = FrameDecoderTests.decode(framed)
      guard case .fragment(let fragment) = outcome else {
        Issue.record("part \(index): \(outcome)")
        return
      }
      frame = decoded
      #expect(fragment.source == packet.source.address)
      #expect(fragment.destination == packet.destination.address)
      #expect(fragment.identification == packet.identification)
      #expect(fragment.protocol == 6)
      #expect(fragment.offset == index * size)
      #expect(fragment.moreFragments == (index < fragments.count - 1))
      #expect(fragment.payloadLength == fragment.wirePayloadLength)
      let end = fragment.payloadOffset + fragment.payloadLength
      payload.replaceSubrange(
        fragment.offset..<(fragment.offset + fragment.payloadLength),
        with: framed[fragment.payloadOffset..<end])
      #expect(frame.vlans.count == 1 && frame.vlans[0] == 5)
    }
    guard case .segment = FrameDecoder.decodeDatagram(payload.raw, protocol: 6, into: &frame)
    else {
      Issue.record("the whole is no segment")
      return
    }
    #expect(frame.sourcePort == 50_000)
    #expect(frame.internetOffset == 0)
    #expect(frame.transportOffset == 0)
    #expect(frame.payloadOffset == 20)
    #expect(frame.payloadLength == Stack.payload.count)
    #expect(frame.source == packet.source.address)
    #expect(frame.vlans.count == 1)
  }

  @Test func partCutBySnapshotLength() {
    let bytes = PacketBuilder.ethernet(Stack.packet().fragments(ofSize: 16)[0])
    guard case .fragment(let fragment) = FrameDecoderTests.decode(Array(bytes[..<40])).outcome
    else {
      Issue.record("no fragment")
      return
    }
    #expect(fragment.payloadOffset == 34)
    #expect(fragment.payloadLength == 6)
    #expect(fragment.wirePayloadLength == 16)
  }

  /// A reassembled datagram can be a tunnel, and hold another fragment.
  @Test func tunnelInsideDatagram() {
    let inner = Stack.packet().fragments(ofSize: 16)[1]
    var frame = DecodedFrame()
    let outcome = FrameDecoder.decodeDatagram(
      PacketBuilder.gre(inner, key: 4).raw, protocol: 47, into: &frame)
    guard case .fragment(let fragment) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(fragment.offset == 16)
    #expect(fragment.payloadOffset == 28)
    #expect(frame.tunnel.kind == .gre)
    #expect(frame.tunnel.identifier == 4)
  }
}
