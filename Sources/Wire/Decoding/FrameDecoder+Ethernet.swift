extension FrameDecoder {
  /// An Ethernet header: two addresses, then the EtherType.
  @inline(__always)
  static func ethernet(
    _ bytes: RawSpan, at offset: Int, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard walk.end &- offset >= 14 else { return .stopped(.truncatedLink) }
    let type = bytes.bigEndian16(at: offset &+ 12)
    if type == EtherType.ipv4 {
      return ipv4(bytes, at: offset &+ 14, &walk, &frame)
    }
    return etherType(type, bytes, at: offset &+ 14, &walk, &frame)
  }

  /// What follows an Ethernet header that lies inside a tunnel.
  @inline(never)
  static func innerEthernet(
    _ bytes: RawSpan, at offset: Int, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    ethernet(bytes, at: offset, &walk, &frame)
  }

  /// What an EtherType announces; `offset` is the byte behind it.
  static func etherType(
    _ type: UInt16, _ bytes: RawSpan, at offset: Int, _ walk: inout Walk,
    _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    switch type {
    case EtherType.ipv4:
      return ipv4(bytes, at: offset, &walk, &frame)
    case EtherType.ipv6:
      return ipv6(bytes, at: offset, &walk, &frame)
    case EtherType.vlan, EtherType.serviceVLAN, 0x9100, 0x9200:
      return vlan(bytes, at: offset, &walk, &frame)
    case EtherType.mpls, EtherType.mplsMulticast:
      return mpls(bytes, at: offset, &walk, &frame)
    case EtherType.pppoeSession:
      return pppoe(bytes, at: offset, &walk, &frame)
    case EtherType.transparentEthernet:
      guard walk.descend() else { return .stopped(.nestedTooDeep) }
      return innerEthernet(bytes, at: offset, &walk, &frame)
    case 0x0806, 0x8035:
      return .stopped(.arp)
    case 0x8863:
      return .stopped(.notIP)
    case ..<0x0600:
      return llc(bytes, at: offset, &walk, &frame)
    default:
      return .stopped(.unknownEtherType)
    }
  }

  /// An 802.1Q or 802.1ad tag. Identifier 0 only carries a priority and is no VLAN.
  private static func vlan(
    _ bytes: RawSpan, at offset: Int, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard walk.end &- offset >= 4 else { return .stopped(.truncatedLink) }
    guard walk.descend() else { return .stopped(.nestedTooDeep) }
    let identifier = bytes.bigEndian16(at: offset) & 0x0fff
    if identifier != 0 { frame.vlans.append(identifier) }
    let type = bytes.bigEndian16(at: offset &+ 2)
    return etherType(type, bytes, at: offset &+ 4, &walk, &frame)
  }

  /// An 802.2 header, as behind the length of an 802.3 frame and in 802.11 data.
  static func llc(
    _ bytes: RawSpan, at offset: Int, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard walk.end &- offset >= 3 else { return .stopped(.truncatedLink) }
    let accessPoints = bytes.bigEndian16(at: offset)
    guard bytes.byte(at: offset &+ 2) == 0x03 else { return .stopped(.notIP) }
    if accessPoints == 0x0606 {
      return ipv4(bytes, at: offset &+ 3, &walk, &frame)
    }
    guard accessPoints == 0xaaaa else { return .stopped(.notIP) }
    guard walk.end &- offset >= 8 else { return .stopped(.truncatedLink) }
    // RFC 1042 and its bridge tunnel variant of 802.1H; other organisations number on their own.
    let organisation = bytes.bigEndian32(at: offset &+ 2) & 0x00ff_ffff
    let type = bytes.bigEndian16(at: offset &+ 6)
    guard organisation == 0 || organisation == 0x0000f8, type >= 0x0600 else {
      return .stopped(.notIP)
    }
    guard walk.descend() else { return .stopped(.nestedTooDeep) }
    return etherType(type, bytes, at: offset &+ 8, &walk, &frame)
  }
}

/// The EtherTypes that are decoded. https://www.iana.org/assignments/ieee-802-numbers
enum EtherType {
  static var ipv4: UInt16 { 0x0800 }
  static var ipv6: UInt16 { 0x86dd }
  static var vlan: UInt16 { 0x8100 }
  static var serviceVLAN: UInt16 { 0x88a8 }
  static var mpls: UInt16 { 0x8847 }
  static var mplsMulticast: UInt16 { 0x8848 }
  static var pppoeSession: UInt16 { 0x8864 }
  static var transparentEthernet: UInt16 { 0x6558 }
}
