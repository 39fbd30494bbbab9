import Wire

extension SavefileReader {
  /// The first four bytes of a file, read as little-endian, for a format in that byte order.
  enum Magic {
    static var microseconds: UInt32 { 0xa1b2_c3d4 }
    static var nanoseconds: UInt32 { 0xa1b2_3c4d }
    /// The variant of Alexey Kuznetzov's patch: a record header has eight bytes more.
    static var modified: UInt32 { 0xa1b2_cd34 }
    /// The type of a section header block, the same in both byte orders.
    static var section: UInt32 { 0x0a0d_0d0a }
  }

  /// Recognises the format and reads the file header.
  ///
  /// A pcap file header: magic, version (2 + 2 bytes), 8 unused bytes, snapshot length, link type.
  mutating func recognize(
    in buffer: RawSpan, at position: inout Int
  ) throws(SavefileError) -> SavefileItem {
    guard buffer.byteCount &- position >= 24 else { return .needMoreBytes(minimum: 24) }
    var magic = buffer.word32(at: position, .little)
    if magic == Magic.section {
      format = .pcapng
      do {
        return try nextBlock(in: buffer, at: &position)
      } catch {
        format = .unrecognized
        throw error
      }
    }
    byteOrder = .little
    if Self.isPcapMagic(magic.byteSwapped) {
      byteOrder = .big
      magic = magic.byteSwapped
    }
    guard Self.isPcapMagic(magic) else {
      throw notACapture(buffer.extracting(position..<buffer.byteCount))
    }
    let major = buffer.word16(at: position &+ 4, byteOrder)
    let minor = buffer.word16(at: position &+ 6, byteOrder)
    guard major == 2 else { throw error(.unsupported, "pcap version \(major).\(minor)") }
    // Up to version 2.2 the original length stood before the captured one, in 2.3 either way.
    lengthsAreSwapped = minor < 3
    let snapshotLength = buffer.word32(at: position &+ 16, byteOrder)
    let linkWord = buffer.word32(at: position &+ 20, byteOrder)

    recordHeaderLength = magic == Magic.modified ? 24 : 16
    nanosecondsPerFraction = magic == Magic.nanoseconds ? 1 : 1_000
    maximumRecordLength = Self.plausibleLength(snapshotLength: snapshotLength)
    // Bit 26 says that the four highest bits count the 16-bit words of a frame check sequence.
    checkSequenceLength = linkWord & 0x0400_0000 != 0 ? Int(linkWord >> 28) &* 2 : 0
    let linkType = LinkType(rawValue: UInt16(truncatingIfNeeded: linkWord))
    packet.linkType = linkType
    interfaces = [SavefileInterface(linkType: linkType, snapshotLength: snapshotLength)]
    format = .pcap
    hasPlainRecords =
      byteOrder == .little && recordHeaderLength == 16 && checkSequenceLength == 0
      && !lengthsAreSwapped
    consume(24, at: &position)
    return .skipped
  }

  /// The most bytes that a packet can have where a file gives a snapshot length.
  static func plausibleLength(snapshotLength: UInt32) -> Int {
    max(maximumPacketLength, min(Int(snapshotLength), maximumSnapshotLength))
  }

  private static func isPcapMagic(_ magic: UInt32) -> Bool {
    magic == Magic.microseconds || magic == Magic.nanoseconds || magic == Magic.modified
  }

  /// Whether a file that ends within its header began like a capture.
  static func mayBeCapture(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount >= 4 else {
      return [Magic.microseconds, Magic.nanoseconds, Magic.modified, Magic.section].contains {
        magic in
        [magic, magic.byteSwapped].contains { word in
          (0..<bytes.byteCount).allSatisfy { index in
            bytes.byte(at: index) == UInt8(truncatingIfNeeded: word >> UInt32(index * 8))
          }
        }
      }
    }
    let magic = bytes.word32(at: 0, .little)
    return magic == Magic.section || isPcapMagic(magic) || isPcapMagic(magic.byteSwapped)
  }
}
