/// The headers that nearly all packets have: Ethernet or what Linux has in its place, IPv4 and TCP, with
/// nothing between them, and no option but a timestamp. It says of them what `DecodedFrame` does, in a
/// form that fits into registers.
public struct PlainSegment: BitwiseCopyable {
  /// Address and port of the sender: the port in the lowest 16 bits.
  public let source: UInt64
  /// Address and port of the receiver, likewise.
  public let destination: UInt64
  /// The sequence number as sent.
  public let sequenceNumber: UInt32
  /// The acknowledgment number as sent, whether or not the flag says that it counts.
  public let acknowledgmentNumber: UInt32
  /// The data offset, the flags and the window, as the header has them.
  @usableFromInline let control: UInt32
  /// Where the payload begins in the packet.
  public let payloadOffset: Int
  /// Bytes of the payload that were captured.
  public let payloadLength: Int
  /// Bytes of the payload on the wire.
  public let wirePayloadLength: Int

  /// Where the IP header begins in the packet, and the TCP header.
  public let internetOffset: Int
  @inlinable public var transportOffset: Int { internetOffset &+ 20 }

  /// Decodes the headers of a packet; nil for any other packet.
  @inlinable @inline(__always)
  public init?(_ bytes: RawSpan, linkType: LinkType) {
    let captured = bytes.byteCount
    let ip: Int
    let type: Int
    if linkType == .ethernet {
      (type, ip) = (12, 14)
    } else if linkType == .linuxSLL2 {
      (type, ip) = (0, 20)
    } else if linkType == .linuxSLL {
      (type, ip) = (14, 16)
    } else {
      return nil
    }
    guard captured >= ip &+ 40, bytes.bigEndian16(known: type) == 0x0800 else { return nil }
    // Version and header length; no fragment; the protocol is TCP.
    guard bytes.bigEndian16(known: ip) >> 8 == 0x45,
      bytes.bigEndian32(known: ip &+ 6) & 0x3fff_00ff == 6
    else { return nil }
    let end = ip &+ Int(bytes.bigEndian16(known: ip &+ 2))
    control = bytes.bigEndian32(known: ip &+ 32)
    let length = Int(control >> 28) &* 4
    let payload = ip &+ 20 &+ length
    guard payload <= end, payload <= captured else { return nil }
    // Two paddings and a timestamp.
    guard length == 32 && bytes.bigEndian32(known: ip &+ 40) == 0x0101_080a || length == 20 else {
      return nil
    }
    source =
      UInt64(bytes.bigEndian32(known: ip &+ 12)) &<< 16 | UInt64(bytes.bigEndian16(known: ip &+ 20))
    destination =
      UInt64(bytes.bigEndian32(known: ip &+ 16)) &<< 16 | UInt64(bytes.bigEndian16(known: ip &+ 22))
    sequenceNumber = bytes.bigEndian32(known: ip &+ 24)
    acknowledgmentNumber = bytes.bigEndian32(known: ip &+ 28)
    internetOffset = ip
    payloadOffset = payload
    payloadLength = min(end, captured) &- payload
    wirePayloadLength = end &- payload
  }

  /// What a decoded frame says of its segment. Its endpoints are left out.
  @inlinable
  public init(_ frame: DecodedFrame) {
    source = 0
    destination = 0
    sequenceNumber = frame.sequenceNumber
    acknowledgmentNumber = frame.acknowledgmentNumber
    control = UInt32(frame.flags.rawValue) << 16 | UInt32(frame.window)
    internetOffset = frame.internetOffset
    payloadOffset = frame.payloadOffset
    payloadLength = frame.payloadLength
    wirePayloadLength = frame.wirePayloadLength
  }

  /// What was captured of its payload.
  @inlinable @inline(__always) @_lifetime(copy packet)
  public func payload(in packet: RawSpan) -> RawSpan {
    packet.extracting(payloadOffset..<(payloadOffset &+ payloadLength))
  }

  @inlinable public var flags: TCPFlags {
    TCPFlags(rawValue: UInt8(truncatingIfNeeded: control >> 16))
  }
  /// The window field as sent, not scaled.
  @inlinable public var window: UInt16 { UInt16(truncatingIfNeeded: control) }
}
