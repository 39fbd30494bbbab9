/// How far the headers of a packet were decoded.
public enum DecodeOutcome: Sendable {
  /// A TCP header was decoded; every field of the frame is set.
  case segment
  /// The packet carries a part of a datagram. The frame's `vlans`, `tunnel`, addresses and
  /// `internetOffset` are set.
  case fragment(IPFragment)
  /// Decoding ended before TCP. The frame says nothing.
  case stopped(StopReason)
}

/// A part of an IPv4 or IPv6 datagram.
public struct IPFragment: Hashable, Sendable {
  public var source: IPAddress
  public var destination: IPAddress
  /// The identification field: 16 bits in IPv4, 32 in IPv6.
  public var identification: UInt32
  /// The IPv4 protocol, or the next header field of the IPv6 fragment header.
  public var `protocol`: UInt8
  /// Where this part belongs in the payload of the datagram, in bytes; a multiple of 8 up to 65,528.
  public var offset: Int
  /// Whether it is not the last part.
  public var moreFragments: Bool
  /// Where its bytes begin in the packet.
  public var payloadOffset: Int
  /// How many of its bytes were captured.
  public var payloadLength: Int
  /// How many bytes it has by the IP length; more than `payloadLength` when the snapshot length cut it.
  public var wirePayloadLength: Int

  public init(
    source: IPAddress, destination: IPAddress, identification: UInt32, protocol: UInt8,
    offset: Int, moreFragments: Bool, payloadOffset: Int, payloadLength: Int,
    wirePayloadLength: Int
  ) {
    self.source = source
    self.destination = destination
    self.identification = identification
    self.protocol = `protocol`
    self.offset = offset
    self.moreFragments = moreFragments
    self.payloadOffset = payloadOffset
    self.payloadLength = payloadLength
    self.wirePayloadLength = wirePayloadLength
  }
}
