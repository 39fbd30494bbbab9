public import Storage
public import Wire

/// Segments → ordered bytes: the table of connections, and for each direction what was delivered,
/// what waits, and what is missing.
///
/// The caller drives it: `admit` finds the connection of a segment, `take` puts the segment in and
/// says what is in order, `nextReady` hands out bytes that waited, `declareGap` gives up on a hole.
/// It keeps its deadlines and lets the caller ask for them, so that they can be merged with others.
///
/// Source: `semantics.md` section 2, RFC 9293.
public struct Reassembler: ~Copyable {
  private let inPlace = InPlace()
  /// Open and lingering connections by slot.
  public internal(set) var connections = Slab<Connection>()
  var table = IndexTable()
  var shared: SharedState
  private var indices: StreamIndexTable
  var duplicates: DuplicateFilter
  var halfOpen = DeadlineQueue()
  var lingering = DeadlineQueue()
  private var activity: [ActivityEntry] = []
  private var activityHead = 0
  /// The number of the next connection. Deadlines carry the number of theirs, so that those of a
  /// connection that is gone are known.
  private var nextNumber: UInt64 = 0
  /// When the first connection began, packet time in nanoseconds.
  private(set) var firstStart = Int64.max
  /// Whether a connection was given up for lack of room.
  private var hasGivenUp = false
  /// What the packet that was foreseen last is looked up by.
  var foreseenHash: UInt32?
  let limits: StreamLimits
  let hash: EndpointHash

  private struct ActivityEntry {
    var slot: UInt32
    var number: UInt32
    var stamp: Int64
  }

  /// - Parameters:
  ///   - seed: seeds the tables that captured values are looked up in.
  ///   - hidesPackets: whether a filter hides packets, so that tcp.stream is unknowable.
  public init(limits: StreamLimits, seed: UInt64, hidesPackets: Bool) {
    self.limits = limits
    hash = EndpointHash(seed: seed)
    shared = SharedState(limits: limits, seed: seed)
    indices = StreamIndexTable(seed: seed, isKnown: !hidesPackets)
    duplicates = DuplicateFilter(seed: seed)
  }

  /// Open and lingering connections.
  public var count: Int { connections.count }

  /// Bytes that wait in all streams, with their overhead.
  public var heldBytes: Int { shared.store.heldBytes }

  /// A connection, and the side of it that sent a segment.
  public struct Place: BitwiseCopyable, Sendable {
    /// The connection's slot.
    public let slot: UInt32
    /// 0 for the lower endpoint, 1 for the upper one.
    public let side: Int
    /// What the connection's endpoints hash to.
    let hash: UInt64
    /// A hash of them and of the direction.
    @inline(__always)
    var tuple: UInt64 { hash ^ UInt64(truncatingIfNeeded: side) }
  }

  /// Where a segment belongs.
  public enum Admission: Sendable {
    case known(Place)
    case new(Place)
    /// The tuple is used again: end this connection, then ask again.
    case replaces(UInt32)
    /// There is no room: end this connection, then ask again.
    case full(UInt32)
    /// It belongs to a connection that is over, or begins none.
    case ignored
  }

  /// Finds or makes the connection of a segment.
  public mutating func admit(_ frame: DecodedFrame, packet: Packet) -> Admission {
    let hash = hash(frame)
    if let place = find(frame, hash: hash) {
      let (slot, side) = (place.slot, place.side)
      if frame.flags.contains(.syn) || !connections[slot].hasSettledIndex {
        if frame.flags.contains(.syn),
          beginsAnew(frame, side: side, slot: slot, at: packet.time.nanoseconds)
        {
          return .replaces(slot)
        }
        connections[slot].hasSettledIndex =
          indices.note(connections[slot].key, side: side, frame: frame).isSettled
      }
      return .known(place)
    }
    let side = Self.side(of: frame)
    return begin(
      ConnectionKey(frame, side: side), hash: hash, side: side, frame: frame, packet: packet)
  }

  /// The connection that a segment belongs to, if it is known.
  public func connection(of frame: DecodedFrame) -> UInt32? {
    find(frame)?.slot
  }

  /// Where a segment's bytes begin in their stream; 0 where that is not known.
  public func offset(of frame: DecodedFrame, slot: UInt32) -> UInt64 {
    let stream = connections[slot].streams[Self.side(of: frame)]
    guard stream.facts.contains(.hasOrigin), !frame.flags.contains(.syn) else { return 0 }
    return UInt64(max(0, stream.offset(of: frame.sequenceNumber)))
  }

  func find(_ frame: DecodedFrame) -> Place? {
    find(frame, hash: hash(frame))
  }

