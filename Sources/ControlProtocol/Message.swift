/// What kind of message a start line's keyword names.
public enum MessageKind: UInt8, BitwiseCopyable, Sendable {
  case request, response, notification

  /// The name in records.
  public var name: String {
    switch self {
    case .request: "request"
    case .response: "response"
    case .notification: "notification"
    }
  }
}

/// What a Response says about its Request.
public enum ResponseStatus: UInt8, BitwiseCopyable, Sendable {
  case ok, error
  /// A word that is neither `OK` nor `ERROR` in any case.
  case unknown
  /// No word at all.
  case missing
}

/// One ControlProtocol message as the parser read it. Text fields are ranges into the parser's
/// `text`, valid until its next step.
public struct Message: BitwiseCopyable, Sendable {
  /// What its keyword says it is.
  public var kind = MessageKind.request
  /// False when it was cut by a gap, the end of its stream or a limit.
  public var isComplete = true
  /// Of a Response: what it says about its Request.
  public var status = ResponseStatus.missing
  /// The type; absent when missing.
  public var type = TextRange.absent
  /// The uuid as sent, trimmed; absent when missing or not read.
  public var uuid = TextRange.absent
  /// The uuid when it is an integer of up to nine digits, without zeros in front, that was read to
  /// the letter; else `Message.noNumber`, which says nothing.
  public var uuidNumber = Message.noNumber
  /// Stands for a uuid whose number is not known.
  public static var noNumber: UInt32 { .max }
  /// The status word as sent; absent when missing.
  public var statusText = TextRange.absent
  /// Of a Response: the error code; absent when there is none.
  public var code = TextRange.absent
  /// Of a Response: the words for the error; absent when there are none.
  public var reason = TextRange.absent
  /// The stream offset of its first byte.
  public var start: UInt64 = 0
  /// The stream offset of the byte after its last.
  public var end: UInt64 = 0
  /// The marks of the chunks that carried the first and the last byte.
  public var startMark = ArrivalMark()
  /// The mark of the chunk that carried its last byte.
  public var endMark = ArrivalMark()
  /// What was odd about it.
  public var diagnostics = DiagnosticSet()
  /// Of a complete Request: a hash of all its bytes; else 0. Equal for equal bytes within one seed.
  public var contentHash: UInt64 = 0
  /// Of a Request: how it follows on what was skipped before it.
  public var echoContext = EchoContext.none

  /// What lies directly before a Request, as far as it matters for telling a quotation.
  public enum EchoContext: UInt8, BitwiseCopyable, Sendable {
    /// Nothing was skipped directly before it.
    case none
    /// It follows directly on junk, or on bytes that were skipped on joining.
    case afterSkipped
    /// It follows directly on the lines `OK, message received with transaction N:` and 21 dashes,
    /// N being its uuid.
    case afterReceipt
  }

  /// A message of which nothing was read.
  public init() {}
}
