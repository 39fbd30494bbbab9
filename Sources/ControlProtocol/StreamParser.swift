/// What one stream needs between two chunks, as small as can be: there is one for each direction of
/// each connection. Whatever is rare lies in the `MessageParser` that reads the stream.
public struct StreamParser: BitwiseCopyable, Sendable {
  /// The stream offset of the next byte.
  public internal(set) var offset: UInt64 = 0
  /// Bytes of messages told so far.
  public internal(set) var messageBytes: UInt64 = 0
  /// Bytes of empty lines between messages.
  public internal(set) var separatorBytes: UInt64 = 0
  /// Where the rare state lies; 0 for none.
  var side: UInt32 = 0
  /// Where skipped bytes are counted; 0 when there are none.
  var tally: UInt32 = 0
  /// Whether detection gave the stream up: its bytes are counted as `other-protocol`, none is read.
  public internal(set) var isIgnored = false
  /// Whether a message may begin here by the tolerant rule; only what has no side state relies on it.
  var isInSync: Bool
  /// Whether the capture joined in mid-stream and no message was found since.
  var isJoining: Bool
  /// Codes that need no telling one by one any more: where messages are read in place they are only
  /// counted.
  public var muted = MutedCodes()
  /// Whether notes on a message that was read in place, and the message, are still to be told.
  var isTelling = false
  /// Whether the bytes that come are the rest of a message that was truncated; said here once the
  /// stream's side state was given up.
  var isTruncated: Bool {
    get { rest & 1 != 0 }
    set { rest = rest & ~1 | (newValue ? 1 : 0) }
  }
  /// Whether they go on in a line; said here likewise.
  var isMidLine: Bool {
    get { rest & 2 != 0 }
    set { rest = rest & ~2 | (newValue ? 2 : 0) }
  }
  private var rest: UInt8 = 0
  /// Whether the stream must first prove to be ControlProtocol.
  var isDetecting: Bool

  /// Whether a message may begin at its next byte, and nothing is unfinished.
  var readsInPlace: Bool {
    @inline(__always) get { side == 0 && isInSync && !isTelling && !isIgnored }
  }

  /// Whether something may be told although all bytes were read.
  public var mayTell: Bool {
    @inline(__always) get { isTelling || side != 0 }
  }

  /// So many bytes are searched before a stream is given up.
  static let detectionLength: UInt64 = 4_096

  /// A stream at its first byte.
  ///
  /// - Parameters:
  ///   - joinedMidstream: whether the capture did not see its SYN: out of sync, and what is skipped
  ///     first is `joined-midstream`.
  ///   - detecting: whether it must first prove to be ControlProtocol: its first 4,096 bytes are
  ///     searched for a start line as it is recognised out of sync.
  public init(joinedMidstream: Bool, detecting: Bool) {
    isInSync = !joinedMidstream && !detecting
    isJoining = joinedMidstream
    isDetecting = detecting
  }
}

/// Bytes of a stream that were skipped, by code.
public struct SkippedBytes: Hashable, Sendable {
  /// Bytes that begin no message.
  public var junk: UInt64 = 0
  /// Bytes before the first message of a stream that the capture joined.
  public var joinedMidstream: UInt64 = 0
  /// Bytes of messages beyond the limit.
  public var messageTruncated: UInt64 = 0
  /// Bytes of streams that detection gave up.
  public var otherProtocol: UInt64 = 0

  /// Nothing was skipped.
  public init() {}

  /// All of them.
  public var total: UInt64 { junk &+ joinedMidstream &+ messageTruncated &+ otherProtocol }
}
