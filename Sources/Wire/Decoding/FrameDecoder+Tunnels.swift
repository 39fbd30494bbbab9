extension FrameDecoder {
  /// Notes that what follows lies inside a tunnel; false when it lies too deep.
  ///
  /// MPLS labels are left out of the path: a label belongs to one direction only.
  static func enter(
    _ kind: Tunnel.Kind, _ identifier: UInt32?, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> Bool {
    var mixed = frame.tunnel.path
    mixed ^= UInt64(kind.rawValue) << 33
    if kind != .mpls, let identifier { mixed ^= 1 << 32 | UInt64(identifier) }
    // The steps of SplitMix64: one to one, so single tunnels never collide, and never 0 here.
    mixed &+= 0x9e37_79b9_7f4a_7c15
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    mixed ^= mixed >> 31
    frame.tunnel = Tunnel(kind: kind, identifier: identifier, path: mixed)
    return walk.descend()
  }

  /// An IP header directly inside another. RFC 2003, RFC 4213, RFC 2473.
  static func ipInIP(
    _ number: UInt8, _ bytes: RawSpan, at offset: Int, _ walk: inout Walk,
    _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard enter(.ipInIP, nil, &walk, &frame) else { return .stopped(.nestedTooDeep) }
    return number == InternetProtocol.ipv4
      ? innerIPv4(bytes, at: offset, &walk, &frame) : ipv6(bytes, at: offset, &walk, &frame)
  }

  /// A UDP header, of interest only before VXLAN (RFC 7348; 8472 is Linux' older port) and GENEVE.
  static func udp(
    _ bytes: RawSpan, at offset: Int, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard walk.end &- offset >= 8 else { return .stopped(.udp) }
    switch bytes.bigEndian16(at: offset &+ 2) {
    case 4789, 8472: return vxlan(bytes, at: offset &+ 8, &walk, &frame)
    case 6081: return geneve(bytes, at: offset &+ 8, &walk, &frame)
    default: return .stopped(.udp)
    }
  }

  private static func vxlan(
    _ bytes: RawSpan, at offset: Int, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard walk.end &- offset >= 8 else { return .stopped(.truncatedTunnel) }
    // Without a valid identifier it is something else on the same port.
    guard bytes.byte(at: offset) & 0x08 != 0 else { return .stopped(.udp) }
    let network = bytes.bigEndian32(at: offset &+ 4) >> 8
    guard enter(.vxlan, network, &walk, &frame) else { return .stopped(.nestedTooDeep) }
    return innerEthernet(bytes, at: offset &+ 8, &walk, &frame)
  }

  /// RFC 8926 section 3.4: the length of the options is in units of four bytes.
  private static func geneve(
    _ bytes: RawSpan, at offset: Int, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard walk.end &- offset >= 8 else { return .stopped(.truncatedTunnel) }
    let first = bytes.byte(at: offset)
    guard first >> 6 == 0 else { return .stopped(.unsupportedTunnel) }
    let length = 8 &+ Int(first & 0x3f) &* 4
    guard walk.end &- offset >= length else { return .stopped(.truncatedTunnel) }
    let type = bytes.bigEndian16(at: offset &+ 2)
    let network = bytes.bigEndian32(at: offset &+ 4) >> 8
    guard enter(.geneve, network, &walk, &frame) else { return .stopped(.nestedTooDeep) }
    return tunnelled(type, bytes, at: offset &+ length, &walk, &frame)
  }

  /// What a tunnel header announces by EtherType. Ethernet does not count as one more header.
  private static func tunnelled(
    _ type: UInt16, _ bytes: RawSpan, at offset: Int, _ walk: inout Walk,
    _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    if type == EtherType.transparentEthernet {
      return innerEthernet(bytes, at: offset, &walk, &frame)
    }
    guard type >= 0x0600 else { return .stopped(.unknownEtherType) }
    return etherType(type, bytes, at: offset, &walk, &frame)
  }

  /// GRE (RFC 2784, RFC 2890), NVGRE (RFC 7637) and ERSPAN inside it.
  static func gre(
    _ bytes: RawSpan, at offset: Int, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard walk.end &- offset >= 4 else { return .stopped(.truncatedTunnel) }
    let flags = bytes.bigEndian16(at: offset)
    let type = bytes.bigEndian16(at: offset &+ 2)
    // Source routes (0x4000) and the PPTP variant (version 1) are other formats.
    guard flags & 0x4007 == 0 else { return .stopped(.unsupportedTunnel) }
    var length = 4
    if flags & 0x8000 != 0 { length &+= 4 }
    var key: UInt32?
    if flags & 0x2000 != 0 {
      guard walk.end &- offset >= length &+ 4 else { return .stopped(.truncatedTunnel) }
      key = bytes.bigEndian32(at: offset &+ length)
      length &+= 4
    }
    if flags & 0x1000 != 0 { length &+= 4 }
    var kind = Tunnel.Kind.gre
    if type == EtherType.transparentEthernet, let bits = key {
      // The low eight bits of the key only spread flows over paths.
      kind = .nvgre
      key = bits >> 8
    }
    guard enter(kind, key, &walk, &frame) else { return .stopped(.nestedTooDeep) }
    let mirrored = type == 0x88be || type == 0x22eb
    if mirrored {
      return erspan(type, flags, bytes, at: offset &+ length, &walk, &frame)
    }
    guard walk.end &- offset >= length else { return .stopped(.truncatedTunnel) }
    return tunnelled(type, bytes, at: offset &+ length, &walk, &frame)
  }

  /// A frame that a switch mirrored: type I has no header of its own, type II one of 8 bytes, type
  /// III one of 12 with 8 more when its last bit says so. draft-foschiano-erspan-03 section 4.
  private static func erspan(
    _ type: UInt16, _ flags: UInt16, _ bytes: RawSpan, at offset: Int, _ walk: inout Walk,
    _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    var length = 0
    if type == 0x88be {
      length = flags & 0x1000 != 0 ? 8 : 0
    } else {
      guard walk.end &- offset >= 12 else { return .stopped(.truncatedTunnel) }
      length = bytes.byte(at: offset &+ 11) & 1 != 0 ? 20 : 12
    }
    guard walk.end &- offset >= length else { return .stopped(.truncatedTunnel) }
    return innerEthernet(bytes, at: offset &+ length, &walk, &frame)
  }
}
