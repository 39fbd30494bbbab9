/// Reads ControlProtocol messages out of ordered bytes, tolerantly; one serves any number of streams.
public struct MessageParser: ~Copyable {
  /// The message of the last `.message` event.
  public private(set) var message = Message()
  /// The oddity of the last `.diagnostic` event.
  public private(set) var diagnostic = Diagnostic()
  /// Captured bytes held for unfinished messages of all streams.
  public private(set) var heldBytes = 0

  public init(configuration: ParserConfiguration) {
    _ = configuration
  }

  /// The bytes that text ranges of `message`, `parameters` and `diagnostic` point into.
  public var text: RawSpan {
    @_lifetime(borrow self) borrowing get { RawSpan() }
  }

  /// The parameters and raw lines of `message`, when they are kept.
  public var parameters: Span<ParameterText> {
    @_lifetime(borrow self) borrowing get { Span() }
  }

  /// Reads on in `chunk` from `position` until something is to be told; nil when the chunk is used up.
  public mutating func next(
    in chunk: RawSpan, at position: inout Int, mark: ArrivalMark, of stream: inout StreamParser
  ) -> ParserEvent? {
    stream.offset += UInt64(chunk.byteCount - position)
    position = chunk.byteCount
    return nil
  }

  /// Tells the stream that `length` bytes are missing here. Call `nextPending` until it is nil before
  /// anything else is done with the stream.
  public mutating func skipGap(of length: UInt64, in stream: inout StreamParser) {
    stream.offset += length
  }

  /// Tells the stream that it is over. Call `nextPending` until it is nil, then `release`.
  public mutating func finish(_ stream: inout StreamParser) {}

  /// Gives up the unfinished message of a stream to make room, as if it had passed its limit. Call
  /// `nextPending` until it is nil.
  public mutating func truncate(_ stream: inout StreamParser) {}

  /// What a gap, the end or a truncation leaves to be told.
  public mutating func nextPending(of stream: inout StreamParser) -> ParserEvent? { nil }

  /// Frees what is held for a stream that is not read any more.
  public mutating func release(_ stream: inout StreamParser) {}

  /// Ends detection with success, because the other direction of the connection proved to be
  /// ControlProtocol: the stream is read from here on, out of sync when bytes were ignored.
  public mutating func adopt(_ stream: inout StreamParser) {}

  /// Captured bytes held for the unfinished message of a stream.
  public func heldBytes(of stream: borrowing StreamParser) -> Int { 0 }

  /// What was skipped in a stream so far.
  public func skipped(in stream: borrowing StreamParser) -> SkippedBytes { SkippedBytes() }
}
