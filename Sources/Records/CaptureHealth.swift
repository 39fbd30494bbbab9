/// How much of the traffic the capture saw, and what was done with it. Counted by the inspector.
public struct CaptureHealth: Sendable {
  /// Packets read, before decoding.
  public var packets: UInt64 = 0
  /// Captured bytes of all packets.
  public var bytes: UInt64 = 0
  /// Absent where the platform or the input does not count: never 0 in its place.
  public var droppedKernel: UInt64?
  /// Packets that the interface dropped; absent where it does not count.
  public var droppedInterface: UInt64?
  /// Packets that were not decoded down to TCP, by what stopped the decoding; kebab-case names.
  public var undecoded: [(reason: String, count: UInt64)] = []
  /// Bytes that were acknowledged but never captured.
  public var ackedUnseenBytes: UInt64 = 0
  /// Stretches of streams that are missing.
  public var gaps: UInt64 = 0
  /// Packets that the capture shows twice.
  public var duplicatePackets: UInt64 = 0
  /// Bytes of streams that belong to no message.
  public var skippedBytes: UInt64 = 0
  /// Captured payload of the protocol's connections that is no part of a stream: out of window, before
  /// the first byte, behind a FIN, in a reset or after one.
  public var discardedBytes: UInt64 = 0
  /// Bytes of streams that the capture lacks.
  public var missingBytes: UInt64 = 0
  /// Those among them that the snapshot length cut off.
  public var snappedBytes: UInt64 = 0
  /// The unit of the capture's times in nanoseconds, where it is coarser than a millisecond.
  public var timeResolution: UInt64?
  /// Packets to which the capture gives no time.
  public var packetsWithoutTime: UInt64 = 0
  /// How often packet time was set back by more than a second.
  public var clockSteps: UInt64 = 0
  /// Connections given up to make room.
  public var evictedConnections: UInt64 = 0
  /// How often limits were reached.
  public var limits = ReachedLimits()
  /// Connections seen.
  public var connections: UInt64 = 0
  /// Connections in which a message was read.
  public var protocolConnections: UInt64 = 0

  /// Nothing was captured.
  public init() {}
}
