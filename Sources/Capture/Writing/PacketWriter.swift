internal import Glibc
internal import Savefile
public import Wire

/// Keeps packets in pcapng or pcap files, one after the other when they are limited.
///
/// Whole blocks are gathered in a buffer and written together. What goes wrong is remembered, and
/// nothing is written any more; the file then ends with its last whole packet.
public final class PacketWriter {
  /// What the files look like.
  public enum Format: Sendable {
    case pcapng, pcap
  }

  /// Where packets come from.
  public struct Interface: Sendable {
    /// Its name as the system has it; empty where there is none.
    public var name: String
    /// What the first bytes of its packets are.
    public var linkType: LinkType
    /// The most bytes of a packet that are captured.
    public var snapshotLength: Int
    /// The capture filter that its packets passed; empty for none.
    public var filter: String

    /// Creates the description of an interface; name and filter are left out where they are empty.
    public init(
      name: String = "", linkType: LinkType,
      snapshotLength: Int = LiveOptions.maximumSnapshotLength, filter: String = ""
    ) {
      self.name = name
      self.linkType = linkType
      self.snapshotLength = snapshotLength
      self.filter = filter
    }
  }

  /// Opens a file: its name's count and seconds, and whether it is opened anew under the same name,
  /// where it must not be emptied; a descriptor.
  public typealias Opener = (Int, Int64, Bool) throws(CaptureError) -> Int32

  /// What went wrong, for a person.
  public private(set) var trouble: String?
  /// Whether whoever read the pipe has closed it.
  public private(set) var isReaderGone = false
  /// Whether the last file that there may be is full.
  public private(set) var isComplete = false
  /// Packets that were written whole, and files that were begun. Those that are still gathered count
  /// once they are written.
  public private(set) var packetCount: UInt64 = 0
  public private(set) var fileCount = 0

  let format: Format
  private let names: PacketFileNames
  private let application: String
  private let openFile: Opener
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  /// Packets in the buffer.
  private var gathered: UInt64 = 0
  /// Bytes of the current file that were written.
  private var written: UInt64 = 0
  private var interfaces: [Interface] = []
  /// What the current file says of each interface.
  private var counters: [Counters] = []
  private var hasHeader = false
  /// When the current file and its period began.
  private var start: CaptureTime?
  private var period: Int64?
  private var count = 0
  private var periods = 0

  private struct Counters {
    var packets: UInt64 = 0
    var kernel: UInt64?
    var interface: UInt64?
    /// When the last statistics were told.
    var told: CaptureTime?
  }

  private static let blockBytes = 256 << 10

  /// Opens the first file.
  ///
  /// - Parameters:
  ///   - time: when that begins; nil when the first packet will tell, which a time limit needs.
  ///   - application: what the files say has written them.
  /// - Throws: what `open` throws.
  public init(
    _ format: Format, names: PacketFileNames, time: CaptureTime?, application: String,
    open: @escaping Opener
  ) throws(CaptureError) {
    self.format = format
    self.names = names
    self.application = application
    openFile = open
    start = time
    period = time.map { $0.nanoseconds / 1_000_000_000 }
    buffer.reserveCapacity(Self.blockBytes + Self.blockBytes)
    descriptor = -1
    // A name with a time in it is known with the first packet only.
    if time != nil || names.seconds == nil {
      descriptor = try open(0, period ?? 0, false)
      fileCount = 1
    }
  }

  /// Makes an interface known, before its first packet; returns its place.
  public func add(_ interface: Interface) -> Int {
    interfaces.append(interface)
    counters.append(Counters())
    if hasHeader { describe(interface) }
    return interfaces.count - 1
  }

  /// Keeps a packet.
  ///
  /// - Parameters:
  ///   - place: the place of its interface.
  ///   - comment: what was known about it, in UTF-8; pcap has no place for it.
  public func write(_ packet: Packet, bytes: RawSpan, comment: RawSpan, interface place: Int) {
    guard trouble == nil, !isComplete, !isReaderGone else { return }
    turn(at: packet.time)
    guard trouble == nil, !isComplete else { return }
    writeHeader()
    if format == .pcapng {
      SavefileEncoder.appendEnhancedPacket(
        bytes, interface: UInt32(truncatingIfNeeded: place), time: packet.time,
        originalLength: packet.originalLength,
        comment: comment.byteCount == 0 ? [] : Self.array(comment), to: &buffer)
    } else {
      guard interfaces[place].linkType == interfaces[0].linkType else {
        flush()
        fail(
          "a pcap file has one link type and this capture has several: name a file without .pcap,"
            + " for pcapng")
        return
      }
      SavefileEncoder.appendPcapRecord(
        bytes, time: packet.time, originalLength: packet.originalLength, to: &buffer)
    }
    counters[place].packets &+= 1
    gathered &+= 1
    if buffer.count >= Self.blockBytes { flush() }
  }

