/// How much of the traffic the capture saw, and what was done with it. Counted by the inspector.
public struct CaptureHealth: Sendable {
  public var packets: UInt64 = 0
  /// Captured bytes of all packets.
  public var bytes: UInt64 = 0
  /// Absent where the platform or the input does not count: never 0 in its place.
  public var droppedKernel: UInt64?
  public var droppedInterface: UInt64?
  /// Packets that were not decoded down to TCP, by what stopped the decoding; kebab-case names.
  public var undecoded: [(reason: String, count: UInt64)] = []
  /// Bytes that were acknowledged but never captured.
  public var ackedUnseenBytes: UInt64 = 0
  public var gaps: UInt64 = 0
  public var duplicatePackets: UInt64 = 0
  public var skippedBytes: UInt64 = 0
  public var missingBytes: UInt64 = 0
  public var evictedConnections: UInt64 = 0
  /// Connections seen, and those in which a message was read.
  public var connections: UInt64 = 0
  public var protocolConnections: UInt64 = 0

  public init() {}
}
