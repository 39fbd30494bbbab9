public import Storage
public import Wire

/// One incarnation of a 5-tuple inside its VLANs and tunnel. Side 0 is the lower endpoint.
public struct Connection: BitwiseCopyable, Sendable {
  public let key: ConnectionKey
  /// What the key and the two streams of a connection hash to.
  let hash: UInt32
  /// The number in order of first packet, from 0.
  public let number: UInt64
  /// Wireshark's tcp.stream; absent when unknowable.
  public let tcpStream: UInt64?
  /// Whether only a SYN can change what Wireshark makes of its endpoints.
  var hasSettledIndex: Bool
  /// Whether an earlier connection had the same ports; what was long ago may be forgotten.
  public let reusesPorts: Bool
  public let input: UInt16
  public internal(set) var streams: Pair<StreamState>
  public internal(set) var start: Int64
  public internal(set) var end: Int64
  /// Handshake: when the first SYN, SYN/ACK and ACK passed; `Int64.min` when not seen.
  var synTime = Int64.min
  var synAcknowledgedTime = Int64.min
  /// SYN → SYN/ACK and SYN/ACK → ACK; `Int64.max` when unknown.
  public internal(set) var serverHandshake = Int64.max
  public internal(set) var clientHandshake = Int64.max
  /// The side that is the client, once known.
  public internal(set) var clientSide: UInt8 = 0
  public internal(set) var clientKnown = ClientKnown.unknown
  /// Set with the first payload: from then on the client stays.
  var clientIsFixed = false
  public internal(set) var phase = Phase.open
  /// Whether the other side ever spoke or bytes were sent: not a half-open connection.
  var isEstablished = false

  public enum ClientKnown: UInt8, BitwiseCopyable, Sendable { case unknown, guess, port, handshake }

  /// How far a connection's life went.
  public enum Phase: UInt8, BitwiseCopyable, Sendable { case open, closed, reset }
}

extension Connection {
  /// Whether both sides said in their SYN by how much to shift the windows that they advertise.
  var isWindowScaled: Bool {
    streams.lower.facts.intersection(streams.upper.facts).contains(.windowScaleKnown)
  }
}

/// The two endpoints of a connection in order, with what surrounds them.
public struct ConnectionKey: BitwiseCopyable, Equatable, Sendable {
  public let lower: Endpoint
  public let upper: Endpoint
  public let vlans: VLANTags
  public let tunnel: Tunnel
}

extension ConnectionKey {
  /// The side that sent a segment; nil when the segment belongs to another connection.
  @inline(__always)
  func side(sending frame: DecodedFrame) -> Int? {
    guard vlans.rawValue == frame.vlans.rawValue,
      lower.address.isIPv6 == frame.source.isIPv6,
      tunnel.kind == .none && frame.tunnel.kind == .none || tunnel == frame.tunnel
    else { return nil }
    if lower.isAt(frame.source, frame.sourcePort),
      upper.isAt(frame.destination, frame.destinationPort)
    {
      return 0
    }
    if upper.isAt(frame.source, frame.sourcePort),
      lower.isAt(frame.destination, frame.destinationPort)
    {
      return 1
    }
    return nil
  }

  /// The endpoint of a side.
  @inlinable
  public func endpoint(_ side: Int) -> Endpoint {
    side == 0 ? lower : upper
  }
}

extension Endpoint {
  /// Whether it has this address, of the same family, and port.
  @inline(__always)
  fileprivate func isAt(_ address: IPAddress, _ port: UInt16) -> Bool {
    self.address.low ^ address.low | self.address.high ^ address.high | UInt64(self.port ^ port)
      == 0
  }
}
