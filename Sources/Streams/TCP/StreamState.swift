import Wire

/// One direction of a connection: the bytes that one side sent. What is rare lies in its
/// `StreamTrouble`.
public struct StreamState: BitwiseCopyable, Sendable {
  /// The offset of the next byte to deliver.
  public internal(set) var next: UInt64 = 0
  /// The end of the furthest byte seen on the wire.
  public internal(set) var furthest: UInt64 = 0
  /// How far the peer acknowledged.
  public internal(set) var acknowledged: UInt64 = 0
  /// Where the stream ends, once a FIN was seen.
  var finOffset: UInt64 = .max
  /// The running latest of the capture times of delivered bytes.
  public internal(set) var delivered = Int64.min
  public internal(set) var packets: UInt64 = 0
  /// Payload bytes of all packets.
  public internal(set) var bytes: UInt64 = 0
  /// Where the last delivered bytes lie in the history.
  var history: UInt64 = 0
  /// An unacknowledged byte whose acknowledgement will be a round trip, and when it was sent.
  var sampleOffset: UInt64 = 0
  var sampleTime = Int64.min
  /// The lowest round trip between the capture point and the receiver; `Int64.max` when unknown.
  public internal(set) var roundTrip = Int64.max
  /// Nothing that disturbed it can concern its bytes from here on: behind all that was sent again or
  /// captured out of order, and nowhere after a gap or a closed window, which concern later bytes too.
  public internal(set) var disturbed: UInt64 = 0
  /// The sequence number of offset 0.
  var origin: UInt32 = 0
  /// The receive window that this side advertised last, scaled, in bytes.
  var window: UInt32 = .max
  /// Index of its trouble; 0 for none.
  var trouble: UInt32 = 0
  var windowShift: UInt8 = 0
  /// By how much windows are shifted in a plain connection.
  var plainShift: UInt8 = 0
  /// How often packet time was set back when the bytes came that `delivered` is the time of, the low
  /// bits.
  public internal(set) var clockEpoch: UInt8 = 0
  var facts = Facts()

  struct Facts: OptionSet, BitwiseCopyable, Sendable {
    var rawValue: UInt8
    /// A packet of it that is no RST was captured, so offsets are known.
    static let hasOrigin = Facts(rawValue: 1)
    static let synSeen = Facts(rawValue: 2)
    /// All bytes up to the FIN were delivered or given up.
    static let finished = Facts(rawValue: 4)
    static let windowScaleKnown = Facts(rawValue: 8)
    static let acknowledgmentSeen = Facts(rawValue: 16)
    static let synAcknowledgmentSent = Facts(rawValue: 32)
    /// More of it may have been acknowledged than `acknowledged` tells: before it was known where the
    /// stream begins, or in an earlier connection between the same ports.
    static let acknowledgmentForgotten = Facts(rawValue: 64)
  }

  /// Whether a packet told where its bytes lie, as any but a RST does.
  public var hasOrigin: Bool { facts.contains(.hasOrigin) }
  /// Whether its SYN was captured, so that its first byte is known to be the first.
  public var beganWithSYN: Bool { facts.contains(.synSeen) }
  /// Whether all bytes up to its FIN were delivered or given up.
  public var isFinished: Bool { facts.contains(.finished) }

  /// Marks a position in what was acknowledged before it was known where the bytes lie.
  static var unseenMark: UInt64 { 1 << 63 }

  /// Where it is now: behind it lies what answers what the other side sends. For
  /// `Reassembler.lacksBytes(_:_:behind:since:)` only.
  @inline(__always)
  public var position: UInt64 { hasOrigin ? next : Self.unseenMark | furthest }

  /// The offset that a sequence number stands for, relative to the next byte. Negative before the
  /// origin.
  func offset(of sequenceNumber: UInt32) -> Int64 {
    let expected = origin &+ UInt32(truncatingIfNeeded: next)
    return Int64(bitPattern: next) &+ Int64(Int32(bitPattern: sequenceNumber &- expected))
  }

  /// Whether a sequence number lies so far from the next byte that no loss in a capture explains it, if
  /// the other direction's does, too.
  func isFar(from sequenceNumber: UInt32) -> Bool {
    facts.contains(.hasOrigin)
      && (offset(of: sequenceNumber) &- Int64(bitPattern: next)).magnitude > 1 << 24
  }

  /// Whether a segment begins with the byte to deliver next: of what it brings nothing was delivered, and
  /// its first byte does not wait. A stream that is over expects what would follow, too.
  @inline(__always)
  func expects(_ segment: PlainSegment) -> Bool {
    segment.payloadLength > 0 && facts.contains(.hasOrigin)
      && segment.sequenceNumber == origin &+ UInt32(truncatingIfNeeded: next)
  }

  /// Whether a segment of the other direction is the first to acknowledge so much of what was delivered.
  @inline(__always)
  func isAcknowledgedFurther(by segment: PlainSegment) -> Bool {
    let reached = offset(of: segment.acknowledgmentNumber)
    return reached > Int64(bitPattern: acknowledged) && reached <= Int64(bitPattern: next)
      && facts.intersection([.hasOrigin, .acknowledgmentForgotten]) == .hasOrigin
      && Reassembler.isOrdinary(segment.flags)
  }

  mutating func noteRoundTrip(_ nanoseconds: Int64) {
    if nanoseconds >= 0, nanoseconds < roundTrip { roundTrip = nanoseconds }
  }

  /// Takes an ACK of up to `reached` for a round trip, when it answers the bytes delivered last.
  ///
  /// A delayed ACK would pass for a longer way: one that answers a single segment counts only while
  /// it is faster than any delayed-ACK timer in use.
  mutating func sampleRoundTrip(reached: UInt64, time: Int64) {
    guard sampleTime != .min, reached >= sampleOffset else { return }
    if reached == sampleOffset {
      let sample = time &- sampleTime
      if sample < 25_000_000 { noteRoundTrip(sample) }
    }
    sampleTime = .min
  }
}
