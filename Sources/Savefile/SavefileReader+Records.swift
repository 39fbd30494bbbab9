public import Wire

extension SavefileReader {
  /// Reads the next packet, as `next` does, when it is a whole record of the commonest kind of pcap
  /// file; false, with nothing done, when it is anything else.
  ///
  /// - Parameter copy: becomes what `packet` is. Who took a copy itself would wait for what was just
  ///   written piece by piece.
  public mutating func nextPlain(
    in buffer: RawSpan, at position: inout Int, copy: inout Packet
  ) -> Bool {
    let start = position &+ 16
    guard hasPlainRecords, position >= 0, start <= buffer.byteCount else { return false }
    let times = buffer.littleWord64(known: position)
    let lengths = buffer.littleWord64(known: position &+ 8)
    let captured = UInt32(truncatingIfNeeded: lengths)
    let length = Int(captured)
    guard length <= maximumRecordLength, length <= buffer.byteCount &- start else { return false }
    copy.number = packet.number &+ 1
    // Under 2^32 seconds and fractions: below 2^63 nanoseconds.
    copy.time = CaptureTime(
      nanoseconds: Int64(bitPattern: times & 0xffff_ffff) &* 1_000_000_000
        &+ Int64(bitPattern: times >> 32) &* nanosecondsPerFraction)
    copy.originalLength = max(UInt32(truncatingIfNeeded: lengths >> 32), captured)
    copy.linkType = packet.linkType
    copy.input = packet.input
    packet.number = copy.number
    packet.time = copy.time
    packet.originalLength = copy.originalLength
    packetBytes = start..<(start &+ length)
    position = start &+ length
    offset &+= UInt64(truncatingIfNeeded: length &+ 16)
    return true
  }

  /// What is known of the records that `nextPlain` reads without reading them.
  public var plainRecords: PlainRecords {
    PlainRecords(arePlain: hasPlainRecords, maximumLength: maximumRecordLength)
  }

  /// The records that `nextPlain` reads, to look ahead at; a copy of a few words, where the reader is
  /// busy.
  public struct PlainRecords {
    fileprivate let arePlain: Bool
    fileprivate let maximumLength: Int

    /// The bytes of the packet that is going to be read after the next one; empty where none is or they
    /// are not all there.
    public func packetAfterNext(in buffer: RawSpan, at position: Int) -> Range<Int> {
      guard arePlain, position >= 0 else { return 0..<0 }
      var start = position
      for _ in 0..<2 {
        guard start &+ 16 <= buffer.byteCount else { return 0..<0 }
        let length = Int(UInt32(truncatingIfNeeded: buffer.littleWord64(known: start &+ 8)))
        let end = start &+ 16 &+ length
        guard length <= maximumLength, end <= buffer.byteCount else { return 0..<0 }
        if start != position { return (start &+ 16)..<end }
        start = end
      }
      return 0..<0
    }
  }

  /// A pcap record: seconds, their fraction, captured length, original length, then the bytes.
  @inline(__always)
  mutating func nextRecord(
    in buffer: RawSpan, at position: inout Int
  ) throws(SavefileError) -> SavefileItem {
    let available = buffer.byteCount &- position
    guard available >= recordHeaderLength else {
      return .needMoreBytes(minimum: recordHeaderLength)
    }
    // Two at a time: the first one lowest in the order of the machine, highest in the other.
    let times = buffer.word64(at: position, byteOrder)
    let lengths = buffer.word64(at: position &+ 8, byteOrder)
    let isBig = byteOrder == .big
    let seconds = UInt32(truncatingIfNeeded: isBig ? times >> 32 : times)
    let fraction = UInt32(truncatingIfNeeded: isBig ? times : times >> 32)
    var captured = UInt32(truncatingIfNeeded: isBig ? lengths >> 32 : lengths)
    var original = UInt32(truncatingIfNeeded: isBig ? lengths : lengths >> 32)
    if lengthsAreSwapped { swap(&captured, &original) }
    let length = Int(captured)
    guard length <= maximumRecordLength else {
      throw error(
        .damaged, "captured length \(length) is more than \(maximumRecordLength)")
    }
    let recordLength = recordHeaderLength &+ length
    guard available >= recordLength else { return .needMoreBytes(minimum: recordLength) }

    packet.number &+= 1
    // Under 2^32 seconds and fractions: below 2^63 nanoseconds.
    packet.time = CaptureTime(
      nanoseconds: Int64(seconds) &* 1_000_000_000 &+ Int64(fraction) &* nanosecondsPerFraction)
    packet.originalLength = max(original, captured)
    let start = position &+ recordHeaderLength
    packetBytes = Self.withoutCheckSequence(
      start..<(start &+ length), original: packet.originalLength, length: checkSequenceLength)
    consume(recordLength, at: &position)
    return .packet
  }

  /// The captured bytes of a packet without the frame check sequence at the end of the frame, of
  /// which the snapshot length may have left a part, or nothing.
  @inline(__always)
  static func withoutCheckSequence(
    _ bytes: Range<Int>, original: UInt32, length: Int
  ) -> Range<Int> {
    if length == 0 { return bytes }
    let frameLength = max(0, Int(original) &- length)
    return bytes.lowerBound..<(bytes.lowerBound &+ min(bytes.count, frameLength))
  }
}
