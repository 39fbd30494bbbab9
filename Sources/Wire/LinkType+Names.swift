extension LinkType {
  public static var null: LinkType { LinkType(rawValue: 0) }
  public static var ethernet: LinkType { LinkType(rawValue: 1) }
  public static var ppp: LinkType { LinkType(rawValue: 9) }
  public static var pppHDLC: LinkType { LinkType(rawValue: 50) }
  public static var pppEther: LinkType { LinkType(rawValue: 51) }
  public static var raw: LinkType { LinkType(rawValue: 101) }
  public static var ciscoHDLC: LinkType { LinkType(rawValue: 104) }
  public static var wireless: LinkType { LinkType(rawValue: 105) }
  public static var loop: LinkType { LinkType(rawValue: 108) }
  public static var linuxSLL: LinkType { LinkType(rawValue: 113) }
  public static var radiotap: LinkType { LinkType(rawValue: 127) }
  public static var ipv4: LinkType { LinkType(rawValue: 228) }
  public static var ipv6: LinkType { LinkType(rawValue: 229) }
  public static var nflog: LinkType { LinkType(rawValue: 239) }
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
