internal import Storage
public import Wire

/// IP fragments → datagrams, by the interval store that TCP streams wait in.
///
/// Datagrams are told apart by addresses, identification, VLANs and tunnel, IPv4 ones by protocol
/// too. Where fragments overlap, the first that was captured wins. Limits, beyond which the datagram
/// that began first is given up: a number of datagrams, their bytes, and 30 s of packet time, which
/// is looked at when the next fragment comes.
///
/// Source: `semantics.md` section 2, RFC 791 section 3.2, RFC 8200 section 4.5.
public struct FragmentTable: ~Copyable {
  /// The longest payload of a datagram.
  public static let maximumLength = 65_535

  /// Bounds of a table.
  public struct Limits: Sendable {
    public var datagrams = 4_096
    /// Bytes held, with their overhead.
    public var heldBytes = 16 << 20
    /// How long the fragments of a datagram may take to come, nanoseconds.
    public var patienceNanoseconds: Int64 = 30_000_000_000
    /// How long copies of the fragments of a complete datagram are recognised, nanoseconds.
    public var copyNanoseconds: Int64 = 100_000_000

    public init() {}
  }

  /// What became of a fragment.
  public enum Outcome: Sendable {
    /// It waits for others, or was given up.
    case kept
    /// A copy of one of a datagram that is complete already.
    case copy
    /// It completed its datagram.
    case completed(Datagram)
  }

  /// The payload of a datagram.
  public struct Datagram: Sendable {
    public let `protocol`: UInt8
    /// What was captured of it up to the first byte that the snapshot length cut off.
    public let bytes: [UInt8]
    /// How long it was on the wire.
    public let wireLength: Int
  }

  private let inPlace = InPlace()
  private var pending = Slab<PendingDatagram>()
  private var table = IndexTable()
  private var store: IntervalStore
  /// Both ends of the list in order of first fragment.
  private var oldest = PendingDatagram.none
  private var newest = PendingDatagram.none
  private let limits: Limits
  private let seed: UInt64
  /// Fragments whose datagrams were given up.
  private var abandoned: UInt64 = 0

  /// Fragments that overlap others of their datagram, but for exact copies.
  public private(set) var overlapping: UInt64 = 0
  /// Datagrams given up because there were too many or they held too much, and because their
  /// fragments took too long to come.
  public private(set) var evicted: UInt64 = 0
  public private(set) var expired: UInt64 = 0

  /// - Parameter seed: seeds the table that captured values are looked up in.
  public init(limits: Limits = Limits(), seed: UInt64) {
    self.limits = limits
    self.seed = seed
    store = IntervalStore(seed: seed)
  }

  /// Fragments that are in no complete datagram.
  ///
  /// - Complexity: O(pending datagrams).
  public var incomplete: UInt64 {
    var sum = abandoned
    pending.forEachTaken { if !pending[$0].isComplete { sum += UInt64(pending[$0].fragments) } }
    return sum
  }

  /// Bytes held with their overhead.
  public var heldBytes: Int {
    store.heldBytes &+ pending.count &* MemoryLayout<PendingDatagram>.size
  }

  /// Datagrams that wait, and complete ones that are remembered.
  public var count: Int { pending.count }

  /// Puts a fragment to its datagram.
  ///
  /// - Parameters:
  ///   - frame: as the fragment's decoding left it.
  ///   - bytes: what the fragment was decoded from.
  ///   - time: packet time on a clock that does not go back.
  /// - Complexity: O(log n) for n fragments of the datagram, and their bytes when it is complete.
  public mutating func take(
    _ fragment: IPFragment, frame: DecodedFrame, bytes: RawSpan, packet: Packet, time: Int64
  ) -> Outcome {
    expire(at: time)
    let key = FragmentKey(fragment, frame)
    let hash = key.hash(seed: seed)
    let slot =
      table.find(hash: hash, where: { pending[$0].key == key }) ?? begin(key, hash: hash, at: time)
    if pending[slot].isComplete {
      if time &- pending[slot].time <= limits.copyNanoseconds { return .copy }
      // The identification is used again.
      remove(slot)
      return take(fragment, frame: frame, bytes: bytes, packet: packet, time: time)
    }
    pending[slot].fragments &+= 1
    if fragment.offset == 0 { pending[slot].protocol = fragment.protocol }
    insert(fragment, bytes: bytes, packet: packet, into: slot)
    if pending[slot].buffer.length == pending[slot].length {
      return .completed(complete(slot, at: time))
    }
    while store.heldBytes > limits.heldBytes, oldest != PendingDatagram.none { evict(oldest) }
    return .kept
  }