  /// Notes packets that an interface lost between two moments; pcap has no place for them.
  ///
  /// - Parameters:
  ///   - kernel: packets that the kernel dropped.
  ///   - lost: packets that the interface dropped.
  public func noteLoss(
    interface place: Int, kernel: UInt64, lost: UInt64, from: CaptureTime, to: CaptureTime
  ) {
    guard format == .pcapng, trouble == nil, descriptor >= 0, !isComplete else { return }
    writeHeader()
    // Whoever reads the file takes the time between two statistics for that of the loss.
    if counters[place].told != from {
      appendStatistics(place, at: from, isLast: false)
    }
    counters[place].kernel = (counters[place].kernel ?? 0) &+ kernel
    if lost > 0 { counters[place].interface = (counters[place].interface ?? 0) &+ lost }
    appendStatistics(place, at: to, isLast: false)
    counters[place].told = to
  }

  /// Says that drops of an interface are counted, so that none told means none lost.
  public func countsDrops(interface place: Int) {
    counters[place].kernel = counters[place].kernel ?? 0
  }

  /// Writes what was gathered.
  public func flush() {
    guard !buffer.isEmpty, trouble == nil, descriptor >= 0 else { return }
    let count = put()
    if count == buffer.count {
      written &+= UInt64(count)
      packetCount &+= gathered
    } else {
      // What is cut off would make the whole file look damaged.
      let whole = wholeBlocks(in: count)
      packetCount &+= whole.packets
      // The file may have had something in it already.
      let end = lseek(descriptor, 0, SEEK_CUR)
      if end >= 0 { _ = ftruncate(descriptor, end - off_t(count - whole.bytes)) }
    }
    buffer.removeAll(keepingCapacity: true)
    gathered = 0
  }

  /// Opens the current file anew, where its name stands for another one by now, because somebody
  /// moved it away.
  ///
  /// - Throws: a `CaptureError` when that cannot be opened; the old one is kept then.
  public func reopen(at time: CaptureTime) throws(CaptureError) {
    guard trouble == nil, names.path != "-", descriptor >= 0 else { return }
    let opened = try openFile(count, period ?? 0, true)
    if Self.isSameFile(opened, descriptor) {
      close(opened)
      return
    }
    endFile(at: time)
    guard trouble == nil else {
      close(opened)
      return
    }
    _ = ftruncate(opened, 0)
    begin(opened, at: time)
  }

  /// Ends the last file.
  ///
  /// - Parameter time: up to when packets were looked for.
  public func finish(at time: CaptureTime) {
    guard trouble == nil, descriptor >= 0, !isComplete else { return }
    endFile(at: time)
  }

  // MARK: Turning to the next file

  private func turn(at time: CaptureTime) {
    let seconds = time.nanoseconds / 1_000_000_000
    if start == nil { start = time }
    if period == nil {
      period = seconds
      if descriptor < 0 { open(at: time) }
    }
    if let limit = names.seconds, let period, seconds &- period >= limit {
      periods += 1
      if let files = names.files, names.bytes == nil, periods >= files {
        endFile(at: time)
        isComplete = true
        return
      }
      self.period = seconds
      count = 0
      endFile(at: time)
      open(at: time)
    } else if let limit = names.bytes, written &+ UInt64(buffer.count) > limit {
      count += 1
      if let files = names.files, count >= files { count = 0 }
      endFile(at: time)
      open(at: time)
    }
  }

  private func open(at time: CaptureTime) {
    guard trouble == nil else { return }
    do {
      begin(try openFile(count, period ?? 0, false), at: time)
    } catch {
      descriptor = -1
      fail(error.problem)
    }
  }

