import ControlProtocol
import Streams

/// What one side of a connection brought while the other one's stream waits for bytes that were received
/// but not captured so far: who asked and who answered first is known when they have come or are given up.
struct HeldQueue {
  enum Event {
    /// Bytes in order: where they lie among all that were ever held here.
    case bytes(Range<Int>, ArrivalMark)
    /// A range of the stream is given up.
    case gap(Range<UInt64>, GapReason)
    /// The stream is over.
    case end
    /// The stream is acknowledged up to an offset, which was brought before.
    case acknowledged(UInt64)
    /// A packet of this stream acknowledged the other one up to an offset; of the bytes before that
    /// some are still awaited.
    case acknowledges(UInt64)

    var isAcknowledgment: Bool {
      switch self {
      case .acknowledged, .acknowledges: true
      case .bytes, .gap, .end: false
      }
    }
  }

  /// When something was captured.
  struct Stamp {
    /// Nanoseconds on the shifted clock, which is never set back; the earliest for what goes with what
    /// comes before it.
    var shifted: Int64
    /// The packet, by `Arrival.frame`.
    var frame: UInt64
    /// Packet time, nanoseconds, and how often it had been set back.
    var time: Int64
    var clockEpoch: UInt32
  }

  struct Item {
    var event: Event
    var stamp: Stamp
  }

  /// The place of an item in the order of what both sides brought.
  struct Turn {
    /// Nanoseconds on the shifted clock.
    var shifted: Int64
    var frame: UInt64
    var isAcknowledgment: Bool

    /// Whether it comes before another. What a packet acknowledges comes before what it brings.
    func precedes(_ other: Turn) -> Bool {
      if shifted != other.shifted { return shifted < other.shifted }
      if frame != other.frame { return frame < other.frame }
      return isAcknowledgment && !other.isAcknowledgment
    }
  }

  /// Items in the order in which they came.
  private struct Line {
    private var items: [Item] = []
    private var taken = 0

    var isEmpty: Bool { taken == items.count }
    /// When the first one was captured; there must be one.
    var firstStamp: Stamp { items[taken].stamp }
    var count: Int { items.count &- taken }
    /// Those that were taken out keep their places for a while.
    var places: Int { items.count }

    mutating func append(_ item: Item) { items.append(item) }

    mutating func removeFirst() -> Item {
      let item = items[taken]
      taken += 1
      if taken > 64, taken > count {
        items.keepLast(count)
        taken = 0
      }
      return item
    }

    mutating func removeAll() {
      items.removeAll(keepingCapacity: items.capacity < 256)
      taken = 0
    }
  }

  private var stream = Line()
  private var acknowledgments = Line()
  /// Bytes of items, and among them, in front, of some that were taken out.
  private(set) var bytes: [UInt8] = []
  /// How many bytes of those that were taken out are gone.
  private var gone = 0
  /// How many bytes were not taken out.
  private(set) var count = 0
  /// Of which connection it is.
  var slot: UInt32 = 0
  /// What its core counts for it.
  var counted = 0
  /// Whether the end of the stream is in it.
  private(set) var isEnding = false

  var isEmpty: Bool { stream.isEmpty && acknowledgments.isEmpty }
  /// Whether it has anything of the stream itself.
  var hasStream: Bool { !stream.isEmpty }
  /// When its earliest item has its turn; nil when it is empty.
  var turn: Turn? {
    let acknowledgment = acknowledgmentTurn
    guard let stream = streamTurn else { return acknowledgment }
    // What waited behind a gap may be earlier than acknowledgments that came sooner.
    guard let acknowledgment, acknowledgment.precedes(stream) else { return stream }
    return acknowledgment
  }
  /// Bytes of memory that its items take.
  var size: Int {
    count &+ (stream.count &+ acknowledgments.count) &* MemoryLayout<Item>.stride
  }
  /// Bytes that its items take, and those that were taken out but keep their places: twice its items and a
  /// little at most. Its memory has room for four times as much at most.
  var room: Int {
    bytes.count &+ (stream.places &+ acknowledgments.places) &* MemoryLayout<Item>.stride
  }

  private var streamTurn: Turn? {
    guard !stream.isEmpty else { return nil }
    let stamp = stream.firstStamp
    return Turn(shifted: stamp.shifted, frame: stamp.frame, isAcknowledgment: false)
  }

  private var acknowledgmentTurn: Turn? {
    guard !acknowledgments.isEmpty else { return nil }
    let stamp = acknowledgments.firstStamp
    return Turn(shifted: stamp.shifted, frame: stamp.frame, isAcknowledgment: true)
  }

  /// Adds anything but bytes.
  mutating func append(_ event: Event, _ stamp: Stamp) {
    let item = Item(event: event, stamp: stamp)
    if event.isAcknowledgment {
      acknowledgments.append(item)
    } else {
      stream.append(item)
      if case .end = event { isEnding = true }
    }
  }

  /// Adds bytes of the stream.
  mutating func append(_ chunk: RawSpan, mark: ArrivalMark, _ stamp: Stamp) {
    if bytes.count > 4096, bytes.count > 2 * count {
      gone += bytes.count - count
      bytes.keepLast(count)
    }
    let start = gone + bytes.count
    unsafe chunk.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    count += chunk.byteCount
    append(.bytes(start..<(start + chunk.byteCount), mark), stamp)
  }

  /// Where bytes lie in `bytes`, until more are added.
  func place(of range: Range<Int>) -> Range<Int> {
    (range.lowerBound - gone)..<(range.upperBound - gone)
  }

  /// Takes the earliest item out; there must be one.
  mutating func removeFirst() -> Item {
    if let turn, turn.isAcknowledgment { return acknowledgments.removeFirst() }
    let item = stream.removeFirst()
    if case .bytes(let range, _) = item.event { count -= range.count }
    return item
  }

  /// Makes an empty queue ready to be used again.
  mutating func reset() {
    stream.removeAll()
    acknowledgments.removeAll()
    bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 16)
    gone = 0
    isEnding = false
  }
}

extension Array {
  /// Takes out all but the last ones, and gives memory back that is far more than they need.
  fileprivate mutating func keepLast(_ count: Int) {
    if capacity > 4 * count {
      self = Array(suffix(count))
    } else {
      removeSubrange(..<(self.count - count))
    }
  }
}
