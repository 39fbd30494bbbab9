/// What the headers of one packet say, down to TCP. Plain values, decoded eagerly; positions are
/// offsets into the packet's captured bytes (or the reassembled datagram's).
public struct DecodedFrame: Sendable {
  /// The addresses of the innermost IP header.
  public var source = IPAddress(ipv4: 0)
  public var destination = IPAddress(ipv4: 0)
  public var sourcePort: UInt16 = 0
  public var destinationPort: UInt16 = 0
  /// The 802.1Q and 802.1ad tags outside the innermost IP header; those with identifier 0 only carry
  /// a priority and are left out.
  public var vlans = VLANTags()
  /// The innermost tunnel that the packet came in, if any.
  public var tunnel = Tunnel.none

  public var sequenceNumber: UInt32 = 0
  public var acknowledgmentNumber: UInt32 = 0
  public var flags = TCPFlags()
  /// The window field as sent, not scaled.
  public var window: UInt16 = 0
  /// The shift of the window scale option, present in SYN segments only.
  @inlinable public var windowScale: UInt8? {
    get { shiftPlusOne == 0 ? nil : shiftPlusOne &- 1 }
    set { shiftPlusOne = newValue.map { $0 &+ 1 } ?? 0 }
  }
  /// 0 for none: a frame that says nothing is all zeros, which is quickly made.
  @usableFromInline var shiftPlusOne: UInt8 = 0
  /// Whether a SACK option with at least one block is present.
  public var hasSelectiveAcknowledgment = false

  /// Where the innermost IP header begins.
  public var internetOffset = 0
  /// Where the TCP header begins.
  public var transportOffset = 0
  /// Where the TCP payload begins.
  public var payloadOffset = 0
  /// How many bytes of the payload were captured.
  public var payloadLength = 0
  /// How long the payload was on the wire by the IP length; more than `payloadLength` when the
  /// snapshot length cut the packet.
  public var wirePayloadLength = 0

  @inlinable
  public init() {}

  /// What a plain segment says, its endpoints among it.
  @inlinable
  public init(_ segment: PlainSegment) {
    source = IPAddress(ipv4: UInt32(truncatingIfNeeded: segment.source >> 16))
    destination = IPAddress(ipv4: UInt32(truncatingIfNeeded: segment.destination >> 16))
    sourcePort = UInt16(truncatingIfNeeded: segment.source)
    destinationPort = UInt16(truncatingIfNeeded: segment.destination)
    sequenceNumber = segment.sequenceNumber
    acknowledgmentNumber = segment.acknowledgmentNumber
    flags = segment.flags
    window = segment.window
    internetOffset = segment.internetOffset
    transportOffset = segment.transportOffset
    payloadOffset = segment.payloadOffset
    payloadLength = segment.payloadLength
    wirePayloadLength = segment.wirePayloadLength
  }
}

/// The control bits of a TCP header. RFC 9293 section 3.1.
public struct TCPFlags: OptionSet, Hashable, Sendable {
  public var rawValue: UInt8

  @inlinable
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  @inlinable public static var fin: TCPFlags { TCPFlags(rawValue: 0x01) }
  @inlinable public static var syn: TCPFlags { TCPFlags(rawValue: 0x02) }
  @inlinable public static var reset: TCPFlags { TCPFlags(rawValue: 0x04) }
  @inlinable public static var push: TCPFlags { TCPFlags(rawValue: 0x08) }
  @inlinable public static var acknowledgment: TCPFlags { TCPFlags(rawValue: 0x10) }
  @inlinable public static var urgent: TCPFlags { TCPFlags(rawValue: 0x20) }
}

/// Up to four VLAN identifiers (12 bits each), outermost first; further tags are not told apart.
public struct VLANTags: BitwiseCopyable, Hashable, Sendable {
  /// Four 16-bit fields, the outermost in the lowest bits; each is 0x8000 | identifier, 0 for none.
  public var rawValue: UInt64 = 0

  @inlinable
  public init() {}

  @inlinable
  public var count: Int {
    (64 - rawValue.leadingZeroBitCount + 15) / 16
  }

  /// The identifier of the tag at `index`, outermost first.
  @inlinable
  public subscript(index: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: rawValue >> (UInt64(index) &* 16)) & 0x0fff
  }

  /// Adds the next inner tag. A fifth and later ones are left out.
  @inlinable
  public mutating func append(_ identifier: UInt16) {
    let index = count
    guard index < 4 else { return }
    rawValue |= UInt64(identifier & 0x0fff | 0x8000) << (UInt64(index) &* 16)
  }
}

/// A tunnel that carried a packet: its kind and identifier.
///
/// Two are equal when the two directions of a connection can go through them: labels of MPLS are not
/// compared.
public struct Tunnel: BitwiseCopyable, Hashable, Sendable {
  public enum Kind: UInt8, BitwiseCopyable, Sendable {
    case none, gre, nvgre, ipInIP, vxlan, geneve, mpls, pppoe

    /// The name in records.
    public var name: String {
      switch self {
      case .none: "none"
      case .gre: "gre"
      case .nvgre: "nvgre"
      case .ipInIP: "ip-in-ip"
      case .vxlan: "vxlan"
      case .geneve: "geneve"
      case .mpls: "mpls"
      case .pppoe: "pppoe"
      }
    }
  }

  public var kind: Kind
  /// The VXLAN or GENEVE network identifier, GRE key, MPLS label or PPPoE session; absent where the
  /// kind has none.
  @inlinable public var identifier: UInt32? { hasIdentifier ? number : nil }
  @usableFromInline var number: UInt32
  @usableFromInline var hasIdentifier: Bool
  /// Tells stacks of tunnels apart whose innermost one is equal: a mix of all their kinds and
  /// identifiers, equal in both directions of a connection. MPLS labels, which belong to one
  /// direction, are not in it.
  public var path: UInt64

  @inlinable
  public init(kind: Kind, identifier: UInt32?, path: UInt64) {
    self.kind = kind
    number = identifier ?? 0
    hasIdentifier = identifier != nil
    self.path = path
  }

  @inlinable public static var none: Tunnel { Tunnel(kind: .none, identifier: nil, path: 0) }

  @inlinable
  public static func == (a: Tunnel, b: Tunnel) -> Bool {
    a.kind == b.kind && a.path == b.path && (a.kind == .mpls || a.identifier == b.identifier)
  }

  @inlinable
  public func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    hasher.combine(path)
  }
}
