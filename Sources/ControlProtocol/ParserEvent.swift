/// What the parser found: look at its `message` or `diagnostic` before the next step.
public enum ParserEvent: UInt8, Sendable {
  case message
  case diagnostic
}

/// An oddity at a place in a stream.
///
/// What is missing has length 0. What concerns a whole message covers it (`error-code-missing`,
/// `message-too-large`, `message-truncated`, `unfinished-message`); `gap-in-message` covers the missing
/// bytes, with the mark of the byte before them. Control bytes, bare CRs and bytes that are not UTF-8
/// are told once for a line, from the first to the last of the kind; so are odd blanks, at the first
/// place.
public struct Diagnostic: BitwiseCopyable, Sendable {
  /// What kind of oddity it is.
  public var code = DiagnosticCode.junk
  /// Stream offset and length in bytes of what is odd.
  public var offset: UInt64 = 0
  /// How many bytes are odd; 0 where something is missing.
  public var length: UInt64 = 0
  /// The mark of the chunk that carried its first byte.
  public var mark = ArrivalMark()
  /// Captured text that shows it, a few dozen bytes at the most; a range into the parser's `text`.
  public var excerpt = TextRange.absent

  /// A diagnostic that is to be filled in.
  public init() {}
}
