internal import Glibc
import Storage

/// Bytes that wait for earlier ones, as disjoint intervals in order of offset: one store for all
/// streams and datagrams, one `IntervalBuffer` for each of them.
///
/// A buffer is a treap over the store's nodes, so inserting costs O(log n) in whatever order the
/// intervals come. Behind the treap lies a row of those that came in order, as most do: it is put
/// into the treap, each of it once at most, when something comes that belongs between its intervals.
/// Neighbours are not joined, because each keeps its own arrival. Where intervals
/// overlap the first arrival wins. An interval is as long as it was on the wire; what the snapshot
/// length cut off is its end. Invariants: see `brokenInvariants(of:)`.
struct IntervalStore: ~Copyable {
  /// What an interval costs beside its bytes, for the memory limit.
  static let overhead = 96
  static let none = UInt32.max

  struct Node: BitwiseCopyable {
    var start: UInt64
    /// Bytes held, and how many more the snapshot length cut off behind them.
    var count: UInt32
    var snapped: UInt32
    var left = IntervalStore.none
    /// In the row: the next one.
    var right = IntervalStore.none
    var priority: UInt32 = 0
    var clockEpoch: UInt8
    var arrival: Arrival
    var bytes: UInt

    var end: UInt64 { start + UInt64(count) + UInt64(snapped) }
  }

  private var nodes = Slab<Node>()
  private var random: UInt64
  /// Bytes held with their overhead, of all buffers.
  private(set) var heldBytes = 0
  /// How often packet time was set back, the low bits: kept with what is put in.
  var clockEpoch: UInt8 = 0

  init(seed: UInt64) {
    random = seed | 1
  }

  deinit {
    nodes.forEachTaken { node in
      unsafe free(UnsafeMutableRawPointer(bitPattern: nodes[node].bytes))
    }
  }

  /// What overlapped while bytes were put in.
  struct Insertion {
    /// Bytes of the wire that were not known yet, captured or not.
    var added = 0
    /// Bytes of the wire that were known already, and of those the ones whose copies differ.
    var repeated = 0
    var differing = 0
    var firstDifference: UInt64?
  }

  /// Puts in what is not there yet of a part of the wire.
  ///
  /// - Parameters:
  ///   - bytes: what was captured of it, from its beginning on.
  ///   - length: how long it was on the wire, at least as much as was captured.
  mutating func insert(
    _ bytes: RawSpan, length: Int, at start: UInt64, arrival: Arrival,
    into buffer: inout IntervalBuffer
  ) -> Insertion {
    var result = Insertion()
    let end = start + UInt64(length)
    var offset = start
    while offset < end {
      let cursor = firstEnding(after: offset, in: &buffer)
      let nextStart = cursor == Self.none ? end : min(end, nodes[cursor].start)
      if nextStart > offset {
        let position = Int(offset - start)
        let count = Int(nextStart - offset)
        let low = min(position, bytes.byteCount)
        add(
          bytes.extracting(low..<min(position + count, bytes.byteCount)), length: count,
          at: offset, arrival: arrival, to: &buffer)
        result.added += count
        offset = nextStart
        continue
      }
      let stop = min(end, nodes[cursor].end)
      result.repeated += Int(stop - offset)
      compare(bytes, at: start, from: offset, to: stop, with: cursor, in: &result)
      offset = stop
    }
    return result
  }

  private func compare(
    _ bytes: RawSpan, at start: UInt64, from low: UInt64, to high: UInt64, with node: UInt32,
    in result: inout Insertion
  ) {
    let held = bytesHeld(by: node)
    let heldEnd = nodes[node].start + UInt64(nodes[node].count)
    let stop = min(high, min(heldEnd, start + UInt64(bytes.byteCount)))
    var offset = low
    while offset < stop {
      if held.byte(at: Int(offset - nodes[node].start)) != bytes.byte(at: Int(offset - start)) {
        result.differing += 1
        if result.firstDifference == nil { result.firstDifference = offset }
      }
      offset += 1
    }
  }

  /// Whether all of `bytes` from offset `low` on wait already, with equal content.
  mutating func holdsEqual(
    _ bytes: RawSpan, at start: UInt64, from low: UInt64, in buffer: inout IntervalBuffer
  ) -> Bool {
    let end = start + UInt64(bytes.byteCount)
    var offset = max(start, low)
    while offset < end {
      let cursor = firstEnding(after: offset, in: &buffer)
      guard cursor != Self.none, nodes[cursor].start <= offset else { return false }
      let nodeEnd = min(end, nodes[cursor].start + UInt64(nodes[cursor].count))
      guard offset < nodeEnd else { return false }
      let held = bytesHeld(by: cursor)
      while offset < nodeEnd {
        let there = held.byte(at: Int(offset - nodes[cursor].start))
        if there != bytes.byte(at: Int(offset - start)) { return false }
        offset += 1
      }
    }
    return true
  }

