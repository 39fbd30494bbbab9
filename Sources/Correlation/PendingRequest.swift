import Records
import Storage

/// A Request that waits for its Response, or was given up but may still be answered late.
public struct PendingRequest: BitwiseCopyable, Sendable {
  var uuid: UUIDKey
  /// Of its key.
  var hash: UInt64
  /// The caller's number of its connection.
  public let connection: UInt32
  /// The side that asked.
  public let side: UInt8
  /// Why it was told as unanswered when its deadline passed; 0xff while it was not.
  var toldReason: UInt8 = 0xff
  /// Of its type; `TypeNumber.none` when it has none, or the type is in the kept text.
  var type: UInt32
  /// Index of its kept text; 0 for none.
  var kept: UInt32 = 0
  /// In order of completion, from 0.
  public let number: UInt64
  /// When its first byte was first sent, nanoseconds since the epoch.
  public let start: Int64
  /// When its last byte was delivered, nanoseconds since the epoch.
  public let delivered: Int64
  /// The packet that carried its first byte, as in its facts.
  public let frame: UInt64
  /// The packet that carried its last byte.
  public let frameEnd: UInt64
  /// The stream offset of its first byte.
  public let offset: UInt64
  /// The stream offset of the byte after its last.
  public let end: UInt64
  /// How far its stream was acknowledged when it was sent.
  public let unacknowledgedFrom: UInt64
  /// Where the answering stream stood when it was completed.
  public let answerPosition: UInt64
  /// When an ACK first covered it; `Int64.min` until then.
  var acknowledged = Int64.min
  let inFlight: UInt32
  var causes: Causes
  /// Whether all of its bytes were captured.
  let isComplete: Bool
  /// Whether its sender held its end back until a delayed ACK.
  let waitedForDelayedACK: Bool
  /// Whether it has been told as unanswered.
  public var isTold = false
  /// How often packet time had stepped back when it came.
  public let clockEpoch: UInt32
  /// Neighbours in its connection and direction, in order of completion.
  var next = UInt32.max
  var previous = UInt32.max
}

/// What pairing keeps for each connection.
public struct Conversation: BitwiseCopyable, Sendable {
  struct Side: BitwiseCopyable, Sendable {
    var first = UInt32.max
    var last = UInt32.max
    /// The oldest request that no ACK has covered.
    var unacknowledged = UInt32.max
    /// Requests that are neither answered nor given up.
    var outstanding: UInt32 = 0
    /// The request whose answer began last: the low bits of its number.
    var lastAnswered: UInt32 = 0
    /// When that answer began.
    var lastAnswer = Int64.min
  }

  var sides = Pair(Side(), Side())
  /// Requests kept, given up ones included.
  var kept: UInt32 = 0
  /// The newest response kept that found no request.
  var newestOrphan = UInt32.max

  /// A connection in which nothing was asked.
  public init() {}

  /// Adds a request behind the last one of its side.
  mutating func append(_ index: UInt32, side: Int) {
    if sides[side].first == .max { sides[side].first = index }
    sides[side].last = index
    if sides[side].unacknowledged == .max { sides[side].unacknowledged = index }
    sides[side].outstanding += 1
    kept += 1
  }

  /// Takes a request out from between its neighbours.
  mutating func remove(
    _ index: UInt32, next: UInt32, previous: UInt32, side: Int, isTold: Bool
  ) {
    if previous == .max { sides[side].first = next }
    if next == .max { sides[side].last = previous }
    if sides[side].unacknowledged == index { sides[side].unacknowledged = next }
    if !isTold { sides[side].outstanding -= 1 }
    kept -= 1
  }
}
