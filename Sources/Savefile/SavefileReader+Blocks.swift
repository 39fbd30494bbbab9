import Wire

extension SavefileReader {
  /// The block types of pcapng that are read. draft-ietf-opsawg-pcapng section 4.
  private enum BlockType {
    static var interface: UInt32 { 1 }
    static var obsoletePacket: UInt32 { 2 }
    static var simplePacket: UInt32 { 3 }
    static var statistics: UInt32 { 5 }
    static var enhancedPacket: UInt32 { 6 }
  }

  /// The length of type, length and trailing length.
  static var blockFrameLength: Int { 12 }

  /// A pcapng block: type, total length, body, total length again.
  mutating func nextBlock(
    in buffer: RawSpan, at position: inout Int
  ) throws(SavefileError) -> SavefileItem {
    if skippedBlockLength != 0 { return try skipOn(in: buffer, at: &position) }
    let available = buffer.byteCount &- position
    guard available >= Self.blockFrameLength else {
      return .needMoreBytes(minimum: Self.blockFrameLength)
    }
    // The section header changes the byte order, also that of its own length.
    if buffer.word32(at: position, .little) == Magic.section {
      try readByteOrder(in: buffer, at: position &+ 8)
    }
    let type = buffer.word32(at: position, byteOrder)
    let total = buffer.word32(at: position &+ 4, byteOrder)
    guard total >= Self.blockFrameLength, total & 3 == 0 else {
      throw error(.damaged, "block length \(total)")
    }
    guard let headLength = Self.headLength(ofBlock: type) else {
      return try beginSkip(of: total, in: buffer, at: &position)
    }
    let length = Int(total)
    guard length >= headLength &+ 4 else {
      throw error(.damaged, "block length \(total) is too short for its type \(type)")
    }
    guard available >= headLength else { return .needMoreBytes(minimum: headLength) }
    let limit = try mostBytes(ofBlock: type, in: buffer, at: position)
    guard length <= limit else {
      throw error(.damaged, "block length \(total) is more than \(limit)")
    }
    guard available >= length else { return .needMoreBytes(minimum: length) }
    let trailing = buffer.word32(at: position &+ length &- 4, byteOrder)
    guard trailing == total else {
      throw error(.damaged, "block length \(total), but \(trailing) at its end")
    }

    let block = position..<(position &+ length &- 4)
    let item: SavefileItem
    switch type {
    case BlockType.enhancedPacket: item = try enhancedPacket(in: buffer, block)
    case BlockType.simplePacket: item = try simplePacket(in: buffer, block)
    case BlockType.obsoletePacket: item = try obsoletePacket(in: buffer, block)
    case BlockType.interface: item = try interfaceDescription(in: buffer, block)
    case BlockType.statistics: item = try interfaceStatistics(in: buffer, block)
    default: item = try sectionHeader(in: buffer, block)
    }
    consume(length, at: &position)
    return item
  }

  /// How many bytes of a block are read before its length is judged; nil when it is skipped.
  private static func headLength(ofBlock type: UInt32) -> Int? {
    switch type {
    case BlockType.enhancedPacket, BlockType.obsoletePacket: 28
    case BlockType.simplePacket: 12
    case BlockType.interface: 16
    case BlockType.statistics: 20
    case Magic.section: 24
    default: nil
    }
  }

  /// The length that a block cannot exceed, from the captured length in its head.
  @inline(__always)
  private func mostBytes(
    ofBlock type: UInt32, in buffer: RawSpan, at position: Int
  ) throws(SavefileError) -> Int {
    switch type {
    case BlockType.enhancedPacket, BlockType.obsoletePacket:
      let captured = Int(buffer.word32(at: position &+ 20, byteOrder))
      let index =
        type == BlockType.enhancedPacket
        ? Int(buffer.word32(at: position &+ 8, byteOrder))
        : Int(buffer.word16(at: position &+ 8, byteOrder))
      try checkInterface(index)
      let limit = Self.plausibleLength(snapshotLength: interfaces[index].snapshotLength)
      guard captured <= limit else {
        throw error(.damaged, "captured length \(captured) is more than \(limit)")
      }
      return captured &+ Self.maximumOptionsLength &+ 64
    case BlockType.simplePacket:
      try checkInterface(0)
      return Self.plausibleLength(snapshotLength: interfaces[0].snapshotLength) &+ 16
    default:
      return Self.maximumOptionsLength
    }
  }

  @inline(__always)
  func checkInterface(_ index: Int) throws(SavefileError) {
    guard index < interfaces.count else {
      throw error(
        .damaged, "interface \(index) is not described; there are \(interfaces.count)")
    }
  }

  private mutating func readByteOrder(
    in buffer: RawSpan, at position: Int
  ) throws(SavefileError) {
    let word = buffer.word32(at: position, .little)
    switch word {
    case 0x1a2b_3c4d: byteOrder = .little
    case 0x4d3c_2b1a: byteOrder = .big
    default: throw error(.damaged, "a section header without a byte order")
    }
  }

  /// Begins to pass over a block, which need not fit into any buffer.
  private mutating func beginSkip(
    of total: UInt32, in buffer: RawSpan, at position: inout Int
  ) throws(SavefileError) -> SavefileItem {
    skippedBlockLength = total
    skippedBlockOffset = offset
    bytesToSkip = Int(total) &- 4
    return try skipOn(in: buffer, at: &position)
  }

  private mutating func skipOn(
    in buffer: RawSpan, at position: inout Int
  ) throws(SavefileError) -> SavefileItem {
    let count = min(bytesToSkip, buffer.byteCount &- position)
    consume(count, at: &position)
    bytesToSkip &-= count
    guard bytesToSkip == 0, buffer.byteCount &- position >= 4 else {
      return .needMoreBytes(minimum: bytesToSkip == 0 ? 4 : 1)
    }
    let trailing = buffer.word32(at: position, byteOrder)
    guard trailing == skippedBlockLength else {
      throw SavefileError(
        kind: .damaged, packetsRead: packet.number, offset: skippedBlockOffset,
        reason: "block length \(skippedBlockLength), but \(trailing) at its end")
    }
    consume(4, at: &position)
    skippedBlockLength = 0
    return .skipped
  }
}
