import TestSupport
import Testing
import Wire

@Suite struct StopReasonTests {
  private typealias Builder = PacketBuilder

  @Test func framesWithoutIP() {
    #expect(FrameDecoderTests.reason(Builder.ethernet([0, 1], type: 0x0806)) == .arp)
    #expect(FrameDecoderTests.reason(Builder.ethernet([1], type: 0x88cc)) == .unknownEtherType)
    // A spanning tree frame.
    #expect(FrameDecoderTests.reason(Builder.ethernet([0x42, 0x42, 3], type: 38)) == .notIP)
    #expect(FrameDecoderTests.reason(Builder.ethernet([0x11, 9], type: 0x8863)) == .notIP)
    // PPP's link control inside a session.
    let control = Builder.pppoe([1, 1, 0, 4], session: 1, protocol: 0xc021)
    #expect(FrameDecoderTests.reason(Builder.ethernet(control, type: 0x8864)) == .notIP)
    #expect(FrameDecoderTests.reason([0, 0, 0, 7], linkType: .null) == .notIP)
    #expect(FrameDecoderTests.reason([0x50], linkType: .raw) == .notIP)
  }

  @Test func otherTransports() {
    let udp = Builder.ipv4(Builder.udp([1, 2], to: 53), protocol: 17)
    #expect(FrameDecoderTests.reason(Builder.ethernet(udp)) == .udp)
    let icmp = Builder.ipv4([8, 0, 0, 0], protocol: 1)
    #expect(FrameDecoderTests.reason(Builder.ethernet(icmp)) == .icmp)
    let icmp6 = Builder.ipv6([128, 0, 0, 0], nextHeader: 58)
    #expect(FrameDecoderTests.reason(Builder.ethernet(icmp6)) == .icmp)
    let sctp = Builder.ipv4([0, 0], protocol: 132)
    #expect(FrameDecoderTests.reason(Builder.ethernet(sctp)) == .otherIPProtocol)
    let none = Builder.ipv6([], nextHeader: 59)
    #expect(FrameDecoderTests.reason(Builder.ethernet(none)) == .otherIPProtocol)
    // No part of a datagram that cannot hold TCP is worth keeping.
    let part = Builder.ipv4([8, 0, 0, 0], protocol: 1, fragmentation: 0x2000)
    #expect(FrameDecoderTests.reason(Builder.ethernet(part)) == .icmp)
  }

  @Test func linkTypes() {
    #expect(
      FrameDecoderTests.reason([1, 2], linkType: LinkType(rawValue: 147)) == .unknownLinkType)
    var wireless = Stack.wireless[0].bytes
    wireless[1] |= 0x40
    #expect(FrameDecoderTests.reason(wireless, linkType: .wireless) == .wirelessProtected)
    let beacon: [UInt8] = [0x80, 0] + [UInt8](repeating: 0, count: 30)
    #expect(FrameDecoderTests.reason(beacon, linkType: .wireless) == .wirelessNoData)
    let null: [UInt8] = [0x48, 0] + [UInt8](repeating: 0, count: 30)
    #expect(FrameDecoderTests.reason(null, linkType: .wireless) == .wirelessNoData)
    var aggregate = Stack.wireless[1].bytes
    aggregate[24] |= 0x80
    #expect(FrameDecoderTests.reason(aggregate, linkType: .wireless) == .wirelessAggregate)
  }

  @Test func headersThatContradictThemselves() {
    func reason(_ change: (inout [UInt8]) -> Void) -> StopReason? {
      var bytes = Stack.datagram
      change(&bytes)
      return FrameDecoderTests.reason(bytes, linkType: .ipv4)
    }
    #expect(reason { $0[0] = 0x65 } == .badIPHeader)
    #expect(reason { $0[0] = 0x44 } == .badIPHeader)
    #expect(reason { $0[3] = 19 } == .badIPHeader)
    // The datagram is too short for a TCP header, or for the one it claims.
    #expect(reason { $0[3] = 39 } == .badTCPHeader)
    #expect(reason { $0[32] = 0x40 } == .badTCPHeader)
    #expect(reason { $0[32] = 0xf0 } == .badTCPHeader)
  }

  @Test func nestingEnds() {
    func nested(_ count: Int) -> [UInt8] {
      (0..<count).reduce(Stack.datagram) { bytes, _ in PacketBuilder.ipv4(bytes, protocol: 4) }
    }
    #expect(FrameDecoderTests.reason(nested(16), linkType: .ipv4) == nil)
    #expect(FrameDecoderTests.reason(nested(17), linkType: .ipv4) == .nestedTooDeep)
    #expect(FrameDecoderTests.reason(nested(2_000), linkType: .ipv4) == .nestedTooDeep)
    let tags = PacketBuilder.ethernet(Stack.datagram, vlans: [UInt16](repeating: 1, count: 17))
    #expect(FrameDecoderTests.reason(tags) == .nestedTooDeep)
  }

  @Test func tunnelsThatAreNotKnown() {
    let pptp = PacketBuilder.ipv4([0x30, 0x01, 0x88, 0x0b], protocol: 47)
    #expect(FrameDecoderTests.reason(pptp, linkType: .ipv4) == .unsupportedTunnel)
    let newer = PacketBuilder.ipv4(
      PacketBuilder.udp([0x40, 0, 0x65, 0x58, 0, 0, 0, 0], to: 6081), protocol: 17)
    #expect(FrameDecoderTests.reason(newer, linkType: .ipv4) == .unsupportedTunnel)
    let other = PacketBuilder.ipv4(
      PacketBuilder.udp([0, 0, 0, 0, 0, 0, 0, 0], to: 4789), protocol: 17)
    #expect(FrameDecoderTests.reason(other, linkType: .ipv4) == .udp)
  }
}
