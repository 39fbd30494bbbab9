import Wire

extension SavefileReader {
  /// An enhanced packet: interface, time (two halves, the high one first), captured length, original
  /// length, bytes padded to four, options.
  mutating func enhancedPacket(
    in buffer: RawSpan, _ block: Range<Int>
  ) throws(SavefileError) -> SavefileItem {
    let start = block.lowerBound
    let index = Int(buffer.word32(at: start &+ 8, byteOrder))
    let units = units(in: buffer, at: start &+ 12)
    return try packet(
      in: buffer, block, interface: index, units: units, drops: 0)
  }

  /// An obsolete packet: interface and drop count (2 bytes each), then like an enhanced one.
  mutating func obsoletePacket(
    in buffer: RawSpan, _ block: Range<Int>
  ) throws(SavefileError) -> SavefileItem {
    let start = block.lowerBound
    let index = Int(buffer.word16(at: start &+ 8, byteOrder))
    let drops = buffer.word16(at: start &+ 10, byteOrder)
    let units = units(in: buffer, at: start &+ 12)
    return try packet(
      in: buffer, block, interface: index, units: units,
      drops: drops == 0xffff ? 0 : UInt64(drops))
  }

  @inline(__always)
  private mutating func packet(
    in buffer: RawSpan, _ block: Range<Int>, interface index: Int, units: UInt64, drops: UInt64
  ) throws(SavefileError) -> SavefileItem {
    let captured = buffer.word32(at: block.lowerBound &+ 20, byteOrder)
    let original = buffer.word32(at: block.lowerBound &+ 24, byteOrder)
    let dataStart = block.lowerBound &+ 28
    let length = Int(captured)
    guard block.upperBound &- dataStart >= length else {
      throw error(
        .damaged, "captured length \(length) in a block of \(block.count &+ 4) bytes")
    }
    // The index was checked with the block's head.
    let use = use(ofInterface: index)
    packet.time = uses[use].clock.time(ofUnits: units)
    packet.linkType = uses[use].linkType
    packet.number &+= 1
    packet.originalLength = max(original, captured)
    packetHasTime = true
    packetInterface = index
    previousPacketTime = uses[use].packetTime
    uses[use].packetTime = packet.time
    packetDrops = drops
    packetComment = nil
    var checkSequenceLength = uses[use].checkSequenceLength
    let optionsStart = dataStart &+ (length &+ 3) & ~3
    if optionsStart < block.upperBound {
      readPacketOptions(
        in: buffer, OptionCursor(optionsStart, end: block.upperBound), &checkSequenceLength)
    }
    if packetDrops > 0 {
      allPacketDrops = Self.sum(allPacketDrops, packetDrops) ?? 0
      uses[use].packetDrops = Self.sum(uses[use].packetDrops, packetDrops) ?? 0
    }
    packetBytes = Self.withoutCheckSequence(
      dataStart..<(dataStart &+ length), original: packet.originalLength,
      length: checkSequenceLength)
    return .packet
  }

  private mutating func readPacketOptions(
    in buffer: RawSpan, _ cursor: OptionCursor, _ checkSequenceLength: inout Int
  ) {
    var cursor = cursor
    while let option = cursor.next(in: buffer, byteOrder) {
      switch option.code {
      case 1 where packetComment == nil:
        packetComment = option.value
      case 2 where option.value.count >= 4:
        // Bits 5 to 8 of the flags: bytes of the frame check sequence, 0 for unknown.
        let flags = buffer.word32(at: option.value.lowerBound, byteOrder)
        if flags & 0x1e0 != 0 { checkSequenceLength = Int(flags >> 5 & 0xf) }
      case 4 where option.value.count >= 8:
        packetDrops = buffer.word64(at: option.value.lowerBound, byteOrder)
      default:
        break
      }
    }
  }

  /// A simple packet: original length, then as many bytes as the first interface's snapshot length
  /// allows. It has no time.
  mutating func simplePacket(
    in buffer: RawSpan, _ block: Range<Int>
  ) throws(SavefileError) -> SavefileItem {
    // That there is one was checked with the block's head.
    let interface = interfaces[0]
    let original = buffer.word32(at: block.lowerBound &+ 8, byteOrder)
    var captured = original
    if interface.snapshotLength != 0 { captured = min(captured, interface.snapshotLength) }
    let dataStart = block.lowerBound &+ 12
    let length = Int(captured)
    guard block.upperBound &- dataStart >= length else {
      throw error(
        .damaged, "captured length \(length) in a block of \(block.count &+ 4) bytes")
    }
    packet.number &+= 1
    packet.originalLength = original
    packet.linkType = interface.linkType
    packetHasTime = false
    packetsWithoutTime &+= 1
    packetInterface = 0
    packetDrops = 0
    packetComment = nil
    packetBytes = Self.withoutCheckSequence(
      dataStart..<(dataStart &+ length), original: original,
      length: Int(interface.checkSequenceLength))
    return .packet
  }

  /// The place of an interface among those in use; it is from now on.
  @inline(__always)
  mutating func use(ofInterface index: Int) -> Int {
    let use = interfaces[index].use
    return use == 0 ? beginUse(ofInterface: index) : Int(use) &- 1
  }

  @inline(never)
  private mutating func beginUse(ofInterface index: Int) -> Int {
    let interface = interfaces[index]
    let clock = SavefileClock(resolution: interface.resolution, offset: interface.timeOffset)
    resolutionNanoseconds = max(resolutionNanoseconds, clock.resolutionNanoseconds)
    uses.append(
      InterfaceUse(
        clock: clock, linkType: interface.linkType,
        checkSequenceLength: Int(interface.checkSequenceLength)))
    interfaces[index].use = UInt32(uses.count)
    return uses.count - 1
  }
}
