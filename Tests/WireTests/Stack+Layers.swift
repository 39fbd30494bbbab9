import TestSupport
import Wire

extension Stack {
  /// Options, extension headers and lengths of the IP layer.
  static let internet: [Stack] = {
    let b = PacketBuilder.self
    var options = packet()
    options.internetOptions = [0x94, 0x04, 0, 0, 1]
    var unknownLength = datagram
    unknownLength[2] = 0
    unknownLength[3] = 0
    var unknownLength6 = datagram6
    unknownLength6[4] = 0
    unknownLength6[5] = 0

    func extended(_ headers: [(number: UInt8, rest: [UInt8])]) -> [UInt8] {
      var packet = packet(isIPv6: true)
      packet.extensionHeaders = headers
      return packet.frame()
    }
    let padding: [UInt8] = [0, 1, 4, 0, 0, 0, 0]
    let sixteen: [UInt8] = [1, 1, 12] + [UInt8](repeating: 0, count: 12)
    let atomic: [UInt8] = [0, 0, 0, 1, 2, 3, 4]
    let authentication: [UInt8] = [4, 0, 0] + [UInt8](repeating: 9, count: 20)
    let arrived: [UInt8] = [2, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 9, count: 16)

    var jumbo = packet(isIPv6: true)
    jumbo.extensionHeaders = [(0, [0, 0xc2, 4, 0, 1, 0, 0])]
    var jumboBytes = jumbo.datagram()
    jumboBytes[4] = 0
    jumboBytes[5] = 0

    func stack6(_ name: String, _ bytes: [UInt8], extra: Int) -> Stack {
      Stack(
        name: name, bytes: bytes, isIPv6: true, internetOffset: 14, internetLength: 40 + extra)
    }
    return [
      Stack(
        name: "IPv4 options", bytes: options.frame(), internetOffset: 14, internetLength: 28),
      Stack(
        name: "IPv4 offloaded", bytes: b.ethernet(unknownLength, isPadded: false),
        internetOffset: 14),
      Stack(
        name: "802.3 SNAP", bytes: b.ethernet(b.snap(datagram), type: 67), internetOffset: 22),
      Stack(
        name: "IPv4 AH",
        bytes: b.ethernet(b.ipv4([6] + authentication + segment, protocol: 51)),
        internetOffset: 14, internetLength: 44),
      stack6("IPv6 offloaded", b.ethernet(unknownLength6), extra: 0),
      stack6("hop by hop", extended([(0, padding)]), extra: 8),
      stack6("destination options", extended([(60, sixteen)]), extra: 16),
      stack6("routing", extended([(43, arrived)]), extra: 24),
      stack6("authentication", extended([(51, authentication)]), extra: 24),
      stack6("atomic fragment", extended([(44, atomic)]), extra: 8),
      stack6(
        "every extension",
        extended([(0, padding), (60, sixteen), (43, arrived), (44, atomic), (60, padding)]),
        extra: 64),
    ]
  }()

  static let tags: [Stack] = {
    let b = PacketBuilder.self
    var four: [UInt8] = b.ethernet(datagram, vlans: [1, 2, 3, 4])
    // The older number for an outer tag.
    four[12] = 0x91
    four[13] = 0x00
    return [
      Stack(
        name: "802.1Q", bytes: b.ethernet(datagram, vlans: [100]), vlans: [100],
        internetOffset: 18),
      Stack(
        name: "802.1ad", bytes: b.ethernet(datagram6, vlans: [0xfff, 1]), isIPv6: true,
        vlans: [0xfff, 1], internetOffset: 22, internetLength: 40),
      Stack(name: "four tags", bytes: four, vlans: [1, 2, 3, 4], internetOffset: 30),
      Stack(
        name: "five tags", bytes: b.ethernet(datagram, vlans: [1, 2, 3, 4, 5]),
        vlans: [1, 2, 3, 4], internetOffset: 34),
      Stack(
        name: "priority and tag", bytes: b.ethernet(datagram, vlans: [0xe064]), vlans: [100],
        internetOffset: 18),
      Stack(
        name: "priority tag", bytes: b.ethernet(datagram, vlans: [0x6000]), internetOffset: 18),
      Stack(
        name: "cooked tag", linkType: .linuxSLL,
        bytes: b.linuxSLL([0, 5, 0x08, 0] + datagram, type: 0x8100), vlans: [5],
        internetOffset: 20),
    ]
  }()