  @_lifetime(borrow self)
  private func bytesHeld(by node: UInt32) -> RawSpan {
    let start = unsafe UnsafeRawPointer(bitPattern: nodes[node].bytes).unsafelyUnwrapped
    let span = unsafe RawSpan(_unsafeStart: start, byteCount: Int(nodes[node].count))
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  /// The offset of the first interval, if any waits.
  func firstStart(of buffer: IntervalBuffer) -> UInt64? {
    buffer.first == Self.none ? nil : nodes[buffer.first].start
  }

  /// The offset of the last interval.
  func lastStart(of buffer: IntervalBuffer) -> UInt64? {
    buffer.last == Self.none ? nil : nodes[buffer.last].start
  }

  /// When the first interval arrived, and in which epoch of the clock.
  func firstArrival(of buffer: IntervalBuffer) -> (time: Int64, clockEpoch: UInt8)? {
    guard buffer.first != Self.none else { return nil }
    return (nodes[buffer.first].arrival.time, nodes[buffer.first].clockEpoch)
  }

  /// Takes the first interval out.
  mutating func removeFirst(of buffer: inout IntervalBuffer) -> WaitingBytes? {
    let first = buffer.first
    guard first != Self.none else { return nil }
    let node = nodes[first]
    if buffer.root == Self.none {
      buffer.row = node.right
      buffer.first = node.right
    } else {
      removeLeftmost(of: &buffer)
    }
    if buffer.first == Self.none { buffer.last = Self.none }
    nodes.giveBack(first)
    buffer.bytes -= Int(node.count)
    buffer.length -= UInt64(node.count) + UInt64(node.snapped)
    buffer.intervals -= 1
    heldBytes -= Int(node.count) + Self.overhead
    return unsafe WaitingBytes(
      start: node.start, count: Int(node.count), arrival: node.arrival,
      clockEpoch: node.clockEpoch, snapped: node.snapped,
      base: UnsafeMutableRawPointer(bitPattern: node.bytes).unsafelyUnwrapped)
  }

  /// Takes the first node out of a treap that has any.
  private mutating func removeLeftmost(of buffer: inout IntervalBuffer) {
    var parent = Self.none
    var first = buffer.root
    while nodes[first].left != Self.none {
      parent = first
      first = nodes[first].left
    }
    let rest = nodes[first].right
    if parent == Self.none { buffer.root = rest } else { nodes[parent].left = rest }
    buffer.first = rest == Self.none ? parent : leftmost(of: rest)
    if buffer.root == Self.none { buffer.first = buffer.row }
  }

  /// Empties a buffer.
  mutating func removeAll(of buffer: inout IntervalBuffer) {
    while let bytes = removeFirst(of: &buffer) { _ = consume bytes }
  }

  /// Puts in bytes, all of which were captured, that lie behind everything else in the buffer.
  mutating func append(
    _ bytes: RawSpan, at start: UInt64, arrival: Arrival, to buffer: inout IntervalBuffer
  ) {
    precondition(buffer.last == Self.none || nodes[buffer.last].end <= start)
    add(bytes, length: bytes.byteCount, at: start, arrival: arrival, to: &buffer)
  }

  /// Puts in bytes that `firstEnding(after:)` was asked about: they lie before the row or behind it.
  private mutating func add(
    _ bytes: RawSpan, length: Int, at start: UInt64, arrival: Arrival,
    to buffer: inout IntervalBuffer
  ) {
    // Swift's own allocation asks for an alignment here, which costs twice as much.
    guard let copy = unsafe malloc(max(bytes.byteCount, 1)) else { fatalError("out of memory") }
    unsafe bytes.withUnsafeBytes { source in
      if let start = source.baseAddress {
        unsafe copy.copyMemory(from: start, byteCount: source.count)
      }
    }
    let node = nodes.take(
      Node(
        start: start, count: UInt32(bytes.byteCount),
        snapped: UInt32(length - bytes.byteCount), clockEpoch: clockEpoch, arrival: arrival,
        bytes: UInt(bitPattern: copy)))
    buffer.bytes += bytes.byteCount
    buffer.length += UInt64(length)
    buffer.intervals += 1
    heldBytes += bytes.byteCount + Self.overhead
    if buffer.last == Self.none {
      buffer.first = node
      buffer.row = node
      buffer.last = node
    } else if start > nodes[buffer.last].start {
      if buffer.row == Self.none { buffer.row = node } else { nodes[buffer.last].right = node }
      buffer.last = node
    } else {
      raise(node, in: &buffer)
      if start < nodes[buffer.first].start { buffer.first = node }
    }
  }

  /// Puts the row of a buffer into its treap.
  @inline(never)
  private mutating func raiseRow(of buffer: inout IntervalBuffer) {
    var node = buffer.row
    buffer.row = Self.none
    while node != Self.none {
      let next = nodes[node].right
      nodes[node].right = Self.none
      raise(node, in: &buffer)
      node = next
    }
  }

  /// Puts a node into the treap of a buffer.
  private mutating func raise(_ node: UInt32, in buffer: inout IntervalBuffer) {
    random ^= random << 13
    random ^= random >> 7
    random ^= random << 17
    nodes[node].priority = UInt32(truncatingIfNeeded: random >> 16)
    buffer.root = inserted(node, under: buffer.root)
  }

  /// All intervals of a buffer in order: for tests.
  func intervals(of buffer: IntervalBuffer) -> [(start: UInt64, length: UInt64, bytes: Int)] {
    var found: [(start: UInt64, length: UInt64, bytes: Int)] = []
    var path: [UInt32] = []
    var node = buffer.root
    while node != Self.none || !path.isEmpty {
      while node != Self.none {
        path.append(node)
        node = nodes[node].left
      }
      guard let top = path.popLast() else { break }
      found.append((nodes[top].start, nodes[top].end - nodes[top].start, Int(nodes[top].count)))
      node = nodes[top].right
    }
    node = buffer.row
    while node != Self.none {
      found.append((nodes[node].start, nodes[node].end - nodes[node].start, Int(nodes[node].count)))
      node = nodes[node].right
    }
    return found
  }

  private func leftmost(of root: UInt32) -> UInt32 {
    var node = root
    guard node != Self.none else { return node }
    while nodes[node].left != Self.none { node = nodes[node].left }
    return node
  }

  /// The first interval whose end lies after `offset`.
  private mutating func firstEnding(
    after offset: UInt64, in buffer: inout IntervalBuffer
  ) -> UInt32 {
    // Most bytes that wait come behind all the others.
    if buffer.last == Self.none || nodes[buffer.last].end <= offset { return Self.none }
    if nodes[buffer.first].end > offset { return buffer.first }
    if buffer.row != Self.none, nodes[buffer.row].end <= offset { raiseRow(of: &buffer) }
    var node = buffer.root
    var best = buffer.row
    while node != Self.none {
      if nodes[node].end > offset {
        best = node
        node = nodes[node].left
      } else {
        node = nodes[node].right
      }
    }
    return best
  }

  /// Recursion is as deep as the treap: some tens of levels for millions of intervals.
  private mutating func inserted(_ node: UInt32, under root: UInt32) -> UInt32 {
    guard root != Self.none else { return node }
    if nodes[node].priority > nodes[root].priority {
      let (left, right) = split(root, at: nodes[node].start)
      nodes[node].left = left
      nodes[node].right = right
      return node
    }
    if nodes[node].start < nodes[root].start {
      nodes[root].left = inserted(node, under: nodes[root].left)
    } else {
      nodes[root].right = inserted(node, under: nodes[root].right)
    }
    return root
  }

  private mutating func split(_ root: UInt32, at start: UInt64) -> (left: UInt32, right: UInt32) {
    guard root != Self.none else { return (Self.none, Self.none) }
    if nodes[root].start < start {
      let (left, right) = split(nodes[root].right, at: start)
      nodes[root].right = left
      return (root, right)
    }
    let (left, right) = split(nodes[root].left, at: start)
    nodes[root].left = right
    return (left, root)
  }
}

/// The intervals of one stream or datagram: a handle into the store.
struct IntervalBuffer: BitwiseCopyable {
  var root = IntervalStore.none
  /// The first of the row that lies behind the treap.
  var row = IntervalStore.none
  /// The first interval and the last one, if there are any.
  var first = IntervalStore.none
  var last = IntervalStore.none
  /// Bytes held, and how long their intervals were on the wire.
  var bytes = 0
  var length: UInt64 = 0
  var intervals = 0
}