  private func find(_ frame: DecodedFrame, hash: UInt64) -> Place? {
    var side = 0
    let slot = table.find(hash: UInt32(truncatingIfNeeded: hash)) { slot in
      guard let sender = connections[slot].key.side(sending: frame) else { return false }
      side = sender
      return true
    }
    guard let slot else { return nil }
    return Place(slot: slot, side: side, hash: hash)
  }

  /// 0 when the lower endpoint sent the segment, else 1.
  @inline(__always)
  public static func side(of frame: DecodedFrame) -> Int {
    if frame.source.low != frame.destination.low || frame.source.high != frame.destination.high {
      return frame.source.high != frame.destination.high
        ? (frame.source.high < frame.destination.high ? 0 : 1)
        : (frame.source.low < frame.destination.low ? 0 : 1)
    }
    return frame.sourcePort <= frame.destinationPort ? 0 : 1
  }

  /// Whether headers and payload of a packet equal those of one seen within the last 100 ms.
  mutating func isDuplicate(
    _ bytes: RawSpan, frame: DecodedFrame, packet: Packet, at place: Place
  ) -> Bool {
    let hash = duplicates.hash(of: frame, bytes, tuple: place.tuple)
    guard duplicates.note(hash, at: packet.time.nanoseconds) else { return false }
    return holdsPayload(of: frame, bytes: bytes, at: place)
  }

  /// Whether the bytes of a segment were delivered or wait, as far as that can be told.
  @inline(never)
  mutating func holdsPayload(
    of frame: DecodedFrame, bytes: RawSpan, at place: Place
  ) -> Bool {
    guard frame.payloadLength > 0 else { return true }
    let stream = connections[place.slot].streams[place.side]
    guard stream.facts.contains(.hasOrigin) else { return false }
    let sequence = frame.sequenceNumber &+ (frame.flags.contains(.syn) ? 1 : 0)
    let offset = stream.offset(of: sequence)
    // A keep-alive carries any byte.
    let mayBeKeepAlive = frame.wirePayloadLength == 1 && offset < Int64(bitPattern: stream.next)
    if offset < 0 || mayBeKeepAlive { return true }
    let payload = bytes.extracting(
      frame.payloadOffset..<(frame.payloadOffset + frame.payloadLength))
    return shared.holdsEqual(payload, at: UInt64(offset), in: stream)
  }

  private mutating func begin(
    _ key: ConnectionKey, hash: UInt64, side: Int, frame: DecodedFrame, packet: Packet
  ) -> Admission {
    // A reset of something never seen tells nothing, but Wireshark counts it.
    if frame.flags.contains(.reset) {
      _ = indices.note(key, side: side, frame: frame)
      return .ignored
    }
    if connections.count >= limits.connections, let victim = leastRecentlyActive() {
      indices.giveUp()
      hasGivenUp = true
      return .full(victim)
    }
    let time = packet.time.nanoseconds
    if nextNumber == 0 { firstStart = time }
    let note = indices.note(key, side: side, frame: frame)
    let slot = connections.take(
      Connection(
        key, frame: frame, number: nextNumber, hash: UInt32(truncatingIfNeeded: hash), note: note,
        mayGoOn: hasGivenUp, input: packet.input, at: time))
    let number = UInt32(truncatingIfNeeded: nextNumber)
    nextNumber += 1
    table.insert(hash: UInt32(truncatingIfNeeded: hash), slot: slot)
    activity.append(ActivityEntry(slot: slot, number: number, stamp: time))
    if frame.flags.contains(.syn) {
      halfOpen.append(
        .init(
          deadline: Self.sum(Self.sum(time, shared.clockShift), limits.halfOpenNanoseconds),
          slot: slot, tag: number))
    }
    return .new(Place(slot: slot, side: side, hash: hash))
  }

  /// Whether a SYN on a known tuple begins a new connection.
  private func beginsAnew(
    _ frame: DecodedFrame, side: Int, slot: UInt32, at time: Int64
  ) -> Bool {
    if isLateSYN(frame, side: side, slot: slot, at: time) { return false }
    let stream = connections[slot].streams[side]
    let initial = frame.sequenceNumber &+ 1
    guard stream.facts.contains(.hasOrigin) else {
      // The other side spoke first; a SYN without an ACK for it begins something new unless both
      // open at once.
      let other = connections[slot].streams[1 - side]
      if connections[slot].phase != .open { return true }
      guard frame.flags.contains(.acknowledgment) else {
        // What the other side acknowledged was the SYN of another connection.
        return !other.facts.contains(.synSeen)
          || stream.facts.contains(.acknowledgmentSeen) && stream.origin != initial
      }
      guard other.facts.contains(.hasOrigin) else { return false }
      // An answer to a SYN that was not captured.
      let distance =
        other.offset(of: frame.acknowledgmentNumber) - Int64(bitPattern: other.next)
      return distance < -65_535 || distance > 65_535
    }
    if initial == stream.origin {
      // A client that was refused may try again with the same number.
      return connections[slot].phase == .reset && !connections[slot].clientIsFixed
        && !frame.flags.contains(.acknowledgment)
    }
    if connections[slot].phase != .open { return true }
    let distance = stream.offset(of: initial) - Int64(bitPattern: stream.next)
    let known = connections[slot].streams[1 - side].window
    // Of a peer that was not captured no window is known.
    let window = known == .max ? 0 : Int64(min(known, 1 << 30))
    return distance < 0 || distance > max(window, 65_535)
  }

