extension FrameDecoder {
  /// A radiotap header: version, padding, length, then words that say which fields follow. The
  /// fields begin with an optional timestamp of eight bytes and an optional byte of flags.
  /// https://www.radiotap.org
  static func radiotap(
    _ bytes: RawSpan, _ walk: inout Walk, _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard walk.end >= 8 else { return .stopped(.truncatedLink) }
    guard bytes.byte(at: 0) == 0 else { return .stopped(.badLinkHeader) }
    let length = Int(bytes.littleEndian16(at: 2))
    guard length >= 8 else { return .stopped(.badLinkHeader) }
    guard walk.end >= length else { return .stopped(.truncatedLink) }
    let present = bytes.littleEndian32(at: 4)
    var fields = 8
    var word = present
    while word & 0x8000_0000 != 0, length &- fields >= 4 {
      word = bytes.littleEndian32(at: fields)
      fields &+= 4
    }
    if present & 1 != 0 { fields = ((fields &+ 7) & ~7) &+ 8 }
    let isPadded = present & 2 != 0 && fields < length && bytes.byte(at: fields) & 0x20 != 0
    return wireless(bytes, at: length, paddedTo4: isPadded, &walk, &frame)
  }

  /// An 802.11 data frame: control, duration, three addresses, sequence; then a fourth address
  /// between access points, the quality of service, the throughput control. IEEE 802.11 section 9.3.2.
  static func wireless(
    _ bytes: RawSpan, at start: Int, paddedTo4: Bool, _ walk: inout Walk,
    _ frame: inout DecodedFrame
  ) -> DecodeOutcome {
    guard walk.end &- start >= 2 else { return .stopped(.truncatedLink) }
    let control = bytes.byte(at: start)
    let flags = bytes.byte(at: start &+ 1)
    guard control & 0x03 == 0 else { return .stopped(.badLinkHeader) }
    // Type 2 is data, and its subtype bit 2 says that there is none.
    guard control & 0x4c == 0x08 else { return .stopped(.wirelessNoData) }
    guard flags & 0x40 == 0 else { return .stopped(.wirelessProtected) }
    // A part of a frame that was cut for the air: more to come, or not the first.
    guard walk.end &- start >= 24 else { return .stopped(.truncatedLink) }
    guard flags & 0x04 == 0, bytes.byte(at: start &+ 22) & 0x0f == 0 else {
      return .stopped(.wirelessAggregate)
    }
    var length = 24
    if flags & 0x03 == 0x03 { length &+= 6 }
    if control & 0x80 != 0 {
      guard walk.end &- start >= length &+ 2 else { return .stopped(.truncatedLink) }
      guard bytes.byte(at: start &+ length) & 0x80 == 0 else {
        return .stopped(.wirelessAggregate)
      }
      length &+= 2
      if flags & 0x80 != 0 { length &+= 4 }
    }
    if paddedTo4 { length = (length &+ 3) & ~3 }
    return llc(bytes, at: start &+ length, &walk, &frame)
  }
}
