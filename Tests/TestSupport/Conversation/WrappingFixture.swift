import Savefile
public import Wire

/// A capture of one short conversation inside a link type, a tag or a tunnel, with what must be told of
/// what is around it.
public struct WrappingFixture: Sendable, CustomStringConvertible {
  public let name: String
  public let linkType: LinkType
  public let isIPv6: Bool
  public let vlans: [UInt16]
  /// The name and the identifier of the innermost tunnel.
  public let tunnel: String?
  public let identifier: UInt32?
  /// What a packet's link layer and the rest around it make of a datagram; `isClients` says who sent
  /// it.
  private let wrap: @Sendable (_ datagram: [UInt8], _ isClients: Bool) -> [UInt8]

  public var description: String { name }

  init(
    _ name: String, linkType: LinkType = .ethernet, isIPv6: Bool = false, vlans: [UInt16] = [],
    tunnel: String? = nil, identifier: UInt32? = nil,
    _ wrap: @escaping @Sendable ([UInt8], Bool) -> [UInt8]
  ) {
    self.name = name
    self.linkType = linkType
    self.isIPv6 = isIPv6
    self.vlans = vlans
    self.tunnel = tunnel
    self.identifier = identifier
    self.wrap = wrap
  }

  /// The conversation: a request with its answer.
  public var conversation: Conversation {
    var conversation = Conversation(isIPv6: isIPv6)
    conversation.open()
    conversation.send(.client, StreamFixture.request)
    conversation.advance(milliseconds: 5)
    conversation.send(.server, StreamFixture.response)
    conversation.advance(milliseconds: 5)
    conversation.close()
    return conversation
  }

  /// Packets of conversations in the wrapping, in the order of their times, as a pcap file.
  public func pcap(_ conversations: [Conversation]? = nil) -> [UInt8] {
    Self.pcap((conversations ?? [conversation]).map { (self, $0) }, linkType: linkType)
  }

  /// Packets of conversations, each in a wrapping of its own.
  public static func pcap(
    _ parts: [(WrappingFixture, Conversation)], linkType: LinkType
  ) -> [UInt8] {
    var packets: [(time: Int64, bytes: [UInt8])] = []
    for (wrapping, conversation) in parts {
      for segment in conversation.segments where segment.isCaptured {
        for datagram in conversation.datagrams(of: segment) {
          packets.append((segment.time, wrapping.wrap(datagram, segment.side == .client)))
        }
      }
    }
    packets = packets.enumerated()
      .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    var file: [UInt8] = []
    SavefileEncoder.appendPcapHeader(linkType: linkType, to: &file)
    for packet in packets {
      unsafe SavefileEncoder.appendPcapRecord(
        packet.bytes.span.bytes, time: CaptureTime(nanoseconds: packet.time),
        originalLength: UInt32(packet.bytes.count), to: &file)
    }
    return file
  }
}

extension WrappingFixture {
  /// VXLAN with a network identifier; the outer addresses follow the direction.
  public static func vxlan(_ network: UInt32) -> WrappingFixture {
    WrappingFixture("vxlan", tunnel: "vxlan", identifier: network) { datagram, isClients in
      let frame = PacketBuilder.ethernet(datagram, isPadded: false)
      return outer(
        PacketBuilder.udp(PacketBuilder.vxlan(frame, network: network), to: 4789), 17, isClients)
    }
  }

  /// So many IP headers around the datagram's own.
  public static func nested(_ depth: Int) -> WrappingFixture {
    WrappingFixture("nested-\(depth)", tunnel: "ip-in-ip") { datagram, isClients in
      var bytes = datagram
      for _ in 1..<depth { bytes = PacketBuilder.ipv4(bytes, protocol: 4) }
      return outer(bytes, 4, isClients)
    }
  }

  private static func outer(_ payload: [UInt8], _ number: UInt8, _ isClients: Bool) -> [UInt8] {
    let (a, b) = (IPAddress(ipv4: 0x0a00_0001), IPAddress(ipv4: 0x0a00_0002))
    return PacketBuilder.ethernet(
      PacketBuilder.ipv4(
        payload, protocol: number, from: isClients ? a : b, to: isClients ? b : a))
  }

  /// One of each kind.
  public static let all: [WrappingFixture] = links + tunnels

