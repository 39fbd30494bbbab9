public import ControlProtocol
public import Records
public import Storage

/// Pairs Responses with Requests by connection, direction and uuid, and works out what a
/// transaction's times mean.
///
/// The caller knows the streams; the correlator knows messages. So pairing is in two steps: the
/// caller asks for the request that a response answers (`find`), looks up what disturbed the two,
/// and lets the correlator `complete` it; in the same way it gives up on requests. Transactions that
/// are ready lie in `completed` until the caller has told them.
///
/// Source: `semantics.md` section 4.
public struct Correlator: ~Copyable {
  private let inPlace = InPlace()
  var pending = Slab<PendingRequest>()
  var pendingTable = IndexTable()
  var types: TypeTable
  var kept = KeptTexts()
  var orphans = Slab<OrphanResponse>()
  var orphanTable = IndexTable()
  var orphanDeadlines = DeadlineQueue()
  var timeouts = DeadlineQueue()
  /// Transactions that were answered: a second response to one of them is no orphan.
  var answered = RecentKeys()
  /// Transactions that are ready to be told: the first `completedCount`. Their places are used again.
  public internal(set) var completed = Slab<CompletedTransaction>()
  public internal(set) var completedCount: UInt32 = 0
  /// What `completedPlain` shows.
  var plain = Buffer<PlainAnswer>()
  /// The text that completed transactions point into.
  var arena = TextArena()
  var nextNumber: UInt64 = 0
  var nextOrphan: UInt32 = 0
  let configuration: CorrelationConfiguration
  /// What is added to packet time for deadlines.
  public var clockShift: Int64 = 0
  /// When anything was answered, by who answered.
  var answerers = AnswererTable()

  /// Creates a correlator that knows no requests.
  public init(configuration: CorrelationConfiguration) {
    self.configuration = configuration
    types = TypeTable(seed: configuration.seed)
  }

  /// A transaction that is ready, with the connection that it belongs to.
  public struct CompletedTransaction: BitwiseCopyable, Sendable {
    /// The caller's number of the connection.
    public var connection: UInt32
    /// The side that asked.
    public var side: UInt8
    /// Whether all of the record is there, so that it wants an identity and places.
    public var isWhole: Bool
    /// What is told; its text points into `completedText`.
    public var record: TransactionRecord
  }

  /// The text that completed transactions point into.
  public var completedText: RawSpan {
    @_lifetime(borrow self) borrowing get { arena.bytes }
  }

  /// Plain transactions that are ready to be told.
  public var completedPlain: Span<PlainAnswer> {
    @_lifetime(borrow self) borrowing get { plain.elements }
  }

  /// Makes a place for a transaction that is ready.
  mutating func takePlace() -> UInt32 {
    let place = completedCount
    if place < completed.count {
      completed[place].record = TransactionRecord()
    } else {
      // Nothing is given back, so places are numbered in order.
      let same = completed.take(
        CompletedTransaction(connection: 0, side: 0, isWhole: true, record: TransactionRecord()))
      precondition(same == place)
    }
    completedCount += 1
    return place
  }

  /// The number of a message's type, for its records; `TypeNumber.none` where it has none.
  @inline(__always)
  public mutating func typeNumber(_ type: TextRange, in text: RawSpan) -> UInt32 {
    guard type.isPresent else { return TypeNumber.none }
    return types.number(of: text.extracting(type.range), in: &arena)
  }

  /// Says whose a completed transaction is, before it is told.
  public mutating func identify(
    _ index: UInt32, as identity: ConnectionIdentity?, travelling direction: Direction
  ) {
    if let identity { completed[index].record.identity = identity }
    completed[index].record.direction = direction
  }

  /// Whether any transaction is ready to be told.
  public var hasCompleted: Bool {
    @inline(__always) get { completedCount > 0 || !plain.isEmpty }
  }

  /// Forgets the completed transactions once they were told.
  public mutating func removeCompleted() {
    plain.removeAll(keeping: 1 << 14)
    completedCount = 0
    if completed.count > 256 { completed = Slab() }
    arena.removeAll()
  }

  /// Captured bytes held for requests and orphans, with what holds them.
  public var heldBytes: Int {
    kept.bytes &+ pending.count &* (MemoryLayout<PendingRequest>.stride &+ Self.entryBytes)
      &+ orphans.count &* (MemoryLayout<OrphanResponse>.stride &+ Self.entryBytes)
  }
  /// What finds one of them by its key and by its deadline takes about this.
  private static var entryBytes: Int { 48 }

  /// A request that is kept.
  public subscript(index: UInt32) -> PendingRequest { pending[index] }

  /// Whether the conversation has room for one more request.
  public func hasRoom(in conversation: Conversation) -> Bool {
    conversation.kept < UInt32(clamping: configuration.pendingPerConnection)
  }

  /// The oldest request kept in a conversation.
  public func oldest(in conversation: Conversation) -> UInt32? {
    let a = conversation.sides[0].first
    let b = conversation.sides[1].first
    if a == .max { return b == .max ? nil : b }
    if b == .max { return a }
    return pending[a].number < pending[b].number ? a : b
  }

