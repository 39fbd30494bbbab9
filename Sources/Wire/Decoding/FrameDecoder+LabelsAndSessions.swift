extension FrameDecoder {
  /// A stack of MPLS labels (RFC 3032). What it carries is known only to the routers at its ends, so
  /// it is guessed from the bytes behind.
  static func mpls(
    _ bytes: RawSpan, at start: Int, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    var offset = start
    var entry: UInt32
    repeat {
      guard walk.end &- offset >= 4 else { return .stopped(.truncatedLink) }
      entry = bytes.bigEndian32(at: offset)
      offset &+= 4
    } while entry & 0x100 == 0
    guard enter(.mpls, entry >> 12, &walk, &frame) else { return .stopped(.nestedTooDeep) }
    guard walk.end > offset else { return .stopped(.truncatedLink) }
    switch bytes.byte(at: offset) >> 4 {
    case 4 where looksLikeIPv4(bytes, at: offset, end: walk.end):
      return innerIPv4(bytes, at: offset, &walk, &frame)
    case 6 where !looksLikeEthernet(bytes, at: offset, end: walk.end):
      return ipv6(bytes, at: offset, &walk, &frame)
    case 0
    where looksLikeEthernet(bytes, at: offset &+ 4, end: walk.end)
      && !looksLikeEthernet(bytes, at: offset, end: walk.end):
      // A pseudo-wire's control word. RFC 4385 section 3.
      return innerEthernet(bytes, at: offset &+ 4, &walk, &frame)
    case 1 where !looksLikeEthernet(bytes, at: offset, end: walk.end):
      return .stopped(.notIP)
    default:
      return innerEthernet(bytes, at: offset, &walk, &frame)
    }
  }

  private static func looksLikeIPv4(_ bytes: RawSpan, at offset: Int, end: Int) -> Bool {
    guard end &- offset >= 20 else { return true }
    let headerLength = UInt16(bytes.byte(at: offset) & 0x0f) &* 4
    let totalLength = bytes.bigEndian16(at: offset &+ 2)
    return headerLength >= 20 && (totalLength == 0 || totalLength >= headerLength)
  }

  /// Whether an Ethernet header here would have an EtherType that is known.
  private static func looksLikeEthernet(_ bytes: RawSpan, at offset: Int, end: Int) -> Bool {
    guard end &- offset >= 14 else { return false }
    switch bytes.bigEndian16(at: offset &+ 12) {
    case EtherType.ipv4, EtherType.ipv6, EtherType.vlan, EtherType.serviceVLAN, EtherType.mpls,
      EtherType.pppoeSession, 0x0806, 0x9100:
      return true
    default:
      return false
    }
  }

  /// A PPPoE session header: version and type, code, session, length. RFC 2516 section 4.
  static func pppoe(
    _ bytes: RawSpan, at offset: Int, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard walk.end &- offset >= 6 else { return .stopped(.truncatedLink) }
    guard bytes.byte(at: offset) == 0x11 else { return .stopped(.badLinkHeader) }
    guard bytes.byte(at: offset &+ 1) == 0 else { return .stopped(.notIP) }
    let session = UInt32(bytes.bigEndian16(at: offset &+ 2))
    guard enter(.pppoe, session, &walk, &frame) else { return .stopped(.nestedTooDeep) }
    return pppProtocol(bytes, at: offset &+ 6, &walk, &frame)
  }

  /// A PPP protocol number and what follows. One that is odd in its first byte is only that byte.
  /// RFC 1661 section 2.
  static func pppProtocol(
    _ bytes: RawSpan, at offset: Int, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard walk.end > offset else { return .stopped(.truncatedLink) }
    var number = UInt16(bytes.byte(at: offset))
    var next = offset &+ 1
    if number & 1 == 0 {
      guard walk.end > next else { return .stopped(.truncatedLink) }
      number = number << 8 | UInt16(bytes.byte(at: next))
      next &+= 1
    }
    switch number {
    case 0x0021: return innerIPv4(bytes, at: next, &walk, &frame)
    case 0x0057: return ipv6(bytes, at: next, &walk, &frame)
    case 0x0281, 0x0283: return mpls(bytes, at: next, &walk, &frame)
    default: return .stopped(.notIP)
    }
  }
}