  private func begin(_ opened: Int32, at time: CaptureTime) {
    descriptor = opened
    written = 0
    hasHeader = false
    start = time
    fileCount += 1
    for place in counters.indices {
      counters[place] = Counters(kernel: counters[place].kernel.map { _ in 0 })
    }
  }

  private func endFile(at time: CaptureTime) {
    writeHeader()
    if format == .pcapng {
      for place in interfaces.indices { appendStatistics(place, at: time, isLast: true) }
    }
    flush()
    if descriptor != STDOUT_FILENO, descriptor >= 0, close(descriptor) != 0 { fail(errno) }
    descriptor = -1
  }

  // MARK: What is in a file

  private func writeHeader() {
    guard !hasHeader else { return }
    hasHeader = true
    guard format == .pcapng else {
      SavefileEncoder.appendPcapHeader(
        linkType: interfaces.first?.linkType ?? .ethernet,
        snapshotLength: UInt32(
          clamping: interfaces.first?.snapshotLength ?? LiveOptions.maximumSnapshotLength),
        to: &buffer)
      return
    }
    SavefileEncoder.appendSectionHeader(application: Array(application.utf8), to: &buffer)
    for interface in interfaces { describe(interface) }
  }

  private func describe(_ interface: Interface) {
    guard format == .pcapng else { return }
    SavefileEncoder.appendInterfaceDescription(
      linkType: interface.linkType, snapshotLength: UInt32(clamping: interface.snapshotLength),
      name: Array(interface.name.utf8), filter: Array(interface.filter.utf8), to: &buffer)
  }

  private func appendStatistics(_ place: Int, at time: CaptureTime, isLast: Bool) {
    let counters = counters[place]
    var statistics = SavefileStatistics(
      interface: place, droppedByInterface: counters.interface, droppedByKernel: counters.kernel)
    if isLast {
      statistics.delivered = counters.packets
      statistics.accepted = counters.kernel.map { counters.packets &+ $0 }
    }
    SavefileEncoder.appendInterfaceStatistics(
      statistics, time: time, since: isLast ? start : nil, to: &buffer)
  }

  private static func array(_ bytes: RawSpan) -> [UInt8] {
    unsafe bytes.withUnsafeBytes { unsafe Array($0) }
  }

  // MARK: Writing

  /// Writes the buffer; how many bytes could be written.
  private func put() -> Int {
    var done = 0
    while done < buffer.count {
      let count = unsafe buffer.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done)
      }
      if count >= 0 {
        done += count
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&wait, 1, 1000)
      case EPIPE:
        isReaderGone = true
        return done
      default:
        fail(errno)
        return done
      }
    }
    return done
  }

  /// How many of the first `count` bytes in the buffer are whole blocks or records, and how many
  /// packets those have.
  private func wholeBlocks(in count: Int) -> (bytes: Int, packets: UInt64) {
    func word(_ offset: Int) -> Int {
      guard offset + 4 <= buffer.count else { return buffer.count }
      return (0..<4).reduce(0) { $0 | Int(buffer[offset + $1]) << (8 * $1) }
    }
    var whole = (bytes: 0, packets: 0 as UInt64)
    if format == .pcap, written == 0 {
      guard count >= 24 else { return whole }
      whole.bytes = 24
    }
    while whole.bytes < count {
      let isPcap = format == .pcap
      let length = isPcap ? 16 + word(whole.bytes + 8) : word(whole.bytes + 4)
      guard length > 0, whole.bytes + length <= count else { break }
      if isPcap || word(whole.bytes) == Int(SavefileEncoder.enhancedPacketType) {
        whole.packets += 1
      }
      whole.bytes += length
    }
    return whole
  }

  private func fail(_ number: Int32) {
    fail(
      number == ENOSPC || number == EDQUOT
        ? "the disk is full, packets are no longer kept"
        : "\(systemMessage(number)); packets are no longer kept")
  }

  private func fail(_ problem: String) {
    guard trouble == nil else { return }
    trouble = "--write \(names.path): \(problem)"
  }

  private static func isSameFile(_ a: Int32, _ b: Int32) -> Bool {
    var first = stat()
    var second = stat()
    guard unsafe fstat(a, &first) == 0, unsafe fstat(b, &second) == 0 else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }
}