  /// All requests kept in a conversation, the oldest first; those that `side` sent when it is given.
  public func all(in conversation: Conversation, side: Int? = nil) -> [UInt32] {
    var found: [UInt32] = []
    for candidate in 0..<2 where side == nil || side == candidate {
      var index = conversation.sides[candidate].first
      while index != .max {
        found.append(index)
        index = pending[index].next
      }
    }
    return found.sorted { pending[$0].number < pending[$1].number }
  }

  /// What a message is paired by.
  ///
  /// - Parameters:
  ///   - facts: lent, not changed.
  ///   - asker: the side that asked.
  ///   - uuid: its uuid, a range of `text`, which must be present.
  public func key(
    of facts: inout MessageFacts, asker: UInt8, uuid: TextRange, in text: RawSpan
  ) -> PairingKey {
    let uuid =
      facts.uuidNumber != Message.noNumber
      ? UUIDKey(number: facts.uuidNumber)
      : UUIDKey(text.extracting(uuid.range), seed: configuration.seed)
    return PairingKey(
      uuid: uuid, connection: facts.connection, asker: asker,
      hash: hash(uuid, connection: facts.connectionNumber, asker: asker))
  }

  /// Asks for the memory in which a uuid that is a number is going to be looked up.
  ///
  /// - Parameters:
  ///   - uuidNumber: what `Message.uuidNumber` says; nothing is asked for where that is no number.
  ///   - connection: the number of the connection.
  ///   - asker: the side that asked.
  @inline(__always)
  public func prefetch(uuidNumber: UInt32, connection: UInt64, asker: UInt8) {
    guard uuidNumber != Message.noNumber else { return }
    let hash = hash(UUIDKey(number: uuidNumber), connection: connection, asker: asker)
    pendingTable.prefetch(hash: UInt32(truncatingIfNeeded: hash))
  }

  @inline(__always)
  private func hash(_ uuid: UUIDKey, connection: UInt64, asker: UInt8) -> UInt64 {
    var hasher = MultilinearHash(seed: configuration.seed)
    hasher.combine(connection << 8 | UInt64(asker) << 4 | UInt64(uuid.kind.rawValue))
    hasher.combine(uuid.value)
    return hasher.value
  }

  /// The request with this key that was not answered, if there is one. When it is looked for because
  /// another with the same key came, it has to be given up before that is added.
  public func find(_ key: PairingKey) -> UInt32? {
    pendingTable.find(hash: key.shortHash) { index in
      pending[index].connection == key.connection && pending[index].side == key.asker
        && pending[index].uuid == key.uuid
    }
  }

  /// Takes a request out of its conversation and forgets it.
  public mutating func remove(_ index: UInt32, from conversation: inout Conversation) {
    let (next, previous) = (pending[index].next, pending[index].previous)
    if previous != .max { pending[previous].next = next }
    if next != .max { pending[next].previous = previous }
    conversation.remove(
      index, next: next, previous: previous, side: Int(pending[index].side),
      isTold: pending[index].isTold)
    kept.remove(pending[index].kept)
    pendingTable.remove(
      hash: UInt32(truncatingIfNeeded: pending[index].hash), slot: index)
    pending.giveBack(index)
    if timeouts.count > 4096, timeouts.count > 4 * pending.count { compactTimeouts() }
  }

  private mutating func compactTimeouts() {
    var queue = DeadlineQueue()
    swap(&queue, &timeouts)
    queue.compact { entry in
      pending.isTaken(entry.slot)
        && UInt32(truncatingIfNeeded: pending[entry.slot].number) == entry.tag
        && !pending[entry.slot].isTold
    }
    swap(&queue, &timeouts)
  }

  mutating func text(_ bytes: RawSpan) -> TextRange {
    let start = arena.count
    arena.append(bytes)
    return TextRange(start: start, count: bytes.byteCount)
  }

  mutating func text(_ range: TextRange, of bytes: RawSpan) -> TextRange {
    range.isPresent ? text(bytes.extracting(range.range)) : .absent
  }

  mutating func text(_ bytes: [UInt8]) -> TextRange {
    let start = arena.count
    unsafe arena.append(bytes.span.bytes)
    return TextRange(start: start, count: bytes.count)
  }

  static func sum(_ a: Int64, _ b: Int64) -> Int64 {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }

  /// Nanoseconds from one moment to a later one, at most what a number holds; 0 when it is not later.
  @inline(__always)
  static func span(from start: Int64, to end: Int64) -> Int64 {
    let (difference, overflow) = end.subtractingReportingOverflow(start)
    return overflow ? end > start ? .max : 0 : max(0, difference)
  }
}

/// Text of requests and orphans that has no shorter form.
struct KeptTexts: ~Copyable {
  private var texts: [[UInt8]] = [[]]
  private var freed: [UInt32] = []
  private(set) var bytes = 0

  mutating func add(_ text: [UInt8]) -> UInt32 {
    bytes += text.count + 32
    if let index = freed.popLast() {
      texts[Int(index)] = text
      return index
    }
    texts.append(text)
    return UInt32(texts.count - 1)
  }

  subscript(index: UInt32) -> [UInt8] { texts[Int(index)] }

  @inline(__always)
  mutating func remove(_ index: UInt32) {
    if index != 0 { free(index) }
  }

  @inline(never)
  private mutating func free(_ index: UInt32) {
    bytes -= texts[Int(index)].count + 32
    texts[Int(index)] = []
    freed.append(index)
  }
}