  /// The connection that was quiet for longest.
  private mutating func leastRecentlyActive() -> UInt32? {
    while activityHead < activity.count {
      var entry = activity[activityHead]
      activityHead += 1
      if activityHead > 4096, activityHead * 2 > activity.count {
        activity.removeFirst(activityHead)
        activityHead = 0
      }
      guard holds(entry.slot, number: entry.number) else { continue }
      let last = connections[entry.slot].end
      guard last > entry.stamp else { return entry.slot }
      entry.stamp = last
      activity.append(entry)
    }
    return nil
  }

  /// Whether a slot still holds the connection whose number has these low bits.
  public func holds(_ slot: UInt32, number: UInt32) -> Bool {
    connections.isTaken(slot)
      && UInt32(truncatingIfNeeded: connections[slot].number) == number
  }

  /// Slots of all connections in order of their numbers.
  public var slotsInOrder: [UInt32] {
    var slots: [UInt32] = []
    connections.forEachTaken { slots.append($0) }
    return slots.sorted { connections[$0].number < connections[$1].number }
  }

  /// Frees a connection's slot with all that waits for it.
  public mutating func remove(_ slot: UInt32) {
    for side in 0..<2 { shared.release(&connections[slot].streams[side]) }
    table.remove(hash: connections[slot].hash, slot: slot)
    connections.giveBack(slot)
    forgetDeadlines()
    if activity.count > 4096, activity.count > 4 * connections.count {
      activity.removeFirst(activityHead)
      activityHead = 0
      activity = activity.filter { holds($0.slot, number: $0.number) }
    }
  }

  /// Drops the deadlines of connections that are gone when they are many, as they become when packet
  /// time stands still.
  private mutating func forgetDeadlines() {
    let limit = 4096 + 8 * connections.count
    guard
      max(halfOpen.count, lingering.count) > limit
        || max(shared.reorder.count, shared.holes.count) > limit
    else { return }
    var numbers: [UInt32?] = []
    connections.forEachTaken { slot in
      while numbers.count < Int(slot) { numbers.append(nil) }
      numbers.append(UInt32(truncatingIfNeeded: connections[slot].number))
    }
    func stands(_ slot: UInt32, _ tag: UInt32) -> Bool {
      Int(slot) < numbers.count && numbers[Int(slot)] == tag
    }
    halfOpen.compact { stands($0.slot, $0.tag) }
    lingering.compact { stands($0.slot, $0.tag) }
    shared.reorder.compact { stands($0.slot >> 1, $0.tag) }
    shared.holes.compact { stands($0.slot >> 1, $0.tag) }
  }

  /// Tells that a connection is over and how; it stays for what still comes of it.
  public mutating func close(_ slot: UInt32, as phase: Connection.Phase, at time: Int64) {
    guard connections[slot].phase == .open else { return }
    connections[slot].isPlain = false
    connections[slot].phase = phase
    lingering.append(
      .init(
        deadline: Self.sum(Self.sum(time, shared.clockShift), limits.lingerNanoseconds), slot: slot,
        tag: UInt32(truncatingIfNeeded: connections[slot].number)))
  }

  /// The client's side as records show it; decided by what was seen so far.
  public mutating func settleClient(_ slot: UInt32, isNamed: (UInt16) -> Bool) {
    guard connections[slot].clientKnown == .unknown else { return }
    let lower = connections[slot].key.lower.port
    let upper = connections[slot].key.upper.port
    switch (isNamed(lower), isNamed(upper)) {
    case (true, false):
      connections[slot].clientSide = 1
      connections[slot].clientKnown = .port
    case (false, true):
      connections[slot].clientSide = 0
      connections[slot].clientKnown = .port
    default:
      connections[slot].clientSide = lower > upper ? 0 : 1
      connections[slot].clientKnown = .guess
    }
  }

  static func sum(_ a: Int64, _ b: Int64) -> Int64 {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }
}
