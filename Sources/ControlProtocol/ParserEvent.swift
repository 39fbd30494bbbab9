/// What the parser found: look at its `message` or `diagnostic` before the next step.
public enum ParserEvent: UInt8, Sendable {
  case message
  case diagnostic
}

/// An oddity at a place in a stream.
public struct Diagnostic: Sendable {
  public var code = DiagnosticCode.junk
  /// Stream offset and length in bytes of what is odd.
  public var offset: UInt64 = 0
  public var length: UInt64 = 0
  /// The mark of the chunk that carried its first byte.
  public var mark = ArrivalMark()
  /// Captured text that shows it, a few dozen bytes at the most; a range into the parser's `text`.
  public var excerpt = TextRange.absent

  public init() {}
}
