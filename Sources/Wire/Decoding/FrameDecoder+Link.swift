extension FrameDecoder {
  /// The first header of a packet that is not Ethernet.
  static func link(
    _ linkType: LinkType, _ bytes: RawSpan, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    switch linkType {
    case .null, .loop:
      return loopback(bytes, &walk, &frame)
    case .raw, LinkType(rawValue: 12), LinkType(rawValue: 14):
      return internet(bytes, at: 0, &walk, &frame)
    case .ipv4:
      return innerIPv4(bytes, at: 0, &walk, &frame)
    case .ipv6:
      return ipv6(bytes, at: 0, &walk, &frame)
    case .linuxSLL:
      return linuxCooked(bytes, typeOffset: 14, length: 16, &walk, &frame)
    case .linuxSLL2:
      return linuxCooked(bytes, typeOffset: 0, length: 20, &walk, &frame)
    case .ppp, .pppHDLC:
      return ppp(bytes, &walk, &frame)
    case .pppEther:
      return pppoe(bytes, at: 0, &walk, &frame)
    case .ciscoHDLC:
      return ciscoHDLC(bytes, &walk, &frame)
    case .nflog:
      return nflog(bytes, &walk, &frame)
    case .wireless:
      return wireless(bytes, at: 0, paddedTo4: false, &walk, &frame)
    case .radiotap:
      return radiotap(bytes, &walk, &frame)
    default:
      return .stopped(.unknownLinkType)
    }
  }

  /// A BSD loopback header: the address family, in the byte order of the capturing host (LOOP: in
  /// network order). The numbers for IPv6 are those of Linux, the BSDs and Darwin.
  private static func loopback(
    _ bytes: RawSpan, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard walk.end >= 4 else { return .stopped(.truncatedLink) }
    let word = bytes.bigEndian32(at: 0)
    switch word > 0xffff ? word.byteSwapped : word {
    case 2: return innerIPv4(bytes, at: 4, &walk, &frame)
    case 10, 24, 28, 30: return ipv6(bytes, at: 4, &walk, &frame)
    default: return .stopped(.notIP)
    }
  }

  /// A header of Linux' `any` device.
  private static func linuxCooked(
    _ bytes: RawSpan, typeOffset: Int, length: Int, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard walk.end >= length else { return .stopped(.truncatedLink) }
    let type = bytes.bigEndian16(at: typeOffset)
    switch type {
    case 0x0004: return llc(bytes, at: length, &walk, &frame)
    case ..<0x0600: return .stopped(.notIP)
    default: return etherType(type, bytes, at: length, &walk, &frame)
    }
  }

  /// PPP, with or without the address and control bytes of HDLC-like framing (RFC 1662), or Cisco's
  /// framing in its place.
  private static func ppp(
    _ bytes: RawSpan, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard walk.end >= 2 else { return .stopped(.truncatedLink) }
    switch bytes.bigEndian16(at: 0) {
    case 0xff03: return pppProtocol(bytes, at: 2, &walk, &frame)
    case 0x0f00, 0x8f00: return ciscoHDLC(bytes, &walk, &frame)
    default: return pppProtocol(bytes, at: 0, &walk, &frame)
    }
  }

  /// Cisco's HDLC framing: address, control, then an EtherType. RFC 1547 section 4.3.1.
  private static func ciscoHDLC(
    _ bytes: RawSpan, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard walk.end >= 4 else { return .stopped(.truncatedLink) }
    let type = bytes.bigEndian16(at: 2)
    guard type >= 0x0600, type != 0x8035 else { return .stopped(.notIP) }
    return etherType(type, bytes, at: 4, &walk, &frame)
  }

  /// A netfilter log message: family, version, group, then attributes in the byte order of the
  /// capturing host, one of which is the datagram. LINKTYPE_NFLOG.
  private static func nflog(
    _ bytes: RawSpan, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard walk.end >= 8 else { return .stopped(.truncatedLink) }
    guard bytes.byte(at: 1) == 0 else { return .stopped(.badLinkHeader) }
    // Attribute types are small: only one byte order makes sense of the first.
    let isLittleEndian = bytes.littleEndian16(at: 6) < 0x100
    var offset = 4
    while walk.end &- offset >= 4 {
      let length = Int(
        isLittleEndian ? bytes.littleEndian16(at: offset) : bytes.bigEndian16(at: offset))
      let type =
        isLittleEndian ? bytes.littleEndian16(at: offset &+ 2) : bytes.bigEndian16(at: offset &+ 2)
      guard length >= 4 else { return .stopped(.badLinkHeader) }
      if type & 0x7fff == 9 {
        walk.limit(to: offset &+ length)
        return internet(bytes, at: offset &+ 4, &walk, &frame)
      }
      offset &+= (length &+ 3) & ~3
    }
    return .stopped(offset == walk.end ? .notIP : .truncatedLink)
  }
}
