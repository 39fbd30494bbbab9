import ControlProtocol
import Records
import Wire

/// Keeps the bytes of streams until the message that they belong to was told, for `--hex`.
///
/// Memory is bounded by one message of the greatest length for a stream, and by 64 MiB altogether:
/// beyond, the stream that holds most loses what it holds.
final class MessageBytes: StreamSink {
  private static let maximumTogether = 64 << 20

  private struct StreamKey: Hashable {
    var connection: UInt64
    var direction: Direction
  }

  /// Bytes without a gap between them.
  private struct Piece {
    /// The stream's offset of the first byte.
    var start: UInt64
    var bytes: [UInt8] = []

    var end: UInt64 { start + UInt64(bytes.count) }
  }

  private struct Held {
    /// The stream's offset of the next byte to come.
    var next: UInt64 = 0
    /// Ascending; none is empty but the last.
    var pieces: [Piece] = []
    var count = 0

    mutating func append(_ chunk: RawSpan) {
      if pieces.last?.end != next { pieces.append(Piece(start: next)) }
      unsafe chunk.withUnsafeBytes {
        unsafe pieces[pieces.count - 1].bytes.append(contentsOf: $0)
      }
      next += UInt64(chunk.byteCount)
      count += chunk.byteCount
    }

    /// Forgets what lies before an offset.
    mutating func drop(before offset: UInt64) {
      pieces.removeAll { $0.end <= offset }
      if let first = pieces.first, first.start < offset {
        pieces[0].bytes.removeFirst(Int(offset - first.start))
        pieces[0].start = offset
      }
      count = pieces.reduce(0) { $0 + $1.bytes.count }
    }
  }

  private var streams: [StreamKey: Held] = [:]
  private var together = 0
  private let maximum: Int

  /// - Parameter messageBytes: the most bytes of a message that are read.
  init(messageBytes: Int) {
    maximum = messageBytes + (128 << 10)
  }

  /// The bytes of a message, as far as they are held.
  func bytes(of record: borrowing MessageRecord) -> [UInt8] {
    let key = StreamKey(connection: record.identity.connection, direction: record.direction)
    let start = record.offset
    let end = start + record.length
    guard let piece = streams[key]?.pieces.first(where: { $0.start <= start && start < $0.end })
    else { return [] }
    let from = Int(start - piece.start)
    return Array(piece.bytes[from..<min(piece.bytes.count, from + Int(end - start))])
  }

  /// Forgets the bytes of a message, and what lies before it in its stream: messages are told in the
  /// order of their offsets.
  func forget(_ record: borrowing MessageRecord) {
    let end = record.offset + record.length
    change(StreamKey(connection: record.identity.connection, direction: record.direction)) {
      $0.drop(before: end)
    }
  }

  func begin(_ identity: ConnectionIdentity) {
    for direction in [Direction.clientToServer, .serverToClient] {
      streams[StreamKey(connection: identity.connection, direction: direction)] = Held()
    }
  }

  func take(_ bytes: RawSpan, connection: UInt64, direction: Direction) {
    let maximum = maximum
    change(StreamKey(connection: connection, direction: direction)) { held in
      held.append(bytes)
      if held.count > maximum * 2 { held.drop(before: held.next - UInt64(maximum)) }
    }
    while together > Self.maximumTogether,
      let largest = streams.max(by: { $0.value.count < $1.value.count })
    {
      change(largest.key) { $0.drop(before: $0.next) }
    }
  }

  func skip(_ range: Range<UInt64>, reason: String, connection: UInt64, direction: Direction) {
    change(StreamKey(connection: connection, direction: direction)) { $0.next = range.upperBound }
  }

  func conflict(_ range: Range<UInt64>, connection: UInt64, direction: Direction) {}

  func giveUp(connection: UInt64) { forget(connection) }

  func end(_ record: borrowing ConnectionRecord) { forget(record.identity.connection) }

  private func forget(_ connection: UInt64) {
    for direction in [Direction.clientToServer, .serverToClient] {
      let key = StreamKey(connection: connection, direction: direction)
      together -= streams.removeValue(forKey: key)?.count ?? 0
    }
  }

  private func change(_ key: StreamKey, _ body: (inout Held) -> Void) {
    guard let index = streams.index(forKey: key) else { return }
    let before = streams.values[index].count
    body(&streams.values[index])
    together += streams.values[index].count - before
  }
}
