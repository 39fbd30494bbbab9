import Wire

extension SavefileReader {
  /// A section header: byte order, version (2 + 2 bytes), section length, options. Its length is of
  /// no use to who reads all blocks.
  mutating func sectionHeader(
    in buffer: RawSpan, _ block: Range<Int>
  ) throws(SavefileError) -> SavefileItem {
    let major = buffer.word16(at: block.lowerBound &+ 12, byteOrder)
    guard major == 1 else {
      let minor = buffer.word16(at: block.lowerBound &+ 14, byteOrder)
      throw error(.unsupported, "pcapng version \(major).\(minor)")
    }
    interfaces.removeAll(keepingCapacity: interfaces.count <= 1024)
    uses.removeAll(keepingCapacity: uses.count <= 1024)
    knownStatistics.removeAll()
    interfaceNames.removeAll()
    return .skipped
  }

  /// An interface description: link type, 2 unused bytes, snapshot length, options.
  mutating func interfaceDescription(
    in buffer: RawSpan, _ block: Range<Int>
  ) throws(SavefileError) -> SavefileItem {
    guard interfaces.count < Self.maximumInterfaceCount else {
      throw error(
        .unsupported, "more than \(Self.maximumInterfaceCount) interfaces in one section")
    }
    var interface = SavefileInterface(
      linkType: LinkType(rawValue: buffer.word16(at: block.lowerBound &+ 8, byteOrder)),
      snapshotLength: buffer.word32(at: block.lowerBound &+ 12, byteOrder))
    var name: [UInt8] = []
    var options = OptionCursor(block.lowerBound &+ 16, end: block.upperBound)
    while let option = options.next(in: buffer, byteOrder) {
      switch option.code {
      case 2 where name.isEmpty && interfaces.count < Self.maximumNameCount:
        name.append(contentsOf: buffer.extracting(option.value.prefix(256)))
      case 9 where option.value.count >= 1:
        interface.resolution = buffer.byte(at: option.value.lowerBound)
      case 13 where option.value.count >= 1:
        interface.checkSequenceLength = buffer.byte(at: option.value.lowerBound) / 8
      case 14 where option.value.count >= 8:
        interface.timeOffset = Int64(
          bitPattern: buffer.word64(at: option.value.lowerBound, byteOrder))
      default:
        break
      }
    }
    if interfaces.count < Self.maximumNameCount { interfaceNames.append(name) }
    interfaces.append(interface)
    return .skipped
  }

  /// Interface statistics: interface, time (8 bytes), options with counters since the capture began.
  mutating func interfaceStatistics(
    in buffer: RawSpan, _ block: Range<Int>
  ) throws(SavefileError) -> SavefileItem {
    let index = Int(buffer.word32(at: block.lowerBound &+ 8, byteOrder))
    try checkInterface(index)
    let clock = uses[use(ofInterface: index)].clock
    var time = clock.time(ofUnits: units(in: buffer, at: block.lowerBound &+ 12))
    var start = CaptureTime.distantPast
    var current = SavefileStatistics(interface: index)
    var options = OptionCursor(block.lowerBound &+ 20, end: block.upperBound)
    while let option = options.next(in: buffer, byteOrder) {
      guard option.value.count >= 8 else { continue }
      let value = option.value.lowerBound
      switch option.code {
      case 2: start = clock.time(ofUnits: units(in: buffer, at: value))
      case 3: time = max(time, clock.time(ofUnits: units(in: buffer, at: value)))
      case 4: current.received = buffer.word64(at: value, byteOrder)
      case 5: current.droppedByInterface = buffer.word64(at: value, byteOrder)
      case 7: current.droppedByKernel = buffer.word64(at: value, byteOrder)
      default: break
      }
    }
    statistics = current
    count(current, from: start, to: time)
    return .statistics
  }

  /// A time: the upper half, then the lower one.
  func units(in buffer: RawSpan, at offset: Int) -> UInt64 {
    UInt64(buffer.word32(at: offset, byteOrder)) << 32
      | UInt64(buffer.word32(at: offset &+ 4, byteOrder))
  }

  private mutating func count(
    _ current: SavefileStatistics, from start: CaptureTime, to time: CaptureTime
  ) {
    let use = use(ofInterface: current.interface)
    let interface = uses[use]
    let place = Int(interface.statistics)
    let previous = place == 0 ? nil : knownStatistics[place - 1].totals
    let byInterface = Self.growth(current.droppedByInterface, since: previous?.droppedByInterface)
    let byKernel = Self.growth(current.droppedByKernel, since: previous?.droppedByKernel)
    droppedByInterface = Self.sum(droppedByInterface, byInterface)
    kernelStatistics = Self.sum(kernelStatistics, byKernel)

    let dropped = Self.sum(byInterface, byKernel) ?? 0
    statisticsLoss = SavefileLoss(
      count: dropped &- min(dropped, interface.packetDrops),
      start: max(start, place == 0 ? .distantPast : knownStatistics[place - 1].time),
      end: max(time, interface.packetTime))
    uses[use].packetDrops = 0
    // What this block leaves out was said before.
    var known = current
    known.droppedByInterface = current.droppedByInterface ?? previous?.droppedByInterface
    known.droppedByKernel = current.droppedByKernel ?? previous?.droppedByKernel
    let kept = InterfaceStatistics(totals: known, time: statisticsLoss.end)
    if place == 0 {
      knownStatistics.append(kept)
      uses[use].statistics = UInt32(knownStatistics.count)
    } else {
      knownStatistics[place - 1] = kept
    }
  }

  /// By how much a counter grew; one that fell began anew.
  private static func growth(_ current: UInt64?, since previous: UInt64?) -> UInt64? {
    guard let current else { return nil }
    let previous = previous ?? 0
    return current >= previous ? current - previous : current
  }

  /// A sum of counts that may be unknown; saturates.
  static func sum(_ a: UInt64?, _ b: UInt64?) -> UInt64? {
    guard let a, let b else { return a ?? b }
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }
}

/// Walks over the options of a pcapng block: code, length, value padded to four bytes. It ends with
/// the end-of-options code, the end of the block, or a length that leaves it.
struct OptionCursor {
  private var position: Int
  private let end: Int

  init(_ position: Int, end: Int) {
    self.position = position
    self.end = end
  }

  mutating func next(
    in buffer: RawSpan, _ order: ByteOrder
  ) -> (code: UInt16, value: Range<Int>)? {
    guard end &- position >= 4 else { return nil }
    let code = buffer.word16(at: position, order)
    let length = Int(buffer.word16(at: position &+ 2, order))
    let start = position &+ 4
    guard code != 0, end &- start >= length else { return nil }
    position = start &+ (length &+ 3) & ~3
    return (code, start..<(start &+ length))
  }
}
