/// What went wrong in a stream: there is none for a stream that arrives in order. Its times are on the
/// shifted clock.
public struct StreamTrouble: Sendable {
  // What is asked of each message lies together.
  var sentAgain = RangeList()
  var outOfOrder = RangeList()
  /// When the receiver's window was last opened again after it had been zero; `max` while it is zero.
  var zeroWindowEnd = Int64.min
  /// The last gap's end (but for cuts by the snapshot length) and when an ACK covered it.
  var gapEnd: UInt64 = 0
  var gapAcknowledged = Int64.max
  /// The same of gaps before it, in order, the newest ones.
  private var earlierGaps: [(end: UInt64, acknowledged: Int64)] = []
  private static let mostEarlierGaps = 8
  /// The last segment that seemed to be of another connection: the sequence number behind it, whether it
  /// had payload, and how many packets its connection had with it.
  var stray: (end: UInt32, hasPayload: Bool, packets: UInt64)?
  var waiting = IntervalBuffer()
  /// ACKs beyond the next byte, in order: what they cover is missing unless it arrives soon.
  var acknowledgments: [(offset: UInt64, time: Int64)] = []
  /// When the current hole was first seen, by bytes behind it.
  var holeSince = Int64.max
  /// Whether a deadline is set: there is one of each kind at most.
  var awaitsReorder = false
  var awaitsHole = false
  /// How the last hole was bridged.
  var bridge = Bridge.gap
  /// The end of the last missing byte, whatever the reason.
  public internal(set) var missingEnd: UInt64 = 0

  /// Bytes behind the first ACK of the stream and before its origin, and how many of them were
  /// acknowledged when the origin was found.
  var unseen: (bytes: UInt64, acknowledged: UInt64) = (0, 0)

  public internal(set) var retransmittedSegments: UInt64 = 0
  public internal(set) var outOfOrderSegments: UInt64 = 0
  public internal(set) var duplicatePackets: UInt64 = 0
  public internal(set) var overlapConflicts: UInt64 = 0
  public internal(set) var gaps: UInt64 = 0
  public internal(set) var zeroWindows: UInt64 = 0
  public internal(set) var keepAlives: UInt64 = 0
  public internal(set) var beforeOrigin: UInt64 = 0
  /// The latest packet time of those, nanoseconds.
  var beforeOriginTime = Int64.min
  public internal(set) var outOfWindowSegments: UInt64 = 0
  /// Payload of those that lie too far ahead or are of another connection.
  public internal(set) var outOfWindowBytes: UInt64 = 0
  /// Of the retransmitted segments those whose bytes were acknowledged before.
  public internal(set) var spuriousRetransmissions: UInt64 = 0
  /// Segments that began beyond the furthest byte seen, and ACKs that reached beyond it.
  public internal(set) var lostSegments: UInt64 = 0
  public internal(set) var ackedLostSegments: UInt64 = 0
  public internal(set) var zeroWindowProbes: UInt64 = 0
  /// Segments that came in IP fragments.
  public internal(set) var fragmentedSegments: UInt64 = 0
  /// Bytes that are no part of the stream: behind a FIN, of resets, and new ones after a reset.
  public internal(set) var bytesAfterFIN: UInt64 = 0
  public internal(set) var resetBytes: UInt64 = 0
  public internal(set) var bytesAfterReset: UInt64 = 0
  /// Missing bytes by reason, indexed by `GapReason`.
  public internal(set) var missing = InlineArray<5, UInt64>(repeating: 0)
  /// A conflict that was not told yet.
  var conflict: OverlapConflict?

  enum Bridge: UInt8, Sendable { case gap, reordered, sentAgain }

  mutating func noteConflict(at offset: UInt64, length: UInt64, arrival: Arrival) {
    overlapConflicts += 1
    if conflict == nil {
      conflict = OverlapConflict(offset: offset, length: length, arrival: arrival)
    }
  }

  /// Whether bytes of the range, or bytes that waited with them, were captured out of order.
  public func isReordered(_ range: Range<UInt64>) -> Bool { outOfOrder.overlaps(range) }

  /// Whether all of it is over in a stream that was delivered up to `next`.
  @inline(__always)
  func isSettled(at next: UInt64) -> Bool {
    waiting.intervals == 0 && zeroWindowEnd != .max
      && (gapEnd == 0 || gapAcknowledged != .max)
      && (acknowledgments.isEmpty || acknowledgments[acknowledgments.count - 1].offset <= next)
  }

  /// Whether none of it concerns bytes from `offset` on that were sent at `time` or later.
  @inline(__always)
  func isOver(from offset: UInt64, at time: Int64) -> Bool {
    sentAgain.end <= offset && outOfOrder.end <= offset && zeroWindowEnd <= time
      && (gapEnd == 0 || time >= gapAcknowledged && gapAcknowledged != .max)
  }

  /// Bytes that wait behind its hole.
  public var waitingBytes: Int { waiting.bytes }

  /// Whether bytes of the range were sent again.
  public func isSentAgain(_ range: Range<UInt64>) -> Bool { sentAgain.overlaps(range) }

  /// Whether bytes from `offset` on that arrived at `time` came behind a gap before an ACK covered the gap.
  public func waitedBehindGap(from offset: UInt64, arrivingAt time: Int64) -> Bool {
    guard gapEnd != 0 else { return false }
    if offset >= gapEnd { return time < gapAcknowledged || gapAcknowledged == .max }
    // What is read was held back while later gaps were declared. An ACK that covers one of them covers
    // those before it.
    var acknowledged = gapAcknowledged
    for gap in earlierGaps.reversed() {
      acknowledged = min(acknowledged, gap.acknowledged)
      if offset >= gap.end { return time < acknowledged || acknowledged == .max }
    }
    return earlierGaps.count == Self.mostEarlierGaps
  }

  /// Notes that the bytes up to `end` are given up.
  mutating func noteGap(to end: UInt64, acknowledged: Int64) {
    if gapEnd != 0 {
      if earlierGaps.count == Self.mostEarlierGaps { earlierGaps.removeFirst() }
      earlierGaps.append((gapEnd, gapAcknowledged))
    }
    gapEnd = end
    gapAcknowledged = acknowledged
  }

  /// Whether the receiver had no room at some time after `time`.
  public func hadZeroWindow(after time: Int64) -> Bool { zeroWindowEnd > time }
}

/// Why bytes of a stream are missing.
public enum GapReason: UInt8, CaseIterable, Sendable {
  case acked, aged, limit, end, snaplen
}

/// A later copy of bytes that differs from the first.
public struct OverlapConflict: Sendable {
  /// Where in the stream the first byte that differs lies.
  public var offset: UInt64
  /// How many bytes differ.
  public var length: UInt64
  /// Of the later copy.
  public var arrival: Arrival
}
