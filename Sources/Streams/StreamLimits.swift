/// What bounds the reassembler. Source: `semantics.md` section 2.
public struct StreamLimits: Sendable {
  /// Bytes that wait behind a hole, per stream.
  public var waitingBytesPerStream = 1 << 20
  public var connections = 100_000
  /// How long an acknowledged hole may still be filled, nanoseconds.
  public var reorderNanoseconds: Int64 = 100_000_000
  /// How long a hole that was not acknowledged may, nanoseconds.
  public var holeNanoseconds: Int64 = 120_000_000_000
  /// How long a half-open connection may be idle, nanoseconds.
  public var halfOpenNanoseconds: Int64 = 60_000_000_000
  /// How long a closed connection is kept for what still comes of it, nanoseconds.
  public var lingerNanoseconds: Int64 = 2_000_000_000

  public init() {}
}
