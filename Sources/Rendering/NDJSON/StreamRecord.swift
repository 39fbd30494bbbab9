public import Records

/// A `stream` line of `records.md`: what was written of one direction of a connection.
public struct StreamRecord: Sendable {
  /// Bytes that are missing in a stream; offset and length in bytes.
  public struct Gap: Sendable {
    public var offset: UInt64
    public var length: UInt64
    /// Why: `acked`, `aged`, `limit`, `end`, `snaplen`.
    public var reason: String

    /// Creates a gap.
    public init(offset: UInt64, length: UInt64, reason: String) {
      self.offset = offset
      self.length = length
      self.reason = reason
    }
  }

  /// Bytes of which copies with other contents were captured; offset and length in bytes.
  public struct Conflict: Sendable {
    public var offset: UInt64
    public var length: UInt64

    /// Creates a conflict.
    public init(offset: UInt64, length: UInt64) {
      self.offset = offset
      self.length = length
    }
  }

  public var identity: ConnectionIdentity
  public var direction: Direction
  /// The name of the file, relative to the directory written to.
  public var file: String
  /// Bytes in the file.
  public var length: UInt64
  /// Ascending; offsets are those of the stream, not of the file.
  public var gaps: [Gap] = []
  public var conflicts: [Conflict] = []
  /// Gaps and conflicts beyond a limit, which are not listed.
  public var unlistedGaps: UInt64 = 0
  public var unlistedConflicts: UInt64 = 0

  /// Creates the record of a stream without gaps and conflicts.
  public init(identity: ConnectionIdentity, direction: Direction, file: String, length: UInt64) {
    self.identity = identity
    self.direction = direction
    self.file = file
    self.length = length
  }
}

extension JSONWriter {
  /// Writes a `stream` line.
  public mutating func line(_ stream: StreamRecord) {
    beginLine(record: "stream")
    fields(of: stream.identity, direction: stream.direction)
    field("file", stream.file)
    field("length", stream.length)
    if !stream.gaps.isEmpty {
      key("gaps")
      beginArray()
      for gap in stream.gaps {
        beginObject()
        field("offset", gap.offset)
        field("length", gap.length)
        field("reason", gap.reason)
        endObject()
      }
      endArray()
    }
    if !stream.conflicts.isEmpty {
      key("conflicts")
      beginArray()
      for conflict in stream.conflicts {
        beginObject()
        field("offset", conflict.offset)
        field("length", conflict.length)
        endObject()
      }
      endArray()
    }
    if stream.unlistedGaps > 0 { field("gaps_unlisted", stream.unlistedGaps) }
    if stream.unlistedConflicts > 0 { field("conflicts_unlisted", stream.unlistedConflicts) }
    endLine()
  }
}
