/// Why a packet was not decoded down to TCP.
public enum StopReason: UInt8, CaseIterable, Sendable {
  /// The datagram carries something else than TCP.
  case udp, icmp, otherIPProtocol
  /// The frame carries no IP.
  case arp, notIP, unknownEtherType, unknownLinkType
  /// 802.11: no data frame, an encrypted one, several frames in one.
  case wirelessNoData, wirelessProtected, wirelessAggregate
  /// A tunnel header in a version or with options that are not known.
  case unsupportedTunnel
  /// The snapshot length (or the layer below) ends inside the header.
  case truncatedLink, truncatedIP, truncatedTCP, truncatedTunnel
  /// The header contradicts itself.
  case badLinkHeader, badIPHeader, badTCPHeader
  /// More than `FrameDecoder.maximumDepth` headers lie around the datagram.
  case nestedTooDeep

  /// The name in records: lower-case, with hyphens.
  public var name: String {
    switch self {
    case .udp: "udp"
    case .icmp: "icmp"
    case .otherIPProtocol: "other-ip-protocol"
    case .arp: "arp"
    case .notIP: "not-ip"
    case .unknownEtherType: "unknown-ethertype"
    case .unknownLinkType: "unknown-link-type"
    case .wirelessNoData: "wireless-no-data"
    case .wirelessProtected: "wireless-protected"
    case .wirelessAggregate: "wireless-aggregate"
    case .unsupportedTunnel: "unsupported-tunnel"
    case .truncatedLink: "truncated-link"
    case .truncatedIP: "truncated-ip"
    case .truncatedTCP: "truncated-tcp"
    case .truncatedTunnel: "truncated-tunnel"
    case .badLinkHeader: "bad-link-header"
    case .badIPHeader: "bad-ip-header"
    case .badTCPHeader: "bad-tcp-header"
    case .nestedTooDeep: "nested-too-deep"
    }
  }
}
