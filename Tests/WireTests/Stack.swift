import TestSupport
import Testing
import Wire

/// A stack of layers around one TCP segment, with what its decoding must say. The expectations are
/// written by hand, from the layers' specifications.
struct Stack: Sendable, CustomTestStringConvertible {
  var name: String
  var linkType: LinkType = .ethernet
  var bytes: [UInt8]
  var isIPv6 = false
  var vlans: [UInt16] = []
  var kind = Tunnel.Kind.none
  var identifier: UInt32?
  /// How many bytes lie before the innermost IP header, and between it and TCP.
  var internetOffset: Int
  var internetLength = 20

  var testDescription: String { name }

  static let payload = Array("Request ping\r\n1\r\n\r\n".utf8)

  /// The segment that all stacks carry.
  static let segment = packet().segment()

  static func packet(isIPv6: Bool = false) -> PacketBuilder {
    PacketBuilder(
      from: isIPv6 ? .testClient6 : .testClient, to: isIPv6 ? .testServer6 : .testServer,
      sequenceNumber: 0x1234_5678, acknowledgmentNumber: 0x9abc_def0,
      flags: [.acknowledgment, .push], payload: payload)
  }

  static let datagram = packet().datagram()
  static let datagram6 = packet(isIPv6: true).datagram()

  static let all = links + internet + tags + tunnels
}

extension Stack {
  static let links: [Stack] = {
    let b = PacketBuilder.self
    let ppp = [0x00, 0x21] + datagram
    let attributeLength = UInt8(datagram.count + 4)
    return [
      Stack(name: "Ethernet", bytes: b.ethernet(datagram), internetOffset: 14),
      Stack(
        name: "Ethernet IPv6", bytes: b.ethernet(datagram6), isIPv6: true, internetOffset: 14,
        internetLength: 40),
      Stack(
        name: "NULL little", linkType: .null, bytes: b.null(datagram), internetOffset: 4),
      Stack(
        name: "NULL big", linkType: .null, bytes: b.null(datagram, bigEndian: true),
        internetOffset: 4),
    ]
      + [10, 24, 28, 30].map { (family: UInt32) in
        Stack(
          name: "NULL family \(family)", linkType: .null,
          bytes: b.null(datagram6, family: family), isIPv6: true, internetOffset: 4,
          internetLength: 40)
      }
      + [12, 14, 101].map { (number: UInt16) in
        Stack(
          name: "RAW \(number)", linkType: LinkType(rawValue: number), bytes: datagram,
          internetOffset: 0)
      } + [
        Stack(
          name: "LOOP", linkType: .loop, bytes: b.null(datagram, bigEndian: true),
          internetOffset: 4),
        Stack(
          name: "RAW IPv6", linkType: .raw, bytes: datagram6, isIPv6: true, internetOffset: 0,
          internetLength: 40),
        Stack(name: "IPV4", linkType: .ipv4, bytes: datagram, internetOffset: 0),
        Stack(
          name: "IPV6", linkType: .ipv6, bytes: datagram6, isIPv6: true, internetOffset: 0,
          internetLength: 40),
        Stack(
          name: "LINUX_SLL", linkType: .linuxSLL, bytes: b.linuxSLL(datagram), internetOffset: 16),
        Stack(
          name: "LINUX_SLL 802.2", linkType: .linuxSLL,
          bytes: b.linuxSLL(b.snap(datagram), type: 4), internetOffset: 24),
        Stack(
          name: "LINUX_SLL2", linkType: .linuxSLL2, bytes: b.linuxSLL2(datagram6), isIPv6: true,
          internetOffset: 20, internetLength: 40),
        Stack(name: "PPP", linkType: .ppp, bytes: ppp, internetOffset: 2),
        Stack(
          name: "PPP framed", linkType: .ppp, bytes: [0xff, 0x03] + ppp, internetOffset: 4),
        Stack(
          name: "PPP short", linkType: .ppp, bytes: [0xff, 0x03, 0x57] + datagram6, isIPv6: true,
          internetOffset: 3, internetLength: 40),
        Stack(
          name: "PPP_SERIAL", linkType: .pppHDLC, bytes: [0xff, 0x03] + ppp, internetOffset: 4),
        Stack(
          name: "PPP_SERIAL Cisco", linkType: .pppHDLC, bytes: [0x0f, 0, 0x08, 0] + datagram,
          internetOffset: 4),
        Stack(
          name: "PPP_ETHER", linkType: .pppEther, bytes: b.pppoe(datagram, session: 7),
          kind: .pppoe, identifier: 7, internetOffset: 8),
        Stack(
          name: "C_HDLC", linkType: .ciscoHDLC, bytes: [0x0f, 0, 0x86, 0xdd] + datagram6,
          isIPv6: true, internetOffset: 4, internetLength: 40),
        Stack(
          name: "NFLOG little", linkType: .nflog,
          bytes: [2, 0, 0, 1, 5, 0, 10, 0, 0x61, 0, 0, 0, attributeLength, 0, 9, 0] + datagram,
          internetOffset: 16),
        Stack(
          name: "NFLOG big", linkType: .nflog,
          bytes: [2, 0, 0, 1, 0, 8, 0, 5, 0, 0, 0, 1, 0, attributeLength, 0, 9] + datagram,
          internetOffset: 16),
      ] + wireless
  }()

  static let wireless: [Stack] = {
    let snap = PacketBuilder.snap(datagram)
    let addresses = [UInt8](repeating: 2, count: 18)
    let plain: [UInt8] = [0x08, 0x01, 0, 0] + addresses + [0x10, 0]
    let quality: [UInt8] = [0x88, 0x02, 0, 0] + addresses + [0x10, 0] + [0, 0]
    let four: [UInt8] = [0x88, 0x03, 0, 0] + addresses + [0x10, 0] + [4, 4, 4, 4, 4, 4] + [0, 0]
    let throughput: [UInt8] = [0x88, 0x82, 0, 0] + addresses + [0x10, 0] + [0, 0, 1, 2, 3, 4]
    // Present: timestamp, flags. The timestamp begins at 8, the flags follow: 0x20 says padded.
    let radio: [UInt8] = [0, 0, 17, 0, 3, 0, 0, 0] + [1, 2, 3, 4, 5, 6, 7, 8] + [0]
    // Two words of presence, so the timestamp begins at 16.
    let long: [UInt8] =
      [0, 0, 25, 0, 3, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0] + [1, 2, 3, 4, 5, 6, 7, 8] + [0x20]
    return [
      Stack(name: "802.11", linkType: .wireless, bytes: plain + snap, internetOffset: 32),
      Stack(name: "802.11 QoS", linkType: .wireless, bytes: quality + snap, internetOffset: 34),
      Stack(name: "802.11 WDS", linkType: .wireless, bytes: four + snap, internetOffset: 40),
      Stack(name: "802.11 HT", linkType: .wireless, bytes: throughput + snap, internetOffset: 38),
      Stack(
        name: "radiotap", linkType: .radiotap, bytes: radio + quality + snap, internetOffset: 51),
      Stack(
        name: "radiotap padded", linkType: .radiotap, bytes: long + quality + [0, 0] + snap,
        internetOffset: 61),
      Stack(
        name: "radiotap bare", linkType: .radiotap, bytes: [0, 0, 8, 0, 0, 0, 0, 0] + plain + snap,
        internetOffset: 40),
    ]
  }()
}
