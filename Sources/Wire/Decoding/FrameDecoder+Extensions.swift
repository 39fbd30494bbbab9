extension FrameDecoder {
  /// A hop-by-hop, routing or destination options header: the next header's number, then the length
  /// in units of eight bytes, the first not counted. RFC 8200 section 4.
  static func extensionHeader(
    _ number: UInt8, _ bytes: RawSpan, at offset: Int, _ walk: inout Walk,
    _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    // IPv4 has none of these, and protocol 0 means nothing there.
    guard frame.source.isIPv6 else { return .stopped(.otherIPProtocol) }
    guard walk.end &- offset >= 8 else { return .stopped(.truncatedIP) }
    guard walk.descend() else { return .stopped(.nestedTooDeep) }
    let length = (Int(bytes.byte(at: offset &+ 1)) &+ 1) &* 8
    guard walk.wireEnd &- offset >= length else { return .stopped(.badIPHeader) }
    guard walk.end &- offset >= length else { return .stopped(.truncatedIP) }
    if number == InternetProtocol.routing,
      let destination = finalDestination(bytes, at: offset, length: length)
    {
      frame.destination = destination
    }
    let next = bytes.byte(at: offset)
    return transport(next, bytes, at: offset &+ length, &walk, &frame)
  }

  /// Where a datagram with a routing header ends up, when it is still on its way there: TCP counts
  /// with that address. RFC 8200 section 4.4 and 8.1, RFC 6275 section 6.4, RFC 8754 section 2.
  private static func finalDestination(
    _ bytes: RawSpan, at offset: Int, length: Int
  ) -> IPAddress? {
    let segmentsLeft = bytes.byte(at: offset &+ 3)
    guard segmentsLeft > 0, length >= 24 else { return nil }
    switch bytes.byte(at: offset &+ 2) {
    case 0, 2:
      // Addresses stand in the order of travel, and fill the header.
      let count = (length &- 8) / 16
      return ipv6Address(bytes, at: offset &+ 8 &+ (count &- 1) &* 16)
    case 4:
      // A segment list is written from its end.
      return ipv6Address(bytes, at: offset &+ 8)
    default:
      return nil
    }
  }

  /// An IPv6 fragment header. One with neither offset nor more fragments is around a whole datagram
  /// (RFC 6946).
  static func fragmentHeader(
    _ bytes: RawSpan, at offset: Int, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard frame.source.isIPv6 else { return .stopped(.otherIPProtocol) }
    guard walk.end &- offset >= 8 else { return .stopped(.truncatedIP) }
    guard walk.descend() else { return .stopped(.nestedTooDeep) }
    let next = bytes.byte(at: offset)
    let fragmentation = bytes.bigEndian16(at: offset &+ 2)
    if fragmentation & 0xfff9 == 0 {
      return transport(next, bytes, at: offset &+ 8, &walk, &frame)
    }
    return fragment(
      identification: bytes.bigEndian32(at: offset &+ 4), protocol: next,
      offset: Int(fragmentation & 0xfff8), moreFragments: fragmentation & 1 != 0,
      payloadOffset: offset &+ 8, walk, frame)
  }

  /// An authentication header: its length is in units of four bytes, less two. RFC 4302 section 2.
  static func authenticationHeader(
    _ bytes: RawSpan, at offset: Int, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard walk.end &- offset >= 12 else { return .stopped(.truncatedIP) }
    guard walk.descend() else { return .stopped(.nestedTooDeep) }
    let length = (Int(bytes.byte(at: offset &+ 1)) &+ 2) &* 4
    guard length >= 12, walk.wireEnd &- offset >= length else { return .stopped(.badIPHeader) }
    guard walk.end &- offset >= length else { return .stopped(.truncatedIP) }
    let next = bytes.byte(at: offset)
    return transport(next, bytes, at: offset &+ length, &walk, &frame)
  }

  /// The payload length that the jumbo option of a hop-by-hop header at `offset` gives. RFC 2675.
  static func jumboLength(_ bytes: RawSpan, at offset: Int, end: Int) -> Int? {
    guard end &- offset >= 8 else { return nil }
    let headerEnd = min(end, offset &+ (Int(bytes.byte(at: offset &+ 1)) &+ 1) &* 8)
    var position = offset &+ 2
    while position &+ 1 < headerEnd {
      let kind = bytes.byte(at: position)
      // One byte of padding has no length.
      if kind == 0 {
        position &+= 1
        continue
      }
      let length = Int(bytes.byte(at: position &+ 1))
      if kind == 0xc2, length == 4, headerEnd &- position >= 6 {
        let jumbo = bytes.bigEndian32(at: position &+ 2)
        return jumbo > 0xffff ? Int(jumbo) : nil
      }
      position &+= 2 &+ length
    }
    return nil
  }
}
