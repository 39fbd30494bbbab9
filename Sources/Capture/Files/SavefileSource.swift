internal import Savefile
public import Wire

/// The packets of one capture file or pipe.
///
/// One buffer is read into again and again: 128 KiB at a time from a file, what is there from a
/// pipe, so that packets are handed out as soon as they arrive. It grows only for a larger record,
/// and only as its bytes come in. Compressed captures (gzip, zstd, lz4, xz) are unpacked on the way.
public final class SavefileSource {
  /// How an attempt to read on ended.
  public enum ReadResult: Sendable {
    /// There are bytes that were not looked at.
    case bytes
    /// The input is over.
    case end
    /// The descriptor that interrupts became readable.
    case interrupted
  }

  static let blockBytes = 128 << 10
  /// The name for messages.
  public var name: String { input.file.name }
  /// The bytes in the file, as it lies there; nil for a pipe.
  public var size: UInt64? { input.file.size }
  /// How many of them were read.
  public var bytesRead: UInt64 { input.file.bytesRead }
  /// Takes how many packets the file says were dropped between two moments, before the next packet
  /// is handed out or the end is told.
  public var lossHandler: (_ count: UInt64, _ start: CaptureTime, _ end: CaptureTime) -> Void = {
    _, _, _ in
  }
  /// Takes a packet to which the file gives no time, before it is handed out; that of the packet before
  /// stands in its place.
  public var untimedHandler: (Packet) -> Void = { _ in }
  /// The coarsest unit of the file's times so far, in nanoseconds.
  public var resolutionNanoseconds: UInt64 { reader.resolutionNanoseconds }
  /// Packets that the file says the kernel and the interface dropped; absent where it says nothing.
  public var droppedByKernel: UInt64? { reader.droppedByKernel }
  /// The same of the interface.
  public var droppedByInterface: UInt64? { reader.droppedByInterface }
  /// Up to when the capture lasted, as far as the statistics that were read tell; nil without any.
  public private(set) var statisticsTime: CaptureTime?
  /// Link types that came up and that are not decoded.
  public private(set) var unknownLinkTypes: [LinkType] = []

  let input: InputBytes
  private var reader: SavefileReader
  private var storage: [UInt8]
  /// The room for what is left of one block in front of the next.
  private let roomBytes: Int
  /// The bytes of `storage` that were read and not yet consumed.
  private var position = 0
  private var end = 0
  /// How many unconsumed bytes the reader wants to see.
  private var wanted = 1
  /// Whether `advance` stopped because it was interrupted.
  private(set) var isInterrupted = false
  private var latestLinkType = LinkType.ethernet

  /// Opens `path`, `-` for standard input.
  ///
  /// - Parameter input: the index that its packets carry.
  /// - Throws: a `CaptureError` when it cannot be opened.
  public convenience init(path: String, input: UInt16 = 0) throws(CaptureError) {
    try self.init(
      path: path, input: input, blockBytes: SavefileSource.blockBytes, isKeptOpen: true)
  }

  /// - Parameter isKeptOpen: whether its descriptor is kept between reads.
  init(
    path: String, input: UInt16, blockBytes: Int, isKeptOpen: Bool
  ) throws(CaptureError) {
    self.input = InputBytes(
      try InputFile(path: path, isKeptOpen: isKeptOpen), blockBytes: blockBytes)
    reader = SavefileReader(input: input)
    roomBytes = blockBytes + blockBytes / 4
    // Memory that is touched costs time, more than a short capture takes otherwise.
    storage = [UInt8](repeating: 0, count: min(roomBytes, 16 << 10))
  }

  /// Reads once, waiting for bytes where there are none yet.
  ///
  /// - Parameter interrupt: a descriptor that ends the wait when it becomes readable, or -1.
  /// - Throws: a `CaptureError` when reading fails, or when the input ends where it must not; every
  ///   packet before that has been handed out.
  public func readMore(interrupt: Int32 = -1) throws(CaptureError) -> ReadResult {
    makeRoom()
    do throws(InputBytes.Trouble) {
      guard let count = try input.read(into: &storage, from: end, interrupt: interrupt) else {
        return .interrupted
      }
      end += count
      if count > 0 { return .bytes }
    } catch {
      throw describe(error)
    }
    let bytes = storage
    do {
      try unsafe reader.finish(in: bytes.span.bytes.extracting(0..<end), at: position)
    } catch {
      throw describe(error)
    }
    return .end
  }

