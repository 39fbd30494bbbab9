import ControlProtocol
public import Records

/// A transaction with its own copy of the texts.
public struct SlowTransaction: Sendable {
  /// Its text ranges point into ``text``.
  public var record: TransactionRecord
  /// The texts, at most 512 bytes of each.
  public var text: [UInt8]

  /// The most bytes of one text that are kept.
  static let longestText = 512

  /// The type of the request; absent when it was missing.
  public var type: [UInt8]? { copy(of: record.type) }
  /// The uuid as sent; absent when it was missing.
  public var uuid: [UInt8]? { copy(of: record.uuid) }

  private func copy(of range: TextRange) -> [UInt8]? {
    range.isPresent ? Array(text[range.range]) : nil
  }

  init(copying original: borrowing TransactionRecord, text source: RawSpan) {
    record = copy original
    text = []
    for field in [
      \TransactionRecord.type, \.uuid, \.statusText, \.code, \.reason, \.responseType,
    ] as [WritableKeyPath<TransactionRecord, TextRange>] {
      guard record[keyPath: field].isPresent else { continue }
      let whole = source.text(record[keyPath: field])
      let kept = whole.extracting(first: Self.longestText)
      record[keyPath: field] = TextRange(start: text.count, count: kept.byteCount)
      append(kept, to: &text)
    }
  }

  /// Whether it is told before `other`: the slower first, then the earlier.
  func precedes(_ other: SlowTransaction) -> Bool {
    let mine = record.latency ?? 0
    let theirs = other.record.latency ?? 0
    return mine != theirs ? mine > theirs : record.number < other.record.number
  }
}

/// The slowest answered transactions, a bounded number of them.
///
/// A binary heap with the least slow on top, so that most transactions cost one comparison.
struct SlowTransactions: Sendable {
  let limit: Int
  private var heap: [SlowTransaction] = []

  /// - Parameter limit: at most 1,000.
  init(limit: Int) {
    self.limit = max(0, min(limit, 1_000))
  }

  var estimatedBytes: Int {
    heap.reduce(0) { $0 + MemoryLayout<SlowTransaction>.stride + $1.text.capacity }
  }

  /// The slowest first.
  var sorted: [SlowTransaction] { heap.sorted { $0.precedes($1) } }

  /// The latency from which on a transaction may be kept; `Int64.max` when none is.
  var leastLatency: Int64 {
    if limit == 0 { return .max }
    return heap.count < limit ? 0 : heap[0].record.latency ?? 0
  }

  mutating func offer(_ record: borrowing TransactionRecord, text: RawSpan) {
    guard limit > 0, let latency = record.latency, record.outcome != .unanswered else { return }
    if heap.count == limit {
      let least = heap[0].record.latency ?? 0
      let first = heap[0].record.number
      if latency < least { return }
      if latency == least, record.number >= first { return }
    }
    insert(SlowTransaction(copying: record, text: text))
  }

  mutating func insert(_ candidate: SlowTransaction) {
    guard limit > 0 else { return }
    if heap.count < limit {
      heap.append(candidate)
      siftUp()
    } else if candidate.precedes(heap[0]) {
      heap[0] = candidate
      siftDown()
    }
  }

  mutating func removeAll() { heap = [] }

  private mutating func siftUp() {
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[parent].precedes(heap[child]) else { return }
      heap.swapAt(parent, child)
      child = parent
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if heap[least].precedes(heap[child]) { least = child }
      }
      guard least != parent else { return }
      heap.swapAt(least, parent)
      parent = least
    }
  }
}