  static let tunnels: [Stack] = {
    let b = PacketBuilder.self
    let frame = b.ethernet(datagram, isPadded: false)
    let tagged = b.ethernet(datagram, vlans: [9], isPadded: false)
    func outer(_ payload: [UInt8], _ number: UInt8) -> [UInt8] {
      b.ethernet(
        b.ipv4(
          payload, protocol: number, from: IPAddress(ipv4: 0x0a00_0001),
          to: IPAddress(ipv4: 0x0a00_0002)))
    }
    func stack(
      _ name: String, _ bytes: [UInt8], _ kind: Tunnel.Kind, _ identifier: UInt32?,
      at internetOffset: Int, vlans: [UInt16] = []
    ) -> Stack {
      Stack(
        name: name, bytes: bytes, vlans: vlans, kind: kind, identifier: identifier,
        internetOffset: internetOffset)
    }
    let erspan2 = b.gre([0x10, 0, 0, 5, 0, 0, 0, 0] + frame, type: 0x88be, sequence: 1)
    let erspan3 = b.gre(
      [0x20, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0] + frame, type: 0x22eb,
      sequence: 1)
    let vxlan = b.vxlan(frame, network: 0xabcdef)
    return [
      stack("GRE", outer(b.gre(datagram), 47), .gre, nil, at: 38),
      stack(
        "GRE with all", outer(b.gre(datagram, hasChecksum: true, key: 77, sequence: 3), 47), .gre,
        77, at: 50),
      stack("GRE sequence", outer(b.gre(datagram, sequence: 3), 47), .gre, nil, at: 42),
      stack("GRE Ethernet", outer(b.gre(frame, type: 0x6558), 47), .gre, nil, at: 52),
      stack(
        "NVGRE", outer(b.gre(frame, type: 0x6558, key: 0x1234_5677), 47), .nvgre, 0x123456,
        at: 56),
      stack("ERSPAN I", outer(b.gre(frame, type: 0x88be), 47), .gre, nil, at: 52),
      stack("ERSPAN II", outer(erspan2, 47), .gre, nil, at: 64),
      stack("ERSPAN III", outer(erspan3, 47), .gre, nil, at: 76),
      stack("IP in IP", outer(datagram, 4), .ipInIP, nil, at: 34),
      Stack(
        name: "6in4", bytes: outer(datagram6, 41), isIPv6: true, kind: .ipInIP,
        internetOffset: 34, internetLength: 40),
      stack("4in6", b.ethernet(b.ipv6(datagram, nextHeader: 4)), .ipInIP, nil, at: 54),
      stack("VXLAN", outer(b.udp(vxlan, to: 4789), 17), .vxlan, 0xabcdef, at: 64),
      stack("VXLAN old port", outer(b.udp(vxlan, to: 8472), 17), .vxlan, 0xabcdef, at: 64),
      stack(
        "VXLAN tagged", outer(b.udp(b.vxlan(tagged, network: 5), to: 4789), 17), .vxlan, 5,
        at: 68, vlans: [9]),
      stack(
        "GENEVE", outer(b.udp(b.geneve(frame, network: 0xfedcba), to: 6081), 17), .geneve,
        0xfedcba, at: 64),
      stack(
        "GENEVE options",
        outer(
          b.udp(
            b.geneve(
              datagram, network: 1, type: 0x0800, options: [UInt8](repeating: 7, count: 12)),
            to: 6081), 17), .geneve, 1, at: 62),
      stack(
        "MPLS", b.ethernet(b.mpls(datagram, labels: [16]), type: 0x8847), .mpls, 16, at: 18),
      stack(
        "MPLS stack", b.ethernet(b.mpls(datagram, labels: [0xfffff, 17, 99]), type: 0x8848),
        .mpls, 99, at: 26),
      Stack(
        name: "MPLS IPv6", bytes: b.ethernet(b.mpls(datagram6, labels: [2]), type: 0x8847),
        isIPv6: true, kind: .mpls, identifier: 2, internetOffset: 18, internetLength: 40),
      stack(
        "pseudo-wire", b.ethernet(b.mpls(frame, labels: [18]), type: 0x8847), .mpls, 18, at: 32),
      stack(
        "pseudo-wire with control word",
        b.ethernet(b.mpls([0, 0, 0, 0] + tagged, labels: [18]), type: 0x8847), .mpls, 18, at: 40,
        vlans: [9]),
      stack("MPLS in IP", outer(b.mpls(datagram, labels: [20]), 137), .mpls, 20, at: 38),
      stack(
        "PPPoE", b.ethernet(b.pppoe(datagram, session: 0xbeef), type: 0x8864), .pppoe, 0xbeef,
        at: 22),
      stack(
        "tunnel in tunnel",
        outer(
          b.udp(
            b.vxlan(
              b.ethernet(
                b.ipv4(b.gre(datagram, key: 8), protocol: 47), vlans: [3], isPadded: false),
              network: 6), to: 4789), 17), .gre, 8, at: 96, vlans: [3]),
    ]
  }()
}
