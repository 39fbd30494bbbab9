public import ControlProtocol

/// What is counted of a message.
public struct CountedMessage: BitwiseCopyable, Sendable {
  /// What its keyword says it is.
  public var kind: MessageKind
  /// Which way it went.
  public var direction: Direction
  /// Whether it is a request that the other side quotes.
  public var isEchoed: Bool
  /// Whether it has a uuid.
  public var hasUUID: Bool
  /// The number of its type; `TypeNumber.none` where it is not known.
  public var typeNumber: UInt32
  /// When its last byte was delivered, nanoseconds since the epoch.
  public var end: Int64

  /// A message of which this is known.
  public init(
    kind: MessageKind, direction: Direction, isEchoed: Bool, hasUUID: Bool, typeNumber: UInt32,
    end: Int64
  ) {
    self.kind = kind
    self.direction = direction
    self.isEchoed = isEchoed
    self.hasUUID = hasUUID
    self.typeNumber = typeNumber
    self.end = end
  }
}

/// What is counted of a plain transaction: one of a numbered type that was answered OK in time,
/// without code and reason, and with a latency.
public struct CountedAnswer: BitwiseCopyable, Sendable {
  /// Which way its request went.
  public var direction: Direction
  /// Whether the latency can be believed.
  public var quality: Quality
  /// The number of its type.
  public var typeNumber: UInt32
  /// How many requests of its connection and direction were outstanding before it.
  public var inFlight: UInt32
  /// Nanoseconds.
  public var latency: Int64
  /// When the request ceased to be outstanding, nanoseconds since the epoch: its response began then.
  public var answered: Int64

  /// A transaction of which this is known.
  public init(
    direction: Direction, quality: Quality, typeNumber: UInt32, inFlight: UInt32, latency: Int64,
    answered: Int64
  ) {
    self.direction = direction
    self.quality = quality
    self.typeNumber = typeNumber
    self.inFlight = inFlight
    self.latency = latency
    self.answered = answered
  }
}

/// Counts messages and plain transactions, for which no record needs to be made.
public protocol RecordCounter: AnyObject {
  /// From this latency on (nanoseconds) transactions are told to the sink as whole records. Quicker
  /// ones are counted here if they are plain; else they are records without identity, uuid, hints,
  /// packets and offsets. Asked for each transaction.
  var wholeFromLatency: Int64 { get }
  /// Counts a message.
  ///
  /// - Parameters:
  ///   - type: its type, a range of `text`.
  ///   - text: lent for the call.
  func count(_ message: CountedMessage, type: TextRange, text: RawSpan)
  /// Counts a plain transaction.
  ///
  /// - Parameters:
  ///   - type: the type of its request, a range of `text`.
  ///   - text: lent for the call.
  func count(_ answer: CountedAnswer, type: TextRange, text: RawSpan)
}
