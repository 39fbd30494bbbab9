public import Wire

/// A `connection` line of `records.md`.
public struct ConnectionRecord: Sendable {
  /// What tells which side is the client.
  public enum ClientKnown: UInt8, Sendable { case handshake, port, guess }
  /// How a connection ended.
  public enum Ended: UInt8, Sendable { case fin, reset, idle, evicted, reused, captureEnded }
  /// Where the capture was made.
  public enum Vantage: UInt8, Sendable { case client, server, middle }
  /// Why it is taken for ControlProtocol, or that it is not.
  public enum ProtocolKnown: UInt8, Sendable { case detected, port, other }

  public var identity = ConnectionIdentity()
  public var clientKnown = ClientKnown.guess
  public var start = CaptureTime.distantPast
  public var end = CaptureTime.distantPast
  public var ended = Ended.captureEnded
  public var vantage: Vantage?
  /// Round trips of the handshake: SYN/ACK → ACK and SYN → SYN/ACK, nanoseconds.
  public var handshakeClient: Int64?
  public var handshakeServer: Int64?
  public var protocolKnown = ProtocolKnown.other
  public var requests: UInt64 = 0
  public var responses: UInt64 = 0
  public var notifications: UInt64 = 0
  /// Whether an earlier connection had the same ports.
  public var reusesPorts = false
  /// Acknowledged bytes of a direction of which no packet was captured.
  public var acknowledgedUnseen: UInt64 = 0
  public var clientToServer = StreamCounts()
  public var serverToClient = StreamCounts()

  public init() {}
}

/// What was counted in one direction of a connection.
public struct StreamCounts: Sendable {
  public var packets: UInt64 = 0
  /// TCP payload bytes of all its packets, repeated ones included.
  public var bytes: UInt64 = 0
  public var retransmittedSegments: UInt64 = 0
  public var outOfOrderSegments: UInt64 = 0
  public var duplicatePackets: UInt64 = 0
  public var overlapConflicts: UInt64 = 0
  public var gaps: UInt64 = 0
  public var zeroWindows: UInt64 = 0
  public var keepAlives: UInt64 = 0
  public var beforeOrigin: UInt64 = 0
  /// Of the retransmitted segments those whose bytes were acknowledged before.
  public var spuriousRetransmissions: UInt64 = 0
  /// Segments behind bytes that were not captured (yet), and ACKs of such bytes.
  public var lostSegments: UInt64 = 0
  public var ackedLostSegments: UInt64 = 0
  /// Segments of one byte into a window that was closed.
  public var zeroWindowProbes: UInt64 = 0
  /// Segments that lie outside of every window, and the payload of those that lie ahead of it.
  public var outOfWindowSegments: UInt64 = 0
  public var outOfWindowBytes: UInt64 = 0
  /// Segments that came in IP fragments.
  public var fragmentedSegments: UInt64 = 0
  /// Bytes that are no part of the stream: behind a FIN, of resets, and new ones after a reset.
  public var bytesAfterFIN: UInt64 = 0
  public var resetBytes: UInt64 = 0
  public var bytesAfterReset: UInt64 = 0
  public var ledger = Ledger()

  public init() {}

  /// Payload that was captured and is no part of the stream. What was sent again is not among it.
  public var discardedBytes: UInt64 {
    beforeOrigin + outOfWindowBytes + bytesAfterFIN + resetBytes + bytesAfterReset
  }
}

/// Where every byte of a stream went. `length = messages + separators + skipped + missing + pending`.
///
/// Source: `semantics.md` section 2.
public struct Ledger: Hashable, Sendable {
  public var length: UInt64 = 0
  public var messages: UInt64 = 0
  public var separators: UInt64 = 0
  public var junk: UInt64 = 0
  public var joinedMidstream: UInt64 = 0
  public var messageTruncated: UInt64 = 0
  public var otherProtocol: UInt64 = 0
  public var missingAcked: UInt64 = 0
  public var missingAged: UInt64 = 0
  public var missingLimit: UInt64 = 0
  public var missingEnd: UInt64 = 0
  public var missingSnaplen: UInt64 = 0
  public var pending: UInt64 = 0

  public init() {}

  public var skipped: UInt64 { junk + joinedMidstream + messageTruncated + otherProtocol }
  public var missing: UInt64 {
    missingAcked + missingAged + missingLimit + missingEnd + missingSnaplen
  }
  /// Whether every byte is accounted for.
  public var isBalanced: Bool { length == messages + separators + skipped + missing + pending }
}
