import Capture
import TestSupport
import Testing
import Wire

struct CaptureFilterTests {
  private func passes(
    _ filter: CaptureFilter, _ bytes: [UInt8], _ linkType: LinkType = .ethernet
  ) throws -> Bool {
    let packet = Packet(
      number: 1, time: CaptureTime(nanoseconds: 0), originalLength: UInt32(bytes.count),
      linkType: linkType)
    return try unsafe filter.passes(packet, bytes: bytes.span.bytes)
  }

  private func segment(port: UInt16, vlans: [UInt16] = [], payload: Int = 0) -> PacketBuilder {
    var builder = PacketBuilder(payload: [UInt8](repeating: 65, count: payload))
    builder.destination.port = port
    builder.source.port = 40_000
    builder.vlans = vlans
    return builder
  }

  @Test func libpcapDecidesForEachLinkType() throws {
    let filter = try CaptureFilter("tcp port 4080")
    let wanted = segment(port: 4080)
    let other = segment(port: 4081)
    for (builder, expected) in [(wanted, true), (other, false), (wanted, true)] {
      #expect(try passes(filter, builder.frame()) == expected)
      let datagram = builder.datagram()
      #expect(try passes(filter, PacketBuilder.linuxSLL2(datagram), .linuxSLL2) == expected)
      #expect(try passes(filter, PacketBuilder.linuxSLL(datagram), .linuxSLL) == expected)
      #expect(try passes(filter, datagram, .raw) == expected)
    }
    #expect(try !passes(filter, []))
  }

  @Test func aMistakeNamesTheOptionAndThePlace() {
    let error = #expect(throws: CaptureError.self) { try CaptureFilter("tcp port port") }
    #expect(error?.subject == "--filter")
    #expect(error?.problem.contains("tcp port port") == true)
    #expect(error?.problem.contains("syntax error") == true)
  }

  @Test func theLiveFilterTakesWhatCanCarryTheProtocol() throws {
    let named = LiveFilter(ports: [4080, 5000], wantsAllPorts: false)
    let filter = try CaptureFilter(named.expression(for: .ethernet))
    for vlans in [[], [7]] as [[UInt16]] {
      #expect(try passes(filter, segment(port: 4080, vlans: vlans).frame()))
      #expect(try passes(filter, segment(port: 5000, vlans: vlans).frame()))
      #expect(try !passes(filter, segment(port: 80, vlans: vlans).frame()))
      // Later fragments have no port.
      let fragments = segment(port: 4080, payload: 64).fragments(ofSize: 32)
      #expect(fragments.count > 1)
      for fragment in fragments {
        #expect(try passes(filter, PacketBuilder.ethernet(fragment, vlans: vlans)))
      }
    }
    var udp = segment(port: 4080).datagram()
    udp[9] = 17
    #expect(try !passes(filter, PacketBuilder.ethernet(udp)))
  }

  @Test func detectionTakesAllTCP() throws {
    let all = LiveFilter(ports: [4080], wantsAllPorts: true)
    let filter = try CaptureFilter(all.expression(for: .ethernet))
    #expect(try passes(filter, segment(port: 80).frame()))
    #expect(try passes(filter, segment(port: 80, vlans: [3]).frame()))
    var udp = segment(port: 4080).datagram()
    udp[9] = 17
    #expect(try !passes(filter, PacketBuilder.ethernet(udp)))
  }

  @Test func theUsersExpressionNarrowsTheLiveFilter() throws {
    let narrowed = LiveFilter(
      ports: [4080], wantsAllPorts: true, userExpression: "port 80 or port 81")
    let filter = try CaptureFilter(narrowed.expression(for: .ethernet))
    for vlans in [[], [7]] as [[UInt16]] {
      #expect(try passes(filter, segment(port: 80, vlans: vlans).frame()))
      #expect(try passes(filter, segment(port: 81, vlans: vlans).frame()))
      #expect(try !passes(filter, segment(port: 4080, vlans: vlans).frame()))
    }
  }

  /// Words that step over a header would move the tests of the default filter, too.
  @Test(arguments: ["vlan 7", "ip and VLAN", "mpls 3 and tcp", "pppoes", "geneve", "(vxlan)"])
  func wordsThatStepOverAHeaderAreFound(expression: String) {
    var filter = LiveFilter(ports: [4080], wantsAllPorts: false, userExpression: expression)
    #expect(filter.encapsulationWord != nil)
    filter.isExact = true
    #expect(filter.encapsulationWord == nil)
    #expect(filter.expression(for: .ethernet) == expression)
    filter.userExpression = "host vlan.example and port 4080 and host \\vlan"
    filter.isExact = false
    #expect(filter.encapsulationWord == "vlan")
    filter.userExpression = "host myvlan and not host \\vlan"
    #expect(filter.encapsulationWord == nil)
  }

  @Test func theLiveFilterIsBuiltForTheLinkType() {
    let filter = LiveFilter(ports: [4080], wantsAllPorts: true, userExpression: "host 192.0.2.1")
    #expect(
      filter.expression(for: .ethernet)
        == "(tcp and (host 192.0.2.1)) or (vlan and tcp and (host 192.0.2.1))")
    for linkType in [LinkType.linuxSLL, .linuxSLL2, .raw] {
      #expect(filter.expression(for: linkType) == "tcp and (host 192.0.2.1)")
    }
  }

  /// Fragments of IPv6 name the protocol in their own header: TCP passes, media does not.
  @Test func fragmentsOfIPv6PassWhenTheyAreTCP() throws {
    for allPorts in [false, true] {
      let live = LiveFilter(ports: [4080], wantsAllPorts: allPorts)
      let filter = try CaptureFilter(live.expression(for: .ethernet))
      for (next, isWanted) in [(UInt8(6), true), (17, false)] {
        var datagram: [UInt8] = [0x60, 0, 0, 0, 0, 16, 44, 64]
        datagram += [UInt8](repeating: 1, count: 32)
        datagram += [next, 0, 0x05, 0xa8, 0, 0, 0, 9] + [UInt8](repeating: 0, count: 8)
        let frame = [UInt8](repeating: 2, count: 12) + [0x86, 0xdd] + datagram
        #expect(try passes(filter, frame) == isWanted)
        let tagged = [UInt8](repeating: 2, count: 12) + [0x81, 0, 0, 7, 0x86, 0xdd] + datagram
        #expect(try passes(filter, tagged) == isWanted)
      }
    }
  }

  /// Cooked and raw captures have no tags that libpcap could look behind.
  @Test func theLiveFilterCompilesWithoutTags() throws {
    let named = LiveFilter(ports: [4080], wantsAllPorts: false, userExpression: "host 192.0.2.1")
    let filter = try CaptureFilter(named.expression(for: .linuxSLL2))
    #expect(
      try !passes(filter, PacketBuilder.linuxSLL2(segment(port: 80).datagram()), .linuxSLL2))
  }
}
