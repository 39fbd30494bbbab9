/// A Response that found no Request, kept because the capture may show it before its Request.
public struct OrphanResponse: BitwiseCopyable, Sendable {
  var uuid: UUIDKey
  /// Of its key.
  var hash: UInt64
  /// The caller's number of its connection.
  public let connection: UInt32
  /// The side that asked.
  public let side: UInt8
  /// Its texts, in the kept text.
  public let texts: MessageTexts
  /// When and where it came.
  public var facts: MessageFacts
  let kept: UInt32
  /// Told apart from other uses of its slot.
  let tag: UInt32
  /// Neighbours in its connection, the newest first.
  var next = UInt32.max
  var previous = UInt32.max
  /// Neighbours of its key, in the order of their stream. The first is in the table.
  var nextEqual = UInt32.max
  var previousEqual = UInt32.max
  /// Of the first of its key: the last one.
  var lastEqual: UInt32
}
