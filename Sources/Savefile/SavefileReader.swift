public import Wire

/// Reads a pcap or pcapng savefile out of a buffer that its caller fills piece by piece.
///
/// Call `next` with the unread bytes until it wants more of them; keep the bytes from the position
/// on, add to them and call again; at the end of the file call `finish`. The format is recognised by
/// the first bytes. No length is trusted: a record that claims more than can be is an error, and the
/// reader never asks for more than `maximumBlockLength` bytes at once.
///
/// Formats: pcap in both byte orders with microseconds or nanoseconds, the variant with longer record
/// headers of early Linux systems; pcapng 1.x with any number of sections. After an error nothing
/// more can be read.
public struct SavefileReader: Sendable {
  /// The most bytes of one packet that are believed, unless the file's own snapshot length is larger.
  public static let maximumPacketLength = 262_144
  /// The largest snapshot length that is believed.
  public static let maximumSnapshotLength = 64 << 20
  /// The most bytes that the reader asks for at once: a packet and its options.
  public static let maximumBlockLength = maximumSnapshotLength + maximumOptionsLength + 64
  /// The most interfaces of one section that are kept: 24 bytes each, and more of those in use.
  public static let maximumInterfaceCount = 1 << 20
  /// The most interfaces whose names are kept.
  static let maximumNameCount = 1024
  static let maximumOptionsLength = 1 << 20

  /// The last packet.
  public internal(set) var packet: Packet
  /// Where its captured bytes lie in the buffer, without a frame check sequence.
  public internal(set) var packetBytes = 0..<0
  /// The index of its interface in the section; 0 in a pcap file.
  public internal(set) var packetInterface = 0
  /// Whether the file gives its time: if not, that of the packet before stands in its place.
  public internal(set) var packetHasTime = true
  /// Packets so far to which the file gives no time.
  public internal(set) var packetsWithoutTime: UInt64 = 0
  /// The coarsest unit of the times so far, in nanoseconds.
  public internal(set) var resolutionNanoseconds: UInt64 = 1
  /// How many packets of its interface were dropped between it and the one before.
  public internal(set) var packetDrops: UInt64 = 0
  /// The same with the times of both.
  public var packetLoss: SavefileLoss {
    SavefileLoss(count: packetDrops, start: previousPacketTime, end: packet.time)
  }
  var previousPacketTime = CaptureTime.distantPast
  /// Where its (first) comment lies in the buffer; nil when it has none.
  public internal(set) var packetComment: Range<Int>?

  /// The last interface statistics.
  public internal(set) var statistics = SavefileStatistics(interface: 0)
  /// Packets that its interface dropped since the statistics before, as far as packets did not say so.
  public internal(set) var statisticsLoss = SavefileLoss()
  /// Packets dropped by interfaces in the whole file so far; absent when no block says so.
  public internal(set) var droppedByInterface: UInt64?
  /// Packets dropped by the kernel in the whole file so far; absent when no block says so. What
  /// packets tell of drops counts here as far as statistics do not tell more.
  public var droppedByKernel: UInt64? {
    if allPacketDrops == 0 { return kernelStatistics }
    let byInterface = min(allPacketDrops, droppedByInterface ?? 0)
    return max(kernelStatistics ?? 0, allPacketDrops &- byInterface)
  }
  var kernelStatistics: UInt64?
  var allPacketDrops: UInt64 = 0
  /// The interfaces of the current section; one for a pcap file.
  public internal(set) var interfaces: [SavefileInterface] = []
  /// The names of the first 1,024 of them as written, each cut after 256 bytes; empty where there is
  /// none.
  public internal(set) var interfaceNames: [[UInt8]] = []
  /// Of those that have packets or statistics.
  var uses: [InterfaceUse] = []
  /// Of those that have statistics.
  var knownStatistics: [InterfaceStatistics] = []

  /// The offset in the file of the next byte that is read.
  public internal(set) var offset: UInt64 = 0

  enum Format: UInt8, Sendable { case unrecognized, pcap, pcapng }
  var format = Format.unrecognized
  var byteOrder = ByteOrder.little

  // Of a pcap file.
  var recordHeaderLength = 16
  var nanosecondsPerFraction: Int64 = 1_000
  var maximumRecordLength = maximumPacketLength
  var checkSequenceLength = 0
  var lengthsAreSwapped = false
  /// Whether its records are what nearly all are: `nextPlain` reads them.
  var hasPlainRecords = false

  /// What is left of a skipped block, without its trailing length.
  var bytesToSkip = 0
  /// The length that stands behind the skipped block; 0 when none is being skipped.
  var skippedBlockLength: UInt32 = 0
  var skippedBlockOffset: UInt64 = 0

  /// A reader at the first byte of a file.
  ///
  /// - Parameter input: the index that its packets carry.
  public init(input: UInt16 = 0) {
    packet = Packet(
      number: 0, time: CaptureTime(nanoseconds: 0), originalLength: 0, linkType: .ethernet,
      input: input)
  }

  /// Whether the file's first bytes were recognised.
  public var isRecognized: Bool { format != .unrecognized }

  /// Reads the next record or block that begins at `position`, and moves the position behind it.
  ///
  /// - Throws: when it cannot be read; the position is then its first byte.
  public mutating func next(
    in buffer: RawSpan, at position: inout Int
  ) throws(SavefileError) -> SavefileItem {
    switch format {
    case .pcap: try nextRecord(in: buffer, at: &position)
    case .pcapng: try nextBlock(in: buffer, at: &position)
    case .unrecognized: try recognize(in: buffer, at: &position)
    }
  }

  /// Says whether the file may end here, where the bytes from `position` on are the last ones and
  /// `next` wanted more.
  public func finish(in buffer: RawSpan, at position: Int) throws(SavefileError) {
    let rest = buffer.byteCount &- position
    if format == .unrecognized {
      guard rest > 0 else { throw error(.empty, "no bytes") }
      let bytes = buffer.extracting(position..<buffer.byteCount)
      guard Self.mayBeCapture(bytes) else { throw notACapture(bytes) }
      throw error(.cutShort, "the file header has \(rest) bytes")
    }
    if skippedBlockLength != 0 {
      throw SavefileError(
        kind: .cutShort, packetsRead: packet.number, offset: skippedBlockOffset,
        reason: "a block of \(skippedBlockLength) bytes does not end")
    }
    guard rest == 0 else {
      throw error(
        .cutShort, "\(rest) bytes of a \(format == .pcap ? "record" : "block") are there")
    }
  }

  /// Counts the bytes of a whole record or block.
  @inline(__always)
  mutating func consume(_ count: Int, at position: inout Int) {
    position &+= count
    offset &+= UInt64(truncatingIfNeeded: count)
  }

  @inline(__always)
  func error(_ kind: SavefileError.Kind, _ reason: String) -> SavefileError {
    SavefileError(kind: kind, packetsRead: packet.number, offset: offset, reason: reason)
  }

  func notACapture(_ bytes: RawSpan) -> SavefileError {
    let format = ForeignFormat(recognizing: bytes)
    return error(.notACapture(format), format.name)
  }
}
