public import Wire

/// Encodes pcap and pcapng, piece by piece, onto the end of a byte array.
///
/// A pcap file is a header and records. A pcapng file is a section header, an interface description
/// for each interface, and packets in the order of the capture.
public enum SavefileEncoder {
  /// The fraction of a second in pcap records.
  public enum PcapPrecision: UInt8, Sendable {
    case microseconds, nanoseconds
  }

  /// Appends a pcap file header (24 bytes).
  public static func appendPcapHeader(
    linkType: LinkType, snapshotLength: UInt32 = 262_144,
    precision: PcapPrecision = .nanoseconds, byteOrder: ByteOrder = .little,
    to output: inout [UInt8]
  ) {
    let magic =
      precision == .nanoseconds
      ? SavefileReader.Magic.nanoseconds : SavefileReader.Magic.microseconds
    output.append(magic, byteOrder)
    output.append(2 as UInt16, byteOrder)
    output.append(4 as UInt16, byteOrder)
    output.append(0 as UInt64, byteOrder)
    output.append(snapshotLength, byteOrder)
    output.append(UInt32(linkType.rawValue), byteOrder)
  }

  /// Appends a pcap record. The format knows times from 1970 to 2106; others become the nearest.
  public static func appendPcapRecord(
    _ bytes: RawSpan, time: CaptureTime, originalLength: UInt32,
    precision: PcapPrecision = .nanoseconds, byteOrder: ByteOrder = .little,
    to output: inout [UInt8]
  ) {
    let nanoseconds = max(time.nanoseconds, 0)
    let fraction = nanoseconds % 1_000_000_000
    let seconds = nanoseconds / 1_000_000_000
    output.append(UInt32(clamping: seconds), byteOrder)
    output.append(
      UInt32(truncatingIfNeeded: precision == .nanoseconds ? fraction : fraction / 1_000),
      byteOrder)
    output.append(UInt32(clamping: bytes.byteCount), byteOrder)
    output.append(originalLength, byteOrder)
    output.append(contentsOf: bytes)
  }

  /// Appends a pcapng section header of unknown section length.
  ///
  /// - Parameter application: what wrote the file, at most 65,535 bytes; left out when empty.
  public static func appendSectionHeader(
    application: [UInt8] = [], byteOrder: ByteOrder = .little, to output: inout [UInt8]
  ) {
    appendBlock(SavefileReader.Magic.section, byteOrder, to: &output) { body in
      body.append(0x1a2b_3c4d as UInt32, byteOrder)
      body.append(1 as UInt16, byteOrder)
      body.append(0 as UInt16, byteOrder)
      body.append(UInt64.max, byteOrder)
      if !application.isEmpty {
        appendOption(4, application, byteOrder, to: &body)
        appendEndOfOptions(byteOrder, to: &body)
      }
    }
  }

  /// Appends an interface description whose times count nanoseconds.
  ///
  /// - Parameters:
  ///   - name: at most 65,535 bytes; left out when empty.
  ///   - filter: the capture filter in libpcap's language, at most 65,534 bytes; likewise.
  public static func appendInterfaceDescription(
    linkType: LinkType, snapshotLength: UInt32 = 262_144, name: [UInt8] = [],
    filter: [UInt8] = [], byteOrder: ByteOrder = .little, to output: inout [UInt8]
  ) {
    appendBlock(1, byteOrder, to: &output) { body in
      body.append(linkType.rawValue, byteOrder)
      body.append(0 as UInt16, byteOrder)
      body.append(snapshotLength, byteOrder)
      if !name.isEmpty { appendOption(2, name, byteOrder, to: &body) }
      appendOption(9, [9], byteOrder, to: &body)
      // A zero says that the filter is text.
      if !filter.isEmpty { appendOption(11, [0] + filter, byteOrder, to: &body) }
      appendEndOfOptions(byteOrder, to: &body)
    }
  }

  /// The type of a pcapng block that holds an enhanced packet.
  public static let enhancedPacketType: UInt32 = 6

  /// Appends an enhanced packet of an interface whose times count nanoseconds. Times before 1970
  /// become 1970.
  ///
  /// - Parameter comment: UTF-8, at most 65,535 bytes; left out when empty.
  public static func appendEnhancedPacket(
    _ bytes: RawSpan, interface: UInt32 = 0, time: CaptureTime, originalLength: UInt32,
    comment: [UInt8] = [], byteOrder: ByteOrder = .little, to output: inout [UInt8]
  ) {
    let units = UInt64(max(time.nanoseconds, 0))
    let start = beginBlock(enhancedPacketType, byteOrder, to: &output)
    output.append(interface, byteOrder)
    output.append(UInt32(truncatingIfNeeded: units >> 32), byteOrder)
    output.append(UInt32(truncatingIfNeeded: units), byteOrder)
    output.append(UInt32(clamping: bytes.byteCount), byteOrder)
    output.append(originalLength, byteOrder)
    output.append(contentsOf: bytes)
    output.padTo4(from: start)
    if !comment.isEmpty {
      appendOption(1, comment, byteOrder, to: &output)
      appendEndOfOptions(byteOrder, to: &output)
    }
    endBlock(start, byteOrder, to: &output)
  }

  /// Appends the counters of an interface, as they were at a time.
  ///
  /// - Parameter first: when the capture on it began; nil to leave its beginning and end out.
  public static func appendInterfaceStatistics(
    _ statistics: SavefileStatistics, time: CaptureTime, since first: CaptureTime? = nil,
    byteOrder: ByteOrder = .little, to output: inout [UInt8]
  ) {
    let units = UInt64(max(time.nanoseconds, 0))
    let start = beginBlock(5, byteOrder, to: &output)
    output.append(UInt32(clamping: statistics.interface), byteOrder)
    output.append(UInt32(truncatingIfNeeded: units >> 32), byteOrder)
    output.append(UInt32(truncatingIfNeeded: units), byteOrder)
    if let first {
      let moments: [(code: UInt16, time: CaptureTime)] = [(2, first), (3, time)]
      for (code, moment) in moments {
        let units = UInt64(max(moment.nanoseconds, 0))
        output.append(code, byteOrder)
        output.append(8 as UInt16, byteOrder)
        output.append(UInt32(truncatingIfNeeded: units >> 32), byteOrder)
        output.append(UInt32(truncatingIfNeeded: units), byteOrder)
      }
    }
    let counters: [(code: UInt16, count: UInt64?)] = [
      (4, statistics.received), (5, statistics.droppedByInterface), (6, statistics.accepted),
      (7, statistics.droppedByKernel), (8, statistics.delivered),
    ]
    for (code, count) in counters {
      guard let count else { continue }
      output.append(code, byteOrder)
      output.append(8 as UInt16, byteOrder)
      output.append(count, byteOrder)
    }
    appendEndOfOptions(byteOrder, to: &output)
    endBlock(start, byteOrder, to: &output)
  }
}
