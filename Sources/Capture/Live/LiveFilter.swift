public import Wire

/// What a live capture asks the kernel for, in libpcap's language.
///
/// Only what can carry ControlProtocol is copied out of the kernel: TCP of the wanted ports, or all
/// TCP while connections on other ports are searched too, and later fragments, which have no ports.
/// With P for that and USER for what the user asked for it is
/// `(P and (USER)) or (vlan and P and (USER))`: a VLAN tag shifts every header, so that each test is
/// needed twice.
public struct LiveFilter: Sendable {
  /// Ports on which ControlProtocol is expected.
  public var ports: [UInt16]
  /// Whether TCP on other ports is wanted too.
  public var wantsAllPorts: Bool
  /// What the user asked for beside it.
  public var userExpression: String?
  /// Whether what the user asked for is the whole filter.
  public var isExact: Bool

  /// Creates a filter for the wanted ports (all, when none is named or `wantsAllPorts` is set).
  public init(
    ports: [UInt16], wantsAllPorts: Bool, userExpression: String? = nil, isExact: Bool = false
  ) {
    self.ports = ports
    self.wantsAllPorts = wantsAllPorts
    self.userExpression = userExpression
    self.isExact = isExact
  }

  /// The whole expression for a link type.
  public func expression(for linkType: LinkType) -> String {
    let user = userExpression ?? ""
    if isExact { return user }
    let wanted = wantedExpression
    let plain = user.isEmpty ? wanted : "\(wanted) and (\(user))"
    guard LiveFilter.knowsTags(of: linkType) else { return plain }
    return "(\(plain)) or (vlan and \(plain))"
  }

  /// Whether libpcap can look behind the VLAN tags of a link type.
  public static func knowsTags(of linkType: LinkType) -> Bool {
    [.ethernet, .wireless, .radiotap].contains(linkType)
  }

  /// The word in the user's expression that steps over a header and so moves every test behind it,
  /// also those that are put around it; nil when there is none.
  public var encapsulationWord: String? {
    guard !isExact, let userExpression else { return nil }
    let words = userExpression.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "\\" }
    return words.map { $0.lowercased() }.first {
      ["vlan", "mpls", "pppoed", "pppoes", "geneve", "vxlan"].contains($0)
    }
  }

  private var wantedExpression: String {
    // True of every IPv4 fragment, and of IPv6 fragments whose header names TCP.
    guard !wantsAllPorts, !ports.isEmpty else { return "tcp" }
    let named = ports.map { "tcp port \($0)" }.joined(separator: " or ")
    return "(\(named) or (ip proto 6 and ip[6:2] & 0x1fff != 0)"
      + " or (ip6 proto 44 and ip6[40] = 6))"
  }
}
