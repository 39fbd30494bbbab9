public import Storage
public import Wire

/// One incarnation of a 5-tuple inside its VLANs and tunnel. Side 0 is the lower endpoint.
public struct Connection: BitwiseCopyable, Sendable {
  // What every segment needs lies together, in front.

  /// Both endpoints as `PlainSegment` has them, when they are IPv4 without surroundings; else what no
  /// plain segment has.
  let plainLower: UInt64
  let plainUpper: UInt64
  public internal(set) var end: Int64
  /// The number in order of first packet, from 0.
  public let number: UInt64
  /// Whether nothing is amiss: what `Reassembler.becomesPlain` found, until something else than a plain
  /// segment comes.
  var isPlain = false
  /// Whether only a SYN can change what Wireshark makes of its endpoints.
  var hasSettledIndex: Bool
  /// Set with the first payload: from then on the client stays.
  var clientIsFixed = false
  /// Whether the other side ever spoke or bytes were sent: not a half-open connection.
  var isEstablished = false
  /// How far its life went.
  public internal(set) var phase = Phase.open
  /// The side that is the client, once known.
  public internal(set) var clientSide: UInt8 = 0
  /// How it is known which side that is.
  public internal(set) var clientKnown = ClientKnown.unknown
  /// Whether an earlier connection had the same ports; what was long ago may be forgotten.
  public let reusesPorts: Bool
  /// What each side sent.
  public internal(set) var streams: Pair<StreamState>

  /// The time of its first packet, nanoseconds.
  public internal(set) var start: Int64
  /// Handshake: when the first SYN, SYN/ACK and ACK passed; `Int64.min` when not seen.
  var synTime = Int64.min
  var synAcknowledgedTime = Int64.min
  /// SYN → SYN/ACK and SYN/ACK → ACK; `Int64.max` when unknown.
  public internal(set) var serverHandshake = Int64.max
  public internal(set) var clientHandshake = Int64.max
  /// Who it is between.
  public let key: ConnectionKey
  /// Wireshark's tcp.stream; absent when unknowable.
  public let tcpStream: UInt64?
  /// The index of the input that it came from.
  public let input: UInt16
  /// What the key and the two streams of a connection hash to.
  let hash: UInt32

  /// A connection that begins with a frame.
  ///
  /// - Parameters:
  ///   - frame: lent, not changed.
  ///   - mayGoOn: whether it may be one that was given up.
  init(
    _ key: ConnectionKey, frame: borrowing DecodedFrame, number: UInt64, hash: UInt32,
    note: StreamIndexTable.Note, mayGoOn: Bool, input: UInt16, at time: Int64
  ) {
    (plainLower, plainUpper) = ConnectionKey.plainEndpoints(of: frame) ?? (.max, .max)
    end = time
    self.number = number
    hasSettledIndex = note.isSettled
    reusesPorts = note.isReuse
    var stream = StreamState()
    if note.isReuse || mayGoOn { stream.facts.insert(.acknowledgmentForgotten) }
    streams = Pair(stream, stream)
    start = time
    self.key = key
    tcpStream = note.index
    self.input = input
    self.hash = hash
  }

  /// How the client is known: not yet, by having the higher port, by the port of the other side, by the
  /// handshake.
  public enum ClientKnown: UInt8, BitwiseCopyable, Sendable { case unknown, guess, port, handshake }

  /// How far a connection's life went.
  public enum Phase: UInt8, BitwiseCopyable, Sendable { case open, closed, reset }
}

extension Connection {
  /// Whether the ACK that ends the handshake is still to come, as far as was captured.
  @inline(__always)
  var awaitsHandshake: Bool { clientHandshake == .max && synAcknowledgedTime != .min }

  /// Whether no copy of a segment can have passed: it brings the byte that its stream expects next, or
  /// acknowledges more of the other one than any before it, and a copy would have done so.
  @inline(__always)
  func hasNoCopy(of segment: PlainSegment, side: Int) -> Bool {
    streams[side].expects(segment) || streams[1 - side].isAcknowledgedFurther(by: segment)
  }

  /// Whether both sides said in their SYN by how much to shift the windows that they advertise.
  var isWindowScaled: Bool {
    streams.lower.facts.intersection(streams.upper.facts).contains(.windowScaleKnown)
  }
}

/// The two endpoints of a connection in order, with what surrounds them.
public struct ConnectionKey: BitwiseCopyable, Equatable, Sendable {
  /// The endpoint that comes first in order.
  public let lower: Endpoint
  /// The other one.
  public let upper: Endpoint
  /// The VLANs that its packets are in.
  public let vlans: VLANTags
  /// The tunnel that they come through.
  public let tunnel: Tunnel

  /// - Parameter side: 0 when the lower endpoint sent the frame.
  init(_ frame: DecodedFrame, side: Int) {
    let source = Endpoint(address: frame.source, port: frame.sourcePort)
    let destination = Endpoint(address: frame.destination, port: frame.destinationPort)
    lower = side == 0 ? source : destination
    upper = side == 0 ? destination : source
    vlans = frame.vlans
    tunnel = frame.tunnel
  }
}

extension ConnectionKey {
  /// The lower and the upper endpoint of an IPv4 segment without surroundings, as `PlainSegment` has
  /// them; nil for other segments.
  static func plainEndpoints(of frame: DecodedFrame) -> (lower: UInt64, upper: UInt64)? {
    guard !frame.source.isIPv6, frame.vlans.rawValue == 0, frame.tunnel.kind == .none else {
      return nil
    }
    let source = frame.source.low << 16 | UInt64(frame.sourcePort)
    let destination = frame.destination.low << 16 | UInt64(frame.destinationPort)
    return (min(source, destination), max(source, destination))
  }

  /// The side that sent a segment; nil when the segment belongs to another connection.
  func side(sending frame: DecodedFrame) -> Int? {
    guard vlans.rawValue == frame.vlans.rawValue,
      lower.address.isIPv6 == frame.source.isIPv6,
      tunnel.kind == .none && frame.tunnel.kind == .none || tunnel == frame.tunnel
    else { return nil }
    // Which side it is cannot be foretold, but that it is one of them can.
    let straight =
      lower.difference(frame.source, frame.sourcePort)
      | upper.difference(frame.destination, frame.destinationPort)
    let crossed =
      upper.difference(frame.source, frame.sourcePort)
      | lower.difference(frame.destination, frame.destinationPort)
    guard straight == 0 || crossed == 0 else { return nil }
    return straight == 0 ? 0 : 1
  }

  /// The endpoint of a side.
  @inlinable
  public func endpoint(_ side: Int) -> Endpoint {
    side == 0 ? lower : upper
  }
}

extension Endpoint {
  /// 0 when it has this address, of the same family, and port.
  @inline(__always)
  fileprivate func difference(_ address: IPAddress, _ port: UInt16) -> UInt64 {
    self.address.low ^ address.low | self.address.high ^ address.high | UInt64(self.port ^ port)
  }
}
