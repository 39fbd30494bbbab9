public import ControlProtocol
public import Records

/// What pairing must know of a message, but for its texts: times, places, disturbances.
public struct MessageFacts: BitwiseCopyable, Sendable {
  /// The caller's number of the connection.
  public var connection: UInt32 = 0
  /// Tells incarnations of a connection apart.
  public var connectionNumber: UInt64 = 0
  /// The side that sent it.
  public var side: UInt8 = 0
  /// When its first byte was first sent, nanoseconds since the epoch.
  public var start: Int64 = 0
  /// When its last byte was delivered, nanoseconds since the epoch.
  public var delivered: Int64 = 0
  /// The stream offset of its first byte.
  public var offset: UInt64 = 0
  /// The stream offset of the byte after its last.
  public var end: UInt64 = 0
  /// False when it was cut by a gap, the end of its stream or a limit.
  public var isComplete = true
  /// Of a Response: what it says about its Request.
  public var status = ResponseStatus.missing
  /// Its uuid as the parser numbered it; `Message.noNumber` where only the text tells.
  public var uuidNumber = Message.noNumber
  /// The packet that carried its first byte, with its input in the highest 16 bits.
  public var frame: UInt64 = 0
  /// The packet that carried its last byte, the same way.
  public var frameEnd: UInt64 = 0
  /// What disturbed it on its way.
  public var causes = Causes()
  /// How far its own stream was acknowledged when its first byte was sent.
  public var unacknowledgedFrom: UInt64 = 0
  /// How far the other stream was acknowledged by the packet that carried its first byte: its low
  /// 32 bits.
  public var otherAcknowledged: UInt32 = 0
  /// Of a request: where the answering stream stands.
  public var answerPosition: UInt64 = 0
  /// How often packet time had stepped back when it came.
  public var clockEpoch: UInt32 = 0
  /// What is added to packet time for deadlines of that epoch.
  public var clockShift: Int64 = 0
  /// Whether its end was sent some 40 ms after its beginning, when that had been acknowledged: its
  /// sender held it back until a delayed ACK.
  public var waitedForDelayedACK = false
  /// A message of the same stream that was large and delivered last: when; `Int64.min` for none.
  public var lastLarge = Int64.min

  /// Facts that are to be filled in.
  public init() {}
}

/// The texts of a message that pairing may need, as ranges into the bytes lent beside them.
public struct MessageTexts: BitwiseCopyable, Sendable {
  @usableFromInline var type: TextRange
  @usableFromInline var uuid: TextRange
  @usableFromInline var statusText: TextRange
  @usableFromInline var code: TextRange
  @usableFromInline var reason: TextRange

  /// Those of a message.
  @inlinable
  public init(_ message: borrowing Message) {
    type = message.type
    uuid = message.uuid
    statusText = message.statusText
    code = message.code
    reason = message.reason
  }
}

/// What a message is paired by: worked out once, used for every look-up.
public struct PairingKey: BitwiseCopyable, Sendable {
  let uuid: UUIDKey
  let connection: UInt32
  /// The side that asked.
  let asker: UInt8
  let hash: UInt64

  /// What tables know it by.
  @inline(__always)
  var shortHash: UInt32 { UInt32(truncatingIfNeeded: hash) }
}
