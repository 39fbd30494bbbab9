import ControlProtocol
import Streams

/// What one side of a connection brought while the other one's stream waits for bytes that were received
/// but not captured so far: who asked and who answered first is known when they have come or are given up.
struct HeldQueue {
  enum Event {
    /// Bytes in order: where they lie among those of the queue.
    case bytes(Range<Int>, ArrivalMark)
    /// A range of the stream is given up.
    case gap(Range<UInt64>, GapReason)
    /// The stream is over.
    case end
    /// The stream is acknowledged up to an offset, which was brought before.
    case acknowledged(UInt64)
    /// The other stream is, of which bytes up to there are awaited.
    case acknowledges(UInt64)
  }

  struct Item {
    var event: Event
    /// When it was captured.
    var time: Int64
  }

  /// Items in the order in which they came.
  private struct Line {
    private var items: [Item] = []
    private var taken = 0

    var isEmpty: Bool { taken == items.count }
    /// When its first item was captured; the latest time when it is empty.
    var time: Int64 { isEmpty ? .max : items[taken].time }
    /// Bytes of memory that it takes.
    var size: Int { items.count &* MemoryLayout<Item>.stride }

    mutating func append(_ event: Event, at time: Int64) {
      items.append(Item(event: event, time: time))
    }

    mutating func removeFirst() -> Item {
      taken += 1
      return items[taken - 1]
    }

    mutating func removeAll() {
      items.removeAll(keepingCapacity: items.count < 1024)
      taken = 0
    }
  }

  private var stream = Line()
  private var acknowledgments = Line()
  /// The bytes of all items.
  private(set) var bytes: [UInt8] = []
  /// How many of them were not taken out.
  private(set) var count = 0
  /// Whether the end of the stream is in it.
  private(set) var isEnding = false

  var isEmpty: Bool { stream.isEmpty && acknowledgments.isEmpty }
  /// Whether it has anything of the stream itself.
  var hasStream: Bool { !stream.isEmpty }
  /// When its first item was captured; the latest time when it is empty.
  var time: Int64 { min(stream.time, acknowledgments.time) }
  /// Bytes of memory that it takes.
  var size: Int { bytes.count &+ stream.size &+ acknowledgments.size }

  mutating func append(_ event: Event, at time: Int64) {
    switch event {
    case .acknowledged, .acknowledges: acknowledgments.append(event, at: time)
    case .bytes, .gap: stream.append(event, at: time)
    case .end:
      stream.append(event, at: time)
      isEnding = true
    }
  }

  mutating func append(_ chunk: RawSpan, mark: ArrivalMark, at time: Int64) {
    let start = bytes.count
    unsafe chunk.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    count += chunk.byteCount
    append(.bytes(start..<bytes.count, mark), at: time)
  }

  /// Takes the earliest item out; there must be one. What waited behind a gap may be earlier than
  /// acknowledgments that came sooner.
  mutating func removeFirst() -> Item {
    guard stream.isEmpty || acknowledgments.time < stream.time else {
      let item = stream.removeFirst()
      if case .bytes(let range, _) = item.event { count -= range.count }
      return item
    }
    return acknowledgments.removeFirst()
  }

  /// Makes an empty queue ready to be used again.
  mutating func reset() {
    stream.removeAll()
    acknowledgments.removeAll()
    bytes.removeAll(keepingCapacity: bytes.count < 1 << 16)
    isEnding = false
  }
}
