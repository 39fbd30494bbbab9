public import ControlProtocol
public import Wire

/// A `message` line of `records.md`. Text fields are ranges into the bytes lent beside the record.
public struct MessageRecord: BitwiseCopyable, Sendable {
  /// The connection that it travelled in.
  public var identity = ConnectionIdentity()
  /// Which way it went.
  public var direction = Direction.clientToServer
  /// What its keyword says it is.
  public var kind = MessageKind.request
  /// False when it was cut by a gap, the end of its stream or a limit.
  public var isComplete = true
  /// An echoed request: kept as a message, not counted as a request.
  public var isEchoed = false
  /// Of a response: what it says about its request.
  public var status = ResponseStatus.missing
  /// The type; absent when missing.
  public var type = TextRange.absent
  /// Equal for equal types of a run, and below 4,096; `TypeNumber.none` where it is not known.
  public var typeNumber = TypeNumber.none
  /// As sent, trimmed.
  public var uuid = TextRange.absent
  /// The status word as sent.
  public var statusText = TextRange.absent
  /// Of a response: the error code; absent when there is none.
  public var code = TextRange.absent
  /// Of a response: the words for the error; absent when there are none.
  public var reason = TextRange.absent
  /// When its first byte was first sent, nanoseconds since the epoch.
  public var start = CaptureTime.distantPast
  /// When its last byte was delivered, nanoseconds since the epoch.
  public var end = CaptureTime.distantPast
  /// Packets that carried the first and the last byte, first copies.
  public var frame: UInt64 = 0
  /// The packet that carried its last byte.
  public var frameEnd: UInt64 = 0
  /// The input of the latter where it is not that of the former.
  public var inputEnd: UInt16?
  /// Offset in its stream and length, in bytes.
  public var offset: UInt64 = 0
  /// How many bytes it has.
  public var length: UInt64 = 0
  /// What was odd about it.
  public var diagnostics = DiagnosticSet()

  /// A record that is to be filled in.
  public init() {}
}
