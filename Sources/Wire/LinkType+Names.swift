/// The link types that `FrameDecoder` decodes.
extension LinkType {
  /// BSD loopback; the address family is in the byte order of the capturing host.
  public static var null: LinkType { LinkType(rawValue: 0) }
  /// Ethernet.
  public static var ethernet: LinkType { LinkType(rawValue: 1) }
  /// PPP, with or without the address and control bytes.
  public static var ppp: LinkType { LinkType(rawValue: 9) }
  /// PPP in HDLC-like framing, or Cisco's framing.
  public static var pppHDLC: LinkType { LinkType(rawValue: 50) }
  /// PPP over Ethernet, from the session header on.
  public static var pppEther: LinkType { LinkType(rawValue: 51) }
  /// An IPv4 or IPv6 datagram; also numbered 12 and 14.
  public static var raw: LinkType { LinkType(rawValue: 101) }
  /// Cisco's HDLC framing.
  public static var ciscoHDLC: LinkType { LinkType(rawValue: 104) }
  /// 802.11.
  public static var wireless: LinkType { LinkType(rawValue: 105) }
  /// OpenBSD loopback; the address family is in network order.
  public static var loop: LinkType { LinkType(rawValue: 108) }
  /// Linux' `any` device, first format.
  public static var linuxSLL: LinkType { LinkType(rawValue: 113) }
  /// 802.11 behind a radiotap header.
  public static var radiotap: LinkType { LinkType(rawValue: 127) }
  /// An IPv4 datagram.
  public static var ipv4: LinkType { LinkType(rawValue: 228) }
  /// An IPv6 datagram.
  public static var ipv6: LinkType { LinkType(rawValue: 229) }
  /// Linux netfilter log messages.
  public static var nflog: LinkType { LinkType(rawValue: 239) }
  /// Linux' `any` device, second format.
  public static var linuxSLL2: LinkType { LinkType(rawValue: 276) }

  /// The name that tcpdump gives it; nil when it is not one that is decoded.
  public var name: String? {
    switch self {
    case .null: "NULL"
    case .ethernet: "EN10MB"
    case .ppp: "PPP"
    case .pppHDLC: "PPP_SERIAL"
    case .pppEther: "PPP_ETHER"
    case .raw, LinkType(rawValue: 12), LinkType(rawValue: 14): "RAW"
    case .ciscoHDLC: "C_HDLC"
    case .wireless: "IEEE802_11"
    case .loop: "LOOP"
    case .linuxSLL: "LINUX_SLL"
    case .radiotap: "IEEE802_11_RADIO"
    case .ipv4: "IPV4"
    case .ipv6: "IPV6"
    case .nflog: "NFLOG"
    case .linuxSLL2: "LINUX_SLL2"
    default: nil
    }
  }
}