  /// Gives up the datagram that began first, to free memory; tells whether there was one.
  public mutating func evictOldest() -> Bool {
    guard oldest != PendingDatagram.none else { return false }
    abandon(oldest)
    return true
  }

  /// What does not hold that should, for tests.
  func brokenInvariants() -> [String] {
    var broken: [String] = []
    var bytes = 0
    var datagrams = 0
    var slot = oldest
    while slot != PendingDatagram.none {
      broken += store.brokenInvariants(of: pending[slot].buffer)
      bytes += pending[slot].buffer.bytes + pending[slot].buffer.intervals * IntervalStore.overhead
      datagrams += 1
      slot = pending[slot].newer
    }
    if bytes != store.heldBytes { broken.append("holds \(bytes), counts \(store.heldBytes)") }
    if datagrams != pending.count { broken.append("lists \(datagrams) of \(pending.count)") }
    return broken
  }

  private mutating func insert(
    _ fragment: IPFragment, bytes: RawSpan, packet: Packet, into slot: UInt32
  ) {
    let end = fragment.offset &+ fragment.wirePayloadLength
    let known = pending[slot].length
    // An end that contradicts what was seen is not believed.
    guard end <= Self.maximumLength, UInt64(end) <= known,
      fragment.moreFragments || UInt64(end) >= pending[slot].furthest,
      fragment.moreFragments || known == .max || UInt64(end) == known
    else {
      overlapping &+= 1
      return
    }
    if !fragment.moreFragments { pending[slot].length = UInt64(end) }
    pending[slot].furthest = max(pending[slot].furthest, UInt64(end))
    let payload = bytes.extracting(
      fragment.payloadOffset..<(fragment.payloadOffset + fragment.payloadLength))
    let insertion = store.insert(
      payload, length: fragment.wirePayloadLength, at: UInt64(fragment.offset),
      arrival: Arrival(
        time: packet.time.nanoseconds, frame: Arrival.frame(of: packet), acknowledged: 0),
      into: &pending[slot].buffer)
    if insertion.repeated > 0, insertion.added > 0 || insertion.differing > 0 {
      overlapping &+= 1
    }
  }

  private mutating func begin(_ key: FragmentKey, hash: UInt32, at time: Int64) -> UInt32 {
    while pending.count >= limits.datagrams, oldest != PendingDatagram.none { evict(oldest) }
    let slot = pending.take(PendingDatagram(key: key, hash: hash, time: time))
    table.insert(hash: hash, slot: slot)
    link(slot)
    return slot
  }

  /// Takes the bytes out; the datagram stays known for a while, so that copies are recognised.
  private mutating func complete(_ slot: UInt32, at time: Int64) -> Datagram {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(pending[slot].buffer.bytes)
    var isCut = false
    while let piece = store.removeFirst(of: &pending[slot].buffer) {
      if !isCut { unsafe piece.bytes.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) } }
      isCut = isCut || piece.snapped > 0
    }
    pending[slot].isComplete = true
    pending[slot].time = time
    unlink(slot)
    link(slot)
    return Datagram(
      protocol: pending[slot].protocol, bytes: bytes, wireLength: Int(pending[slot].length))
  }

  private mutating func expire(at time: Int64) {
    while oldest != PendingDatagram.none {
      let age = time.subtractingReportingOverflow(pending[oldest].time)
      guard age.overflow || age.partialValue > limits.patienceNanoseconds else { return }
      if !pending[oldest].isComplete { expired &+= 1 }
      abandon(oldest)
    }
  }

  private mutating func evict(_ slot: UInt32) {
    if !pending[slot].isComplete { evicted &+= 1 }
    abandon(slot)
  }

  private mutating func abandon(_ slot: UInt32) {
    if !pending[slot].isComplete { abandoned &+= UInt64(pending[slot].fragments) }
    remove(slot)
  }

  private mutating func remove(_ slot: UInt32) {
    store.removeAll(of: &pending[slot].buffer)
    unlink(slot)
    table.remove(hash: pending[slot].hash, slot: slot)
    pending.giveBack(slot)
  }

  private mutating func link(_ slot: UInt32) {
    pending[slot].older = newest
    pending[slot].newer = PendingDatagram.none
    if newest == PendingDatagram.none { oldest = slot } else { pending[newest].newer = slot }
    newest = slot
  }

  private mutating func unlink(_ slot: UInt32) {
    let (older, newer) = (pending[slot].older, pending[slot].newer)
    if older == PendingDatagram.none { oldest = newer } else { pending[older].newer = newer }
    if newer == PendingDatagram.none { newest = older } else { pending[newer].older = older }
  }
}
