import ControlProtocol
import Correlation
import Records
import Storage
import Streams

/// What is held of the capture, and how room is made.
extension InspectorCore {
  /// Captured bytes held anywhere.
  var heldBytes: Int { heldByConnections &+ fragments.heldBytes }

  /// Captured bytes held for connections.
  var heldByConnections: Int {
    reassembler.heldBytes &+ parser.heldBytes &+ correlator.heldBytes &+ heldBackBytes
  }

  /// Looks at what a packet of a connection has added to what is held.
  ///
  /// - Parameter before: what was held for connections before it.
  @inline(__always)
  mutating func settleHeld(_ slot: UInt32, before: Int) {
    let held = heldByConnections
    if held > before, !states[slot].isListed { list(slot) }
    if held &+ fragments.heldBytes > room { relieve() }
  }

  /// Sets how much may be held beside as many connections as there are: what they take themselves,
  /// beyond 20 MiB, is taken off the limit, but for three eighths of it.
  mutating func settleRoom() {
    let limit = configuration.limits.heldBytes
    let connections = reassembler.count &* Self.connectionBytes &- (20 << 20)
    room = limit - min(limit / 8 * 5, max(0, connections))
  }

  /// About what a connection takes, its places in all tables among it.
  private static var connectionBytes: Int { 640 }

  /// Lists a connection among those that may hold something: each is there once at most.
  @inline(never)
  private mutating func list(_ slot: UInt32) {
    states[slot].isListed = true
    if holders.count > 4096, holders.count > 2 * reassembler.count {
      holders.compact { reassembler.holds($0.slot, number: $0.tag) }
    }
    holders.append(
      .init(
        deadline: reassembler.connections[slot].end, slot: slot,
        tag: UInt32(truncatingIfNeeded: reassembler.connections[slot].number)))
  }

  /// Makes room: what the least recently active connections hold is given up.
  ///
  /// - Complexity: O(log n) for each connection that holds something or was active since it was looked
  ///   at last, so a bounded amount for each packet.
  @inline(never)
  mutating func relieve() {
    health.limits.held += 1
    let goal = room / 8 * 7
    // What need not be lost goes first, where that makes room enough.
    if heldBackBytes > 0, heldBytes &- heldBackBytes < goal { handOn(downTo: goal) }
    while heldBytes > goal, fragments.evictOldest() {}
    while heldBytes > goal, let entry = holders.popFirst(notAfter: .max) {
      let slot = entry.slot
      guard reassembler.holds(slot, number: entry.tag) else { continue }
      let last = reassembler.connections[slot].end
      if last > entry.deadline {
        // It was active since it was listed; nobody is older than its entry says.
        holders.append(.init(deadline: last, slot: slot, tag: entry.tag))
        continue
      }
      states[slot].isListed = false
      giveUpHeld(slot, goal: goal)
      if correlator.oldest(in: states[slot].pairing) != nil { list(slot) }
    }
  }

  private mutating func giveUpHeld(_ slot: UInt32, goal: Int) {
    handOnAll(slot)
    for side in 0..<2 {
      while reassembler.waitingBytes(slot, side) > 0, let end = reassembler.holeEnd(slot, side) {
        skipGap(slot, side, to: end, as: .limit)
        drain(slot, side)
        handOnAll(slot)
      }
      guard states[slot].sides[side].isStarted,
        parser.heldBytes(of: states[slot].sides[side].parser) > 0
      else { continue }
      isGivingUp = true
      parser.truncate(&states[slot].sides[side].parser)
      while let event = parser.nextPending(of: &states[slot].sides[side].parser) {
        take(event, slot: slot, side: side, cut: [])
      }
      isGivingUp = false
    }
    let time = now
    while heldBytes > goal, let oldest = correlator.oldest(in: states[slot].pairing) {
      giveUp(oldest, because: .evicted, at: time)
    }
    // Its end may have waited behind what was given up.
    for side in 0..<2 { settleFinish(slot, side, at: time) }
    handOnAll(slot)
    tellCompleted()
  }
}
