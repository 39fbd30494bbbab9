extension FrameDecoder {
  /// What a protocol or next header number announces.
  @inline(never)
  static func transport(
    _ number: UInt8, _ bytes: RawSpan, at offset: Int, _ walk: inout Walk,
    _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    switch number {
    case InternetProtocol.tcp:
      return tcp(bytes, at: offset, walk, &frame)
    case InternetProtocol.udp:
      return udp(bytes, at: offset, &walk, &frame)
    case InternetProtocol.ipv4, InternetProtocol.ipv6:
      return ipInIP(number, bytes, at: offset, &walk, &frame)
    case InternetProtocol.gre:
      return gre(bytes, at: offset, &walk, &frame)
    case InternetProtocol.mpls:
      return mpls(bytes, at: offset, &walk, &frame)
    case InternetProtocol.hopByHop, InternetProtocol.routing, InternetProtocol.destinationOptions:
      return extensionHeader(number, bytes, at: offset, &walk, &frame)
    case InternetProtocol.fragment:
      return fragmentHeader(bytes, at: offset, &walk, &frame)
    case InternetProtocol.authentication:
      return authenticationHeader(bytes, at: offset, &walk, &frame)
    default:
      return .stopped(InternetProtocol.stopReason(of: number) ?? .otherIPProtocol)
    }
  }

  /// A TCP header. RFC 9293 section 3.1.
  ///
  /// When the snapshot length ends inside the options the segment still counts: it has a length on
  /// the wire, and no captured payload.
  @inline(__always)
  static func tcp(
    _ bytes: RawSpan, at offset: Int, _ walk: Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard walk.end &- offset >= 20 else {
      return .stopped(walk.wireEnd &- offset < 20 ? .badTCPHeader : .truncatedTCP)
    }
    let ports = bytes.bigEndian32(at: offset)
    let control = bytes.bigEndian32(at: offset &+ 12)
    let headerLength = Int(control >> 28) &* 4
    guard headerLength >= 20, walk.wireEnd &- offset >= headerLength else {
      return .stopped(.badTCPHeader)
    }
    frame.sourcePort = UInt16(truncatingIfNeeded: ports >> 16)
    frame.destinationPort = UInt16(truncatingIfNeeded: ports)
    frame.sequenceNumber = bytes.bigEndian32(at: offset &+ 4)
    frame.acknowledgmentNumber = bytes.bigEndian32(at: offset &+ 8)
    frame.flags = TCPFlags(rawValue: UInt8(truncatingIfNeeded: control >> 16))
    frame.window = UInt16(truncatingIfNeeded: control)
    frame.windowScale = nil
    frame.hasSelectiveAcknowledgment = false
    frame.transportOffset = offset
    let payloadOffset = min(offset &+ headerLength, walk.end)
    frame.payloadOffset = payloadOffset
    frame.payloadLength = walk.end &- payloadOffset
    frame.wirePayloadLength = walk.wireEnd &- (offset &+ headerLength)
    if headerLength > 20 {
      tcpOptions(bytes, from: offset &+ 20, to: payloadOffset, &frame)
    }
    return .segment
  }

  /// The options of a TCP header. One whose length cannot be ends the list, as it does for a host.
  private static func tcpOptions(
    _ bytes: RawSpan, from offset: Int, to end: Int, _ frame: inout DecodedFrame
  ) {
    // Two paddings and a timestamp: the options of nearly every segment.
    if end &- offset == 12, bytes.bigEndian32(at: offset) == 0x0101_080a { return }
    var position = offset
    while position < end {
      let kind = bytes.byte(at: position)
      if kind == 0 { return }
      if kind == 1 {
        position &+= 1
        continue
      }
      guard end &- position >= 2 else { return }
      let length = Int(bytes.byte(at: position &+ 1))
      guard length >= 2, end &- position >= length else { return }
      if kind == 3, length == 3, frame.flags.contains(.syn) {
        // RFC 7323 section 2.3: a larger shift counts as 14.
        frame.windowScale = min(bytes.byte(at: position &+ 2), 14)
      } else if kind == 5, length >= 10 {
        frame.hasSelectiveAcknowledgment = true
      }
      position &+= length
    }
  }
}
