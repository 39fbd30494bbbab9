extension FrameDecoder {
  /// An IPv4 header. RFC 791 section 3.1.
  ///
  /// A total length of 0 stands for a datagram that the sending host had not yet cut into segments:
  /// it reaches as far as its surroundings do.
  @inline(__always)
  static func ipv4(
    _ bytes: RawSpan, at offset: Int, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard walk.end &- offset >= 20 else { return .stopped(.truncatedIP) }
    let first = bytes.byte(at: offset)
    let headerLength = Int(first & 0x0f) &* 4
    guard first >> 4 == 4, headerLength >= 20 else { return .stopped(.badIPHeader) }
    let totalLength = Int(bytes.bigEndian16(at: offset &+ 2))
    if totalLength == 0 {
      walk.leaveUnlimited()
    } else {
      guard totalLength >= headerLength else { return .stopped(.badIPHeader) }
      walk.limit(to: offset &+ totalLength)
    }
    guard walk.end &- offset >= headerLength else { return .stopped(.truncatedIP) }
    frame.internetOffset = offset
    frame.source = IPAddress(ipv4: bytes.bigEndian32(at: offset &+ 12))
    frame.destination = IPAddress(ipv4: bytes.bigEndian32(at: offset &+ 16))

    let next = bytes.byte(at: offset &+ 9)
    let fragmentation = bytes.bigEndian16(at: offset &+ 6)
    if fragmentation & 0x3fff != 0 {
      return fragment(
        identification: UInt32(bytes.bigEndian16(at: offset &+ 4)), protocol: next,
        offset: Int(fragmentation & 0x1fff) &* 8, moreFragments: fragmentation & 0x2000 != 0,
        payloadOffset: offset &+ headerLength, walk, frame)
    }
    if next == InternetProtocol.tcp {
      return tcp(bytes, at: offset &+ headerLength, walk, &frame)
    }
    return transport(next, bytes, at: offset &+ headerLength, &walk, &frame)
  }

  /// An IPv4 header that lies inside a tunnel.
  @inline(never)
  static func innerIPv4(
    _ bytes: RawSpan, at offset: Int, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    ipv4(bytes, at: offset, &walk, &frame)
  }

  /// An IPv6 header. RFC 8200 section 3.
  ///
  /// A payload length of 0 stands for a jumbogram, whose option gives the length, or for a datagram
  /// that the sending host had not yet cut into segments.
  static func ipv6(
    _ bytes: RawSpan, at offset: Int, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard walk.end &- offset >= 40 else { return .stopped(.truncatedIP) }
    guard bytes.byte(at: offset) >> 4 == 6 else { return .stopped(.badIPHeader) }
    let payloadLength = Int(bytes.bigEndian16(at: offset &+ 4))
    let next = bytes.byte(at: offset &+ 6)
    if payloadLength != 0 {
      walk.limit(to: offset &+ 40 &+ payloadLength)
    } else if next == InternetProtocol.hopByHop,
      let length = jumboLength(bytes, at: offset &+ 40, end: walk.end)
    {
      walk.limit(to: offset &+ 40 &+ length)
    } else {
      walk.leaveUnlimited()
    }
    frame.internetOffset = offset
    frame.source = ipv6Address(bytes, at: offset &+ 8)
    frame.destination = ipv6Address(bytes, at: offset &+ 24)
    return transport(next, bytes, at: offset &+ 40, &walk, &frame)
  }

  /// An IP header of the version that its first four bits give.
  static func internet(
    _ bytes: RawSpan, at offset: Int, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard walk.end > offset else { return .stopped(.truncatedIP) }
    switch bytes.byte(at: offset) >> 4 {
    case 4: return innerIPv4(bytes, at: offset, &walk, &frame)
    case 6: return ipv6(bytes, at: offset, &walk, &frame)
    default: return .stopped(.notIP)
    }
  }

  static func ipv6Address(_ bytes: RawSpan, at offset: Int) -> IPAddress {
    IPAddress(
      ipv6High: bytes.bigEndian64(at: offset), low: bytes.bigEndian64(at: offset &+ 8))
  }

  /// A part of a datagram, unless nothing in the whole datagram could be decoded.
  @inline(never)
  static func fragment(
    identification: UInt32, protocol: UInt8, offset: Int, moreFragments: Bool, payloadOffset: Int,
    _ walk: Walk, _ frame: DecodedFrame
  ) -> DecodeOutcome {
    if let reason = InternetProtocol.stopReason(of: `protocol`) { return .stopped(reason) }
    return .fragment(
      IPFragment(
        source: frame.source, destination: frame.destination, identification: identification,
        protocol: `protocol`, offset: offset, moreFragments: moreFragments,
        payloadOffset: payloadOffset, payloadLength: walk.end &- payloadOffset,
        wirePayloadLength: walk.wireEnd &- payloadOffset))
  }
}

/// The protocol numbers that are decoded. https://www.iana.org/assignments/protocol-numbers
enum InternetProtocol {
  static var hopByHop: UInt8 { 0 }
  static var icmp: UInt8 { 1 }
  static var ipv4: UInt8 { 4 }
  static var tcp: UInt8 { 6 }
  static var udp: UInt8 { 17 }
  static var ipv6: UInt8 { 41 }
  static var routing: UInt8 { 43 }
  static var fragment: UInt8 { 44 }
  static var gre: UInt8 { 47 }
  static var authentication: UInt8 { 51 }
  static var icmpv6: UInt8 { 58 }
  static var destinationOptions: UInt8 { 60 }
  static var mpls: UInt8 { 137 }

  /// Why a datagram of a protocol is of no use; nil when it may hold TCP.
  static func stopReason(of number: UInt8) -> StopReason? {
    switch number {
    case tcp, udp, ipv4, ipv6, gre, mpls, hopByHop, routing, fragment, authentication,
      destinationOptions:
      nil
    case icmp, icmpv6: .icmp
    default: .otherIPProtocol
    }
  }
}