  /// Hands out the packets that are whole in the buffer: their bytes, and the comment that the file
  /// has about them, empty for none; all are borrowed, and what `body` changes in a packet is lost.
  ///
  /// - Parameters:
  ///   - foresee: is shown the packet after the next one, before `body` gets its own, where it is in the
  ///     buffer and the file is of the commonest kind; with its link type.
  ///   - body: returns whether to go on; a packet that it refuses counts as handed out.
  /// - Returns: false when `body` ended it.
  /// - Throws: a `CaptureError` for a file that cannot be read any further, or what `body` throws.
  public func forEachBufferedPacket(
    foreseeing foresee: ((RawSpan, LinkType) -> Void)? = nil,
    _ body: (inout Packet, RawSpan, RawSpan) throws(CaptureError) -> Bool
  ) throws(CaptureError) -> Bool {
    // Locals, so that no access to a member is checked for each packet. The reader is moved, or its
    // tables would be copied when they change.
    let bytes = storage
    let span = unsafe bytes.span.bytes.extracting(0..<end)
    var reader = SavefileReader()
    swap(&reader, &self.reader)
    var position = self.position
    defer {
      swap(&reader, &self.reader)
      self.position = position
    }
    var packet = reader.packet
    // Unwrapped once: a copy for each packet would be counted.
    let isForeseeing = foresee != nil
    let foresee = foresee ?? { _, _ in }
    let records = reader.plainRecords
    while true {
      while reader.nextPlain(in: span, at: &position, copy: &packet) {
        if packet.linkType != latestLinkType { note(packet.linkType) }
        let bytes = span.extracting(reader.packetBytes)
        if isForeseeing {
          let later = records.packetAfterNext(in: span, at: position)
          if !later.isEmpty { foresee(span.extracting(later), packet.linkType) }
        }
        guard try body(&packet, bytes, RawSpan()) else { return false }
      }
      let item: SavefileItem
      do {
        item = try reader.next(in: span, at: &position)
      } catch {
        throw describe(error)
      }
      switch item {
      case .packet:
        if reader.packet.linkType != latestLinkType { note(reader.packet.linkType) }
        if reader.packetDrops > 0 { tell(reader.packetLoss) }
        if !reader.packetHasTime { untimedHandler(reader.packet) }
        packet = reader.packet
        let going = try body(
          &packet, span.extracting(reader.packetBytes),
          span.extracting(reader.packetComment ?? 0..<0))
        if !going { return false }
      case .needMoreBytes(let minimum):
        wanted = minimum
        return true
      case .statistics:
        note(reader.statisticsLoss)
      case .skipped:
        break
      }
    }
  }

  /// Steps to the next packet, for inputs that are read one packet at a time.
  ///
  /// - Returns: its time; nil at the end, or when `interrupt` became readable: `isInterrupted` tells.
  func advance(interrupt: Int32) throws(CaptureError) -> CaptureTime? {
    while true {
      let item: SavefileItem
      do {
        // Gone before anything is read again, or that would copy the buffer.
        let bytes = storage
        item = try unsafe reader.next(in: bytes.span.bytes.extracting(0..<end), at: &position)
      } catch {
        throw describe(error)
      }
      switch item {
      case .packet:
        if reader.packet.linkType != latestLinkType { note(reader.packet.linkType) }
        return reader.packet.time
      case .needMoreBytes(let minimum):
        wanted = minimum
        switch try readMore(interrupt: interrupt) {
        case .bytes: break
        case .end: return nil
        case .interrupted:
          isInterrupted = true
          return nil
        }
      case .statistics:
        note(reader.statisticsLoss)
      case .skipped:
        break
      }
    }
  }

  /// Hands out the packet that `advance` stepped to.
  func withPacket<Result>(
    _ body: (inout Packet, RawSpan, RawSpan) throws(CaptureError) -> Result
  ) throws(CaptureError) -> Result {
    if reader.packetDrops > 0 { tell(reader.packetLoss) }
    if !reader.packetHasTime { untimedHandler(reader.packet) }
    let bytes = storage
    let span = unsafe bytes.span.bytes
    var packet = reader.packet
    return try body(
      &packet, span.extracting(reader.packetBytes),
      span.extracting(reader.packetComment ?? 0..<0))
  }

  private func note(_ loss: SavefileLoss) {
    statisticsTime = max(statisticsTime ?? .distantPast, loss.end)
    tell(loss)
  }

  private func tell(_ loss: SavefileLoss) {
    if loss.count > 0 { lossHandler(loss.count, loss.start, loss.end) }
  }

  private func note(_ linkType: LinkType) {
    latestLinkType = linkType
    guard linkType.name == nil, !unknownLinkTypes.contains(linkType) else { return }
    // A file can hold no more interfaces than bytes, but a message needs no thousand names.
    if unknownLinkTypes.count < 8 { unknownLinkTypes.append(linkType) }
  }

  /// Moves what is left to the front, and grows the buffer when a record does not fit.
  private func makeRoom() {
    let rest = end - position
    let isFull = end == storage.count
    if position > 0 {
      unsafe storage.withUnsafeMutableBytes { buffer in
        guard let base = buffer.baseAddress else { return }
        unsafe base.copyMemory(from: base + position, byteCount: rest)
      }
      position = 0
      end = rest
    }
    var larger = storage.count
    if isFull { larger = max(larger, roomBytes) }
    // Twice what has arrived, so that a length that lies costs no memory.
    if end == storage.count { larger = max(larger, min(wanted, 2 * storage.count)) }
    guard larger > storage.count else { return }
    storage.append(contentsOf: repeatElement(0, count: larger - storage.count))
  }

  private func describe(_ error: SavefileError) -> CaptureError {
    CaptureError(
      name, SavefileProblem.words(for: error, name: name, compression: input.compression))
  }

  private func describe(_ trouble: InputBytes.Trouble) -> CaptureError {
    if case .file(let error) = trouble { return error }
    return CaptureError(
      name,
      SavefileProblem.words(
        for: trouble, packetsRead: reader.packet.number, compression: input.compression))
  }
}

extension SavefileSource {
  /// What to tell about link types that are not decoded; nil when there were none.
  public var linkTypeProblem: CaptureError? {
    guard !unknownLinkTypes.isEmpty else { return nil }
    let names = unknownLinkTypes.map { Capture.name(of: DataLink.dlt(of: $0)) }
    return CaptureError(
      name,
      "has packets of a link type that souptap does not decode: "
        + names.joined(separator: ", "))
  }
}

extension SavefileSource {
  /// What to tell about packets without a time; nil when all have one.
  public var timeProblem: CaptureError? {
    let count = reader.packetsWithoutTime
    guard count > 0 else { return nil }
    return CaptureError(
      name,
      "gives \(count) \(count == 1 ? "packet" : "packets") no time;"
        + " that of the packet before stands in its place")
  }
}
