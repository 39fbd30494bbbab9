import TestSupport
import Testing
import Wire

@Suite struct SegmentTests {
  private func decode(_ packet: PacketBuilder) -> DecodedFrame {
    FrameDecoderTests.decode(packet.frame()).frame
  }

  @Test func controlBits() {
    for bits in 0...UInt8.max {
      var packet = Stack.packet()
      packet.flags = TCPFlags(rawValue: bits)
      #expect(decode(packet).flags.rawValue == bits)
    }
  }

  /// A window scale counts in SYN segments only, and as 14 at the most.
  @Test func windowScale() {
    var packet = Stack.packet()
    packet.options = [2, 4, 5, 0xb4, 1, 3, 3, 7]
    #expect(decode(packet).windowScale == nil)
    packet.flags = .syn
    #expect(decode(packet).windowScale == 7)
    packet.options = [3, 3, 200]
    #expect(decode(packet).windowScale == 14)
    packet.options = [3, 4, 7, 0]
    #expect(decode(packet).windowScale == nil)
  }

  @Test func selectiveAcknowledgment() {
    var packet = Stack.packet()
    packet.options = [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2]
    #expect(!decode(packet).hasSelectiveAcknowledgment)
    packet.options += [1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2]
    #expect(decode(packet).hasSelectiveAcknowledgment)
    packet.options = [5, 2]
    #expect(!decode(packet).hasSelectiveAcknowledgment)
    // Behind the end of the list nothing counts.
    packet.options = [0, 0, 0, 0, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2]
    #expect(!decode(packet).hasSelectiveAcknowledgment)
  }

  /// Options of impossible lengths end the list and leave the segment whole.
  @Test func lyingOptionLengths() {
    for length: UInt8 in [0, 1, 9, 40, 255] {
      var packet = Stack.packet()
      packet.flags = .syn
      packet.options = [8, length, 3, 3, 7, 0, 0, 0]
      let frame = decode(packet)
      #expect(frame.windowScale == nil)
      #expect(frame.payloadLength == Stack.payload.count)
    }
  }

  /// The padding of a short Ethernet frame is no payload.
  @Test func paddingIsNoData() {
    let frame = decode(PacketBuilder())
    #expect(frame.payloadLength == 0)
    #expect(frame.wirePayloadLength == 0)
    #expect(frame.payloadOffset == 54)
  }

  /// A snapshot length inside the options leaves a segment without captured payload.
  @Test func optionsCutBySnapshotLength() {
    var packet = Stack.packet()
    packet.flags = .syn
    packet.options = [3, 3, 7, 1, 2, 4, 5, 0xb4]
    for cut in 54..<62 {
      let (outcome, frame) = FrameDecoderTests.decode(Array(packet.frame()[..<cut]))
      guard case .segment = outcome else {
        Issue.record("cut at \(cut): \(outcome)")
        continue
      }
      #expect(frame.payloadOffset == cut)
      #expect(frame.payloadLength == 0)
      #expect(frame.wirePayloadLength == Stack.payload.count)
      #expect(frame.windowScale == (cut >= 57 ? 7 : nil))
    }
  }

  /// An inner datagram cannot be longer than what carries it.
  @Test func innerLengthIsBoundedByOuter() {
    var inner = Stack.datagram
    inner[2] = 0xff
    let frame = FrameDecoderTests.decode(
      PacketBuilder.ethernet(PacketBuilder.ipv4(inner, protocol: 4))
    ).frame
    #expect(frame.payloadLength == Stack.payload.count)
    #expect(frame.wirePayloadLength == Stack.payload.count)
  }

  /// A jumbogram's length comes from its option: here 65,600 bytes, of which few were captured.
  @Test func jumbogram() {
    var packet = Stack.packet(isIPv6: true)
    packet.extensionHeaders = [(0, [0, 0xc2, 4, 0, 1, 0, 0x40])]
    var bytes = packet.datagram()
    bytes[4] = 0
    bytes[5] = 0
    let frame = FrameDecoderTests.decode(bytes, linkType: .ipv6).frame
    #expect(frame.payloadLength == Stack.payload.count)
    #expect(frame.wirePayloadLength == 65_600 - 8 - 20)
  }

  /// A datagram on its way through a routing header belongs to its last destination.
  @Test(arguments: [UInt8(0), 2, 4])
  func routingHeaderGivesDestination(kind: UInt8) {
    let first = Array(repeating: UInt8(0xaa), count: 16)
    let last = Array(repeating: UInt8(0xbb), count: 16)
    var packet = Stack.packet(isIPv6: true)
    let list = kind == 4 ? last + first : first + last
    packet.extensionHeaders = [(43, [4, kind, 1, 0, 0, 0, 0] + list)]
    let frame = FrameDecoderTests.decode(packet.frame()).frame
    #expect(
      frame.destination
        == IPAddress(ipv6High: 0xbbbb_bbbb_bbbb_bbbb, low: 0xbbbb_bbbb_bbbb_bbbb))
  }

  /// A stack of tunnels is told apart by all its levels, in the same way in both directions; the
  /// labels of MPLS belong to one direction only.
  @Test func tunnelPaths() {
    func tunnel(_ bytes: [UInt8]) -> Tunnel { FrameDecoderTests.decode(bytes).frame.tunnel }
    func stacked(_ outer: UInt32, _ inner: UInt32) -> [UInt8] {
      let inside = PacketBuilder.ipv4(PacketBuilder.gre(Stack.datagram, key: inner), protocol: 47)
      return PacketBuilder.ethernet(
        PacketBuilder.ipv4(PacketBuilder.gre(inside, key: outer), protocol: 47))
    }
    let paths = [(1, 2), (2, 1), (1, 1), (2, 2), (1, 0)].map { tunnel(stacked($0.0, $0.1)) }
    #expect(Set(paths).count == paths.count)
    #expect(Set(paths.map(\.path)).count == paths.count)

    var back = Stack.packet()
    swap(&back.source, &back.destination)
    let there = PacketBuilder.mpls(Stack.datagram, labels: [100])
    let reply = PacketBuilder.mpls(back.datagram(), labels: [200])
    let ways = [there, reply].map { tunnel(PacketBuilder.ethernet($0, type: 0x8847)) }
    #expect(ways.map(\.identifier) == [100, 200])
    #expect(ways[0] == ways[1])
    #expect(Set(ways).count == 1)
  }
}
