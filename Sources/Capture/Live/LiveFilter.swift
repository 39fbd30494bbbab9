internal import Wire

/// What a live capture asks the kernel for, in libpcap's language.
///
/// Only what can carry ControlProtocol is copied out of the kernel: TCP of the wanted ports, or all
/// TCP while connections on other ports are searched too. Later fragments have no ports, so all of
/// them come along. A tag of a VLAN shifts every header, so that Ethernet needs each test twice.
public struct LiveFilter: Sendable {
  /// Ports on which ControlProtocol is expected.
  public var ports: [UInt16]
  /// Whether TCP on other ports is wanted too.
  public var wantsAllPorts: Bool
  /// What the user asked for beside it.
  public var userExpression: String?

  /// Creates a filter for the wanted ports (all, when none is named or `wantsAllPorts` is set).
  public init(ports: [UInt16], wantsAllPorts: Bool, userExpression: String? = nil) {
    self.ports = ports
    self.wantsAllPorts = wantsAllPorts
    self.userExpression = userExpression
  }

  /// The whole expression; `taggable` where frames may carry VLAN tags that libpcap can look behind.
  public func expression(taggable: Bool) -> String {
    let wanted = wantedExpression
    guard let user = userExpression, !user.isEmpty else {
      return taggable ? "(\(wanted)) or (vlan and (\(wanted)))" : wanted
    }
    // Words that step over a header move every test after them: then the user's part leads, and
    // says itself which tags it wants.
    if mentionsEncapsulation(user) { return "(\(user)) and (\(wanted))" }
    let plain = "(\(wanted)) and (\(user))"
    return taggable ? "(\(plain)) or (vlan and (\(wanted)) and (\(user)))" : plain
  }

  private var wantedExpression: String {
    // `tcp` is true of every IPv4 fragment and of IPv6 fragments whose header names TCP.
    guard !wantsAllPorts, !ports.isEmpty else { return "tcp" }
    let named = ports.map { "tcp port \($0)" }.joined(separator: " or ")
    return "\(named) or (ip proto 6 and ip[6:2] & 0x1fff != 0) or ip6 proto 44"
  }

  private func mentionsEncapsulation(_ expression: String) -> Bool {
    let words = expression.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
    return words.contains { ["vlan", "mpls", "pppoes", "geneve"].contains($0) }
  }
}
