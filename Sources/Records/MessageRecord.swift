public import ControlProtocol
public import Wire

/// A `message` line of `records.md`. Text fields are ranges into the bytes lent beside the record.
public struct MessageRecord: BitwiseCopyable, Sendable {
  public var identity = ConnectionIdentity()
  public var direction = Direction.clientToServer
  public var kind = MessageKind.request
  public var isComplete = true
  /// An echoed request: kept as a message, not counted as a request.
  public var isEchoed = false
  public var status = ResponseStatus.missing
  public var type = TextRange.absent
  /// Equal for equal types of a run, and below 4,096; `TypeNumber.none` where it is not known.
  public var typeNumber = TypeNumber.none
  /// As sent, trimmed.
  public var uuid = TextRange.absent
  /// The status word as sent.
  public var statusText = TextRange.absent
  public var code = TextRange.absent
  public var reason = TextRange.absent
  /// First byte first sent, last byte delivered.
  public var start = CaptureTime.distantPast
  public var end = CaptureTime.distantPast
  /// Packets that carried the first and the last byte, first copies.
  public var frame: UInt64 = 0
  public var frameEnd: UInt64 = 0
  /// The input of the latter where it is not that of the former.
  public var inputEnd: UInt16?
  /// Offset in its stream and length, in bytes.
  public var offset: UInt64 = 0
  public var length: UInt64 = 0
  public var diagnostics = DiagnosticSet()

  public init() {}
}