  private static let links: [WrappingFixture] = {
    typealias B = PacketBuilder
    let addresses = [UInt8](repeating: 2, count: 18)
    let data: [UInt8] = [0x08, 0x01, 0, 0] + addresses + [0x10, 0]
    return [
      WrappingFixture("ethernet") { datagram, _ in B.ethernet(datagram) },
      WrappingFixture("ethernet-ipv6", isIPv6: true) { datagram, _ in B.ethernet(datagram) },
      WrappingFixture("vlan", vlans: [100]) { datagram, _ in B.ethernet(datagram, vlans: [100]) },
      WrappingFixture("qinq", vlans: [7, 100]) { datagram, _ in
        B.ethernet(datagram, vlans: [7, 100])
      },
      WrappingFixture("null", linkType: .null) { datagram, _ in B.null(datagram) },
      WrappingFixture("loop", linkType: .loop) { datagram, _ in B.null(datagram, bigEndian: true) },
      WrappingFixture("raw", linkType: .raw) { datagram, _ in datagram },
      WrappingFixture("ipv4", linkType: .ipv4) { datagram, _ in datagram },
      WrappingFixture("ipv6", linkType: .ipv6, isIPv6: true) { datagram, _ in datagram },
      WrappingFixture("linux-sll", linkType: .linuxSLL) { datagram, _ in B.linuxSLL(datagram) },
      WrappingFixture("linux-sll2", linkType: .linuxSLL2) { datagram, _ in B.linuxSLL2(datagram) },
      WrappingFixture("ppp", linkType: .ppp) { datagram, _ in
        [0xff, 0x03, 0x00, 0x21] + datagram
      },
      WrappingFixture("c-hdlc", linkType: .ciscoHDLC) { datagram, _ in
        [0x0f, 0, 0x08, 0] + datagram
      },
      WrappingFixture("ppp-ether", linkType: .pppEther, tunnel: "pppoe", identifier: 7) {
        datagram, _ in B.pppoe(datagram, session: 7)
      },
      WrappingFixture("nflog", linkType: .nflog) { datagram, _ in
        var attribute: [UInt8] = [2, 0, 0, 1]
        attribute.append(littleEndian: UInt16(datagram.count + 4))
        return attribute + [9, 0] + datagram
      },
      WrappingFixture("ieee-802-11", linkType: .wireless) { datagram, _ in
        data + B.snap(datagram)
      },
      WrappingFixture("radiotap", linkType: .radiotap) { datagram, _ in
        [0, 0, 8, 0, 0, 0, 0, 0] + data + B.snap(datagram)
      },
    ]
  }()

  private static let tunnels: [WrappingFixture] = {
    typealias B = PacketBuilder
    return [
      WrappingFixture("mpls", tunnel: "mpls") { datagram, isClients in
        // Each direction has labels of its own.
        B.ethernet(B.mpls(datagram, labels: isClients ? [16, 99] : [17]), type: 0x8847)
      },
      WrappingFixture("pppoe", tunnel: "pppoe", identifier: 0xbeef) { datagram, _ in
        B.ethernet(B.pppoe(datagram, session: 0xbeef), type: 0x8864)
      },
      WrappingFixture("gre", tunnel: "gre") { outer(B.gre($0), 47, $1) },
      WrappingFixture("gre-key", tunnel: "gre", identifier: 77) {
        outer(B.gre($0, hasChecksum: true, key: 77, sequence: 3), 47, $1)
      },
      WrappingFixture("nvgre", tunnel: "nvgre", identifier: 0x123456) {
        outer(
          B.gre(B.ethernet($0, isPadded: false), type: 0x6558, key: 0x1234_5677), 47, $1)
      },
      WrappingFixture("ip-in-ip", tunnel: "ip-in-ip") { outer($0, 4, $1) },
      WrappingFixture("6in4", isIPv6: true, tunnel: "ip-in-ip") { outer($0, 41, $1) },
      WrappingFixture("4in6", tunnel: "ip-in-ip") { datagram, isClients in
        let (a, b) = (Endpoint.testClient6.address, Endpoint.testServer6.address)
        return B.ethernet(
          B.ipv6(datagram, nextHeader: 4, from: isClients ? a : b, to: isClients ? b : a))
      },
      vxlan(5000),
      WrappingFixture("geneve", tunnel: "geneve", identifier: 0xfedcba) {
        outer(
          B.udp(B.geneve(B.ethernet($0, isPadded: false), network: 0xfedcba), to: 6081), 17, $1)
      },
      WrappingFixture("vxlan-in-vlan", vlans: [9], tunnel: "vxlan", identifier: 6) {
        outer(
          B.udp(
            B.vxlan(B.ethernet($0, vlans: [9], isPadded: false), network: 6), to: 4789), 17, $1)
      },
    ]
  }()
}
