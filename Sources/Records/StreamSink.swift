/// Where the bytes of streams go beside the records: a directory, a test. Everything lent is lent
/// for the call.
///
/// For each connection: `begin` with its first byte or gap, then bytes, gaps and conflicts of both
/// streams, the bytes and gaps of each in order and without overlap, then `end`. A connection
/// without any has neither `begin` nor `end`.
public protocol StreamSink: AnyObject {
  /// Bytes of a connection are about to come. Its client and server are final.
  func begin(_ identity: ConnectionIdentity)
  /// Takes the next bytes of a stream.
  func take(_ bytes: RawSpan, connection: UInt64, direction: Direction)
  /// Takes the next bytes that are missing; `reason` is one of the ledger's.
  func skip(_ range: Range<UInt64>, reason: String, connection: UInt64, direction: Direction)
  /// Takes bytes of which a later copy differs.
  func conflict(_ range: Range<UInt64>, connection: UInt64, direction: Direction)
  /// Tells that no message can be found in a connection any more.
  func giveUp(connection: UInt64)
  /// Tells that nothing more comes of a connection.
  func end(_ record: borrowing ConnectionRecord)
}
