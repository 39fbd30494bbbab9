public import ControlProtocol
public import Wire

/// A `diagnostic` line of `records.md`.
public struct DiagnosticRecord: BitwiseCopyable, Sendable {
  /// The connection, and who it is between.
  public var identity = ConnectionIdentity()
  /// Of the stream that it was noted in.
  public var direction = Direction.clientToServer
  /// What was noted.
  public var code = DiagnosticCode.junk
  /// When the packet passed that shows it; `distantPast` where none does.
  public var time = CaptureTime.distantPast
  /// The number of that packet in its input, from 1; 0 for none.
  public var frame: UInt64 = 0
  /// Where in its stream it lies, in bytes.
  public var offset: UInt64 = 0
  /// How long it is, in bytes; absent where nothing is measured.
  public var length: UInt64?
  /// How many are told as one; 1 for a single one.
  public var count: UInt64 = 1
  /// Of an orphan: whether the capture could have missed the request.
  public var captureCouldMiss: Bool?
  /// What else there is to say about it.
  public var detail: Detail?
  /// Captured text that belongs to it; shown only while secrets are shown.
  public var excerpt = TextRange.absent
  /// What whoever annotated the capture wrote about a packet of it.
  public var comment = TextRange.absent

  /// A diagnostic in which nothing is filled in yet.
  public init() {}

  /// A few words of our own about it; never captured text.
  public enum Detail: UInt8, BitwiseCopyable, Sendable {
    case laterCopyDiffers, toldAsOne

    /// The words.
    public var words: String {
      switch self {
      case .laterCopyDiffers: "a later copy of these bytes differs; the first copy stands"
      case .toldAsOne: "more of these in this stream, told as one"
      }
    }
  }
}
