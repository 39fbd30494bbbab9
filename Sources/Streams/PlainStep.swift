import Wire

/// What became of a segment that was offered to `Reassembler.takePlain`. Fits into registers.
public struct PlainStep: BitwiseCopyable, Sendable {
  /// The slot, then the side and what follows in bits.
  private var head: UInt64 = 0
  /// How far the other direction is acknowledged now, when it advanced.
  public internal(set) var reached: UInt64 = 0
  /// Where the payload begins in the packet, then how long it is.
  private var payloadPlace: UInt64 = 0
  /// What `Arrival.acknowledged` is for the payload.
  public internal(set) var acknowledged: UInt64 = 0

  private static var sideBit: UInt64 { 1 << 32 }
  private static var foundBit: UInt64 { 1 << 33 }
  private static var takenBit: UInt64 { 1 << 34 }
  private static var advancedBit: UInt64 { 1 << 35 }
  private static var repeatBit: UInt64 { 1 << 36 }
  private static var mayUnblockBit: UInt64 { 1 << 37 }
  private static var exceedsLimitBit: UInt64 { 1 << 38 }
  private static var conflictBit: UInt64 { 1 << 39 }

  /// The connection of the segment is not known, or the segment may begin another one.
  @inline(__always)
  public init() {}

  @inline(__always)
  init(slot: UInt32, side: Int) {
    head = UInt64(slot) | UInt64(truncatingIfNeeded: side) &<< 32 | Self.foundBit
  }

  /// The segment was taken. What is not in order of its payload is none of it here.
  public var isTaken: Bool {
    @inline(__always) get { head & Self.takenBit != 0 }
  }
  /// Whether the segment acknowledged more of the other direction than was known.
  public var acknowledgmentAdvanced: Bool {
    @inline(__always) get { head & Self.advancedBit != 0 }
  }
  /// What `SegmentOutcome` says of the same name; never of a plain segment.
  public var mayUnblock: Bool { head & Self.mayUnblockBit != 0 }
  public var exceedsLimit: Bool { head & Self.exceedsLimitBit != 0 }
  /// Whether more is to be done than to deliver.
  public var needsSettling: Bool {
    head & (Self.mayUnblockBit | Self.exceedsLimitBit | Self.conflictBit) != 0
  }
  /// Whether a packet with equal headers was seen a moment ago.
  var isRepeat: Bool { head & Self.repeatBit != 0 }
  public var slot: UInt32 {
    @inline(__always) get { UInt32(truncatingIfNeeded: head) }
  }
  public var side: Int {
    @inline(__always) get { Int(truncatingIfNeeded: head >> 32 & 1) }
  }
  /// The connection and the side, when they are known.
  public var place: Reassembler.Place? {
    head & Self.foundBit == 0 ? nil : Reassembler.Place(slot: slot, side: side, hash: 0)
  }

  /// The payload of a segment that was taken, when it is in order.
  @_lifetime(copy packet)
  @inline(__always)
  public func payload(in packet: RawSpan) -> RawSpan {
    let start = Int(truncatingIfNeeded: payloadPlace & 0xffff_ffff)
    return packet.extracting(start..<(start &+ Int(truncatingIfNeeded: payloadPlace >> 32)))
  }
  /// Whether it has any.
  public var hasPayload: Bool {
    @inline(__always) get { payloadPlace >> 32 != 0 }
  }

  @inline(__always)
  mutating func noteTaken() { head |= Self.takenBit }

  @inline(__always)
  mutating func noteDelivered(_ segment: PlainSegment) {
    payloadPlace =
      UInt64(truncatingIfNeeded: segment.payloadOffset)
      | UInt64(truncatingIfNeeded: segment.payloadLength) &<< 32
  }

  /// Notes what became of the payload of a segment that was captured whole.
  mutating func note(_ outcome: SegmentOutcome, of segment: PlainSegment) {
    payloadPlace =
      UInt64(truncatingIfNeeded: segment.payloadOffset &+ outcome.deliver.lowerBound)
      | UInt64(truncatingIfNeeded: outcome.deliver.count) &<< 32
    if outcome.mayUnblock { head |= Self.mayUnblockBit }
    if outcome.exceedsLimit { head |= Self.exceedsLimitBit }
    if outcome.hasConflict { head |= Self.conflictBit }
  }

  @inline(__always)
  mutating func noteRepeat() { head |= Self.repeatBit }

  @inline(__always)
  mutating func noteAdvance(to reached: UInt64) {
    head |= Self.advancedBit
    self.reached = reached
  }
}
