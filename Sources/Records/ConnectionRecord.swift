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

  /// Who it is between.
  public var identity = ConnectionIdentity()
  /// How it is known which side is the client.
  public var clientKnown = ClientKnown.guess
  /// The time of its first packet.
  public var start = CaptureTime.distantPast
  /// The latest time of its packets.
  public var end = CaptureTime.distantPast
  /// How it ended.
  public var ended = Ended.captureEnded
  /// Where the capture was made; absent where the handshake does not tell.
  public var vantage: Vantage?
  /// The round trip SYN/ACK → ACK of the handshake, nanoseconds; absent where it was not captured.
  public var handshakeClient: Int64?
  /// The round trip SYN → SYN/ACK likewise.
  public var handshakeServer: Int64?
  /// Why it is taken for ControlProtocol, or that it is not.
  public var protocolKnown = ProtocolKnown.other
  /// Requests that were read, of both directions.
  public var requests: UInt64 = 0
  /// Responses that were read.
  public var responses: UInt64 = 0
  /// Notifications that were read.
  public var notifications: UInt64 = 0
  /// Whether an earlier connection had the same ports.
  public var reusesPorts = false
  /// Acknowledged bytes of a direction of which no packet was captured.
  public var acknowledgedUnseen: UInt64 = 0
  /// What the client sent.
  public var clientToServer = StreamCounts()
  /// What the server sent.
  public var serverToClient = StreamCounts()

  /// A connection of which nothing is known.
  public init() {}
}

/// What was counted in one direction of a connection.
public struct StreamCounts: Sendable {
  /// Its packets, duplicates among them.
  public var packets: UInt64 = 0
  /// TCP payload bytes of all its packets, repeated ones included.
  public var bytes: UInt64 = 0
  /// Segments that were sent again.
  public var retransmittedSegments: UInt64 = 0
  /// Segments that were captured in another order than they were sent.
  public var outOfOrderSegments: UInt64 = 0
  /// Packets that the capture shows once more.
  public var duplicatePackets: UInt64 = 0
  /// Later copies of bytes that differ from the first.
  public var overlapConflicts: UInt64 = 0
  /// Stretches of missing bytes.
  public var gaps: UInt64 = 0
  /// How often this side closed its receive window.
  public var zeroWindows: UInt64 = 0
  /// Keep-alives.
  public var keepAlives: UInt64 = 0
  /// Bytes from before the first one that was captured.
  public var beforeOrigin: UInt64 = 0
  /// Of the retransmitted segments those whose bytes were acknowledged before.
  public var spuriousRetransmissions: UInt64 = 0
  /// Segments behind bytes that were not captured (yet).
  public var lostSegments: UInt64 = 0
  /// ACKs of such bytes.
  public var ackedLostSegments: UInt64 = 0
  /// Segments of one byte into a window that was closed.
  public var zeroWindowProbes: UInt64 = 0
  /// Segments that lie outside of every window.
  public var outOfWindowSegments: UInt64 = 0
  /// Payload bytes of those that lie too far ahead or are of another connection.
  public var outOfWindowBytes: UInt64 = 0
  /// Segments that came in IP fragments.
  public var fragmentedSegments: UInt64 = 0
  /// Bytes behind a FIN, no part of the stream.
  public var bytesAfterFIN: UInt64 = 0
  /// Payload bytes of resets, no part of the stream.
  public var resetBytes: UInt64 = 0
  /// New bytes after a reset, no part of the stream.
  public var bytesAfterReset: UInt64 = 0
  /// Where every byte went.
  public var ledger = Ledger()

  /// A stream of which nothing was counted.
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
  /// Bytes of the stream up to the last one that is accounted for.
  public var length: UInt64 = 0
  /// Bytes of messages, incomplete ones among them.
  public var messages: UInt64 = 0
  /// Bytes of empty lines between messages.
  public var separators: UInt64 = 0
  /// Skipped: bytes that begin no message.
  public var junk: UInt64 = 0
  /// Skipped: bytes before the first message of a stream that the capture joined.
  public var joinedMidstream: UInt64 = 0
  /// Skipped: bytes of a message beyond what may be read of one.
  public var messageTruncated: UInt64 = 0
  /// Skipped: bytes of a stream that is not of this protocol.
  public var otherProtocol: UInt64 = 0
  /// Missing: acknowledged and not captured within the reorder timeout.
  public var missingAcked: UInt64 = 0
  /// Missing: not acknowledged, and not sent again within the hole timeout.
  public var missingAged: UInt64 = 0
  /// Missing: given up, as what waits behind them came to a limit.
  public var missingLimit: UInt64 = 0
  /// Missing at the end of the connection or of the input.
  public var missingEnd: UInt64 = 0
  /// Missing: cut off by the snapshot length.
  public var missingSnaplen: UInt64 = 0
  /// Bytes that wait, none at the end.
  public var pending: UInt64 = 0

  /// A stream of no bytes.
  public init() {}

  /// Bytes that are no part of a message, whatever the reason.
  public var skipped: UInt64 { junk + joinedMidstream + messageTruncated + otherProtocol }
  /// Bytes that the capture lacks, whatever the reason.
  public var missing: UInt64 {
    missingAcked + missingAged + missingLimit + missingEnd + missingSnaplen
  }
  /// Whether every byte is accounted for.
  public var isBalanced: Bool { length == messages + separators + skipped + missing + pending }
}
