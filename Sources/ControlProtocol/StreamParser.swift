/// What one stream needs between two chunks, as small as can be: there is one for each direction of
/// each connection. Whatever is rare lies in the `MessageParser` that reads the stream.
public struct StreamParser: Sendable {
  /// The stream offset of the next byte.
  public internal(set) var offset: UInt64 = 0
  /// Bytes of messages told so far.
  public internal(set) var messageBytes: UInt64 = 0
  /// Bytes of empty lines between messages.
  public internal(set) var separatorBytes: UInt64 = 0
  /// Where the rare state lies; 0 for none.
  var side: UInt32 = 0
  /// Whether Requests get a `contentHash`.
  public var wantsContentHash = true
  /// Whether detection gave the stream up: its bytes are counted as `other-protocol`, none is read.
  public internal(set) var isIgnored = false

  /// A stream at its first byte.
  ///
  /// - Parameters:
  ///   - joinedMidstream: whether the capture did not see its SYN: out of sync, and what is skipped
  ///     first is `joined-midstream`.
  ///   - detecting: whether it must first prove to be ControlProtocol: its first 4,096 bytes are
  ///     searched for a start line as it is recognised out of sync.
  public init(joinedMidstream: Bool, detecting: Bool) {
    _ = joinedMidstream
    _ = detecting
  }
}

/// Bytes of a stream that were skipped, by code.
public struct SkippedBytes: Hashable, Sendable {
  public var junk: UInt64 = 0
  public var joinedMidstream: UInt64 = 0
  public var messageTruncated: UInt64 = 0
  public var otherProtocol: UInt64 = 0

  public init() {}
}
