/// What one segment did to its connection.
public struct SegmentOutcome: Sendable {
  /// The part of the payload that is in order now, as offsets into the payload.
  public var deliver = 0..<0
  /// When the delivered part arrived.
  public var arrival = Arrival(time: 0, frame: 0, acknowledged: 0)
  /// Bytes that the snapshot length cut off right behind the delivered part; they are missing.
  public var snapped: UInt64 = 0
  /// Whether bytes that waited may be in order now.
  public var mayUnblock = false
  /// Whether more than the limit waits behind a hole of the stream.
  public var exceedsLimit = false
  /// Whether the segment acknowledged more of the other direction than was known.
  public var acknowledgmentAdvanced = false
  /// How far the other direction is acknowledged now, when it advanced.
  public var acknowledged: UInt64 = 0
  /// A packet that the capture shows twice.
  public var isDuplicate = false
  /// The connection was reset by it.
  public var isReset = false
  /// A later copy of bytes differed: ask `takeConflict`.
  public var hasConflict = false

  /// Whether more is to be done than to deliver.
  @inlinable public var needsSettling: Bool { mayUnblock || exceedsLimit || hasConflict }

  init() {}
}
