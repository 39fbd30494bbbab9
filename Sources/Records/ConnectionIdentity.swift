public import Wire

/// Which way something travels. Roles are for display: either side may send Requests.
public enum Direction: UInt8, BitwiseCopyable, Sendable {
  case clientToServer, serverToClient

  /// The name in records.
  public var name: String {
    switch self {
    case .clientToServer: "client-to-server"
    case .serverToClient: "server-to-client"
    }
  }

  /// The other way.
  @inlinable
  public var reversed: Direction {
    self == .clientToServer ? .serverToClient : .clientToServer
  }
}

/// What every record says about its connection.
public struct ConnectionIdentity: BitwiseCopyable, Equatable, Sendable {
  /// The tool's own number, from 0 in order of first packet.
  public var connection: UInt64 = 0
  /// Wireshark's tcp.stream; absent when an eviction or a capture filter made it unknowable.
  public var tcpStream: UInt64?
  /// The client's endpoint.
  public var client = Endpoint(address: IPAddress(ipv4: 0), port: 0)
  /// The server's endpoint.
  public var server = Endpoint(address: IPAddress(ipv4: 0), port: 0)
  /// The VLAN tags around it.
  public var vlans = VLANTags()
  /// The innermost tunnel around it.
  public var tunnel = Tunnel.none
  /// The index in `meta.inputs`, where there are several.
  public var input: UInt16?

  /// A connection of which nothing is known yet.
  public init() {}

  /// The sender of what travels in `direction`.
  @inlinable
  public func source(of direction: Direction) -> Endpoint {
    direction == .clientToServer ? client : server
  }

  /// The receiver of what travels in `direction`.
  @inlinable
  public func destination(of direction: Direction) -> Endpoint {
    direction == .clientToServer ? server : client
  }
}
