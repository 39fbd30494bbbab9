/// Deadlines of one kind with what they are for, given back in order of time.
///
/// Most deadlines of a kind lie a constant delay ahead and so arrive in order: they go into a ring.
/// The few that do not go into a heap. Nothing is removed before its time: whoever takes an entry
/// out checks that it still stands, and calls `compact` when many do not.
public struct DeadlineQueue: ~Copyable {
  /// A deadline and what it is for.
  public struct Entry: BitwiseCopyable, Sendable {
    /// Nanoseconds on the caller's clock.
    public var deadline: Int64
    /// The number of what it is for.
    public var slot: UInt32
    /// Tells uses of a slot apart.
    public var tag: UInt32

    /// A deadline of what `slot` and `tag` name.
    @inlinable
    public init(deadline: Int64, slot: UInt32, tag: UInt32) {
      self.deadline = deadline
      self.slot = slot
      self.tag = tag
    }
  }

  private var ring = Buffer<Entry>()
  private var head = 0
  private var heap = Buffer<Entry>()
  /// The earliest deadline; `Int64.max` when there is none.
  public private(set) var earliest = Int64.max

  /// A queue without deadlines.
  public init() {}

  /// Deadlines in it, those that no longer stand among them.
  public var count: Int { ring.count - head + heap.count }

  /// Adds a deadline.
  public mutating func append(_ entry: Entry) {
    if head < ring.count, ring[ring.count - 1].deadline > entry.deadline {
      push(entry)
    } else {
      if head > 1024, head * 2 > ring.count {
        ring.removeFirst(head)
        head = 0
      }
      ring.append(entry)
    }
    if entry.deadline < earliest { earliest = entry.deadline }
  }

  /// Takes out the earliest entry whose deadline is not after `time`.
  public mutating func popFirst(notAfter time: Int64) -> Entry? {
    guard earliest <= time, count > 0 else { return nil }
    let entry: Entry
    if head < ring.count, heap.isEmpty || ring[head].deadline <= heap[0].deadline {
      entry = ring[head]
      head += 1
      if head == ring.count {
        ring.removeAll(keeping: 1 << 16)
        head = 0
      }
    } else {
      entry = pop()
    }
    refreshEarliest()
    return entry
  }

  /// Drops the entries that no longer stand.
  public mutating func compact(keeping stands: (Entry) -> Bool) {
    ring.removeFirst(head)
    head = 0
    ring.removeAll(unless: stands)
    var entries = Buffer<Entry>()
    swap(&entries, &heap)
    for index in 0..<entries.count where stands(entries[index]) { push(entries[index]) }
    refreshEarliest()
  }

  private mutating func refreshEarliest() {
    earliest = min(
      head < ring.count ? ring[head].deadline : .max, heap.isEmpty ? .max : heap[0].deadline)
  }

  private mutating func push(_ entry: Entry) {
    heap.append(entry)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      if heap[parent].deadline <= heap[child].deadline { break }
      swapAt(parent, child)
      child = parent
    }
  }

  private mutating func swapAt(_ a: Int, _ b: Int) {
    let moved = heap[a]
    heap[a] = heap[b]
    heap[b] = moved
  }

  private mutating func pop() -> Entry {
    let first = heap[0]
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      var parent = 0
      while true {
        var child = parent * 2 + 1
        if child >= heap.count { break }
        if child + 1 < heap.count, heap[child + 1].deadline < heap[child].deadline { child += 1 }
        if heap[parent].deadline <= heap[child].deadline { break }
        swapAt(parent, child)
        parent = child
      }
    }
    return first
  }
}
