public import ControlProtocol
public import Wire

/// A `diagnostic` line of `records.md`.
public struct DiagnosticRecord: Sendable {
  public var identity = ConnectionIdentity()
  public var direction = Direction.clientToServer
  public var code = DiagnosticCode.junk
  public var time = CaptureTime.distantPast
  public var frame: UInt64 = 0
  /// Offset in its stream and length, in bytes; the length is absent where nothing is measured.
  public var offset: UInt64 = 0
  public var length: UInt64?
  /// How many are told as one; 1 for a single one.
  public var count: UInt64 = 1
  /// Of an orphan: whether the capture could have missed the request.
  public var captureCouldMiss: Bool?
  /// A few words in our own language; never captured text.
  public var detail: String?
  /// Captured text that belongs to it; shown only while secrets are shown.
  public var excerpt = TextRange.absent
  /// What whoever annotated the capture wrote about a packet of it.
  public var comment = TextRange.absent

  public init() {}
}
