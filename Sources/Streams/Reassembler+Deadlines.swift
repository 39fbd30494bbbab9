import Storage

extension Reassembler {
  /// What passed its deadline.
  public enum Expired: Sendable {
    /// A hole up to here is to be declared missing.
    case hole(slot: UInt32, side: Int, end: UInt64, reason: GapReason)
    /// A half-open connection was idle for too long.
    case halfOpen(UInt32)
    /// A closed connection was kept for long enough.
    case lingered(UInt32)
  }

  /// What is added to packet time for deadlines. It grows when packet time steps back, so that
  /// deadlines set before the step keep their distance.
  public var clockShift: Int64 {
    get { shared.clockShift }
    set { shared.clockShift = newValue }
  }

  /// The earliest deadline, on the shifted clock; `Int64.max` when there is none.
  public var nextDeadline: Int64 {
    min(
      min(shared.reorder.earliest, shared.holes.earliest),
      min(halfOpen.earliest, lingering.earliest))
  }

  /// Takes out what passed the earliest deadline, if that is not after `time` (shifted clock); nil
  /// when there is nothing or what there was no longer stands.
  public mutating func popExpired(notAfter time: Int64) -> Expired? {
    let earliest = nextDeadline
    guard earliest <= time else { return nil }
    if shared.reorder.earliest == earliest {
      guard let entry = shared.reorder.popFirst(notAfter: time) else { return nil }
      return expiredReorder(entry)
    }
    if shared.holes.earliest == earliest {
      guard let entry = shared.holes.popFirst(notAfter: time) else { return nil }
      return expiredHole(entry)
    }
    if halfOpen.earliest == earliest {
      guard let entry = halfOpen.popFirst(notAfter: time),
        holds(entry.slot, number: entry.tag), !connections[entry.slot].isEstablished
      else { return nil }
      let due = Self.sum(
        Self.sum(connections[entry.slot].end, shared.clockShift), limits.halfOpenNanoseconds)
      if due > entry.deadline {
        halfOpen.append(.init(deadline: due, slot: entry.slot, tag: entry.tag))
        return nil
      }
      return .halfOpen(entry.slot)
    }
    guard let entry = lingering.popFirst(notAfter: time), holds(entry.slot, number: entry.tag)
    else { return nil }
    return .lingered(entry.slot)
  }

  private mutating func expiredReorder(_ entry: DeadlineQueue.Entry) -> Expired? {
    let slot = entry.slot >> 1
    let side = Int(entry.slot & 1)
    guard holds(slot, number: entry.tag), connections[slot].streams[side].trouble != 0
    else { return nil }
    let trouble = Int(connections[slot].streams[side].trouble)
    shared.troubles[trouble].awaitsReorder = false
    let due = entry.deadline &- limits.reorderNanoseconds
    if let end = holeEnd(slot, side),
      let acknowledged = shared.troubles[trouble].acknowledgments.last(where: { $0.time <= due })
    {
      let reached = min(min(acknowledged.offset, end), connections[slot].streams[side].finOffset)
      if reached > connections[slot].streams[side].next {
        // Who declares it is called again at once for the next hole that the same ACK covers.
        return .hole(slot: slot, side: side, end: reached, reason: .acked)
      }
    }
    // ACKs that came later have their own time.
    if let later = shared.troubles[trouble].acknowledgments.first(where: { $0.time > due }) {
      shared.armReorder(trouble, entry, from: later.time)
    }
    return nil
  }

  private mutating func expiredHole(_ entry: DeadlineQueue.Entry) -> Expired? {
    let slot = entry.slot >> 1
    let side = Int(entry.slot & 1)
    guard holds(slot, number: entry.tag), connections[slot].streams[side].trouble != 0
    else { return nil }
    let trouble = Int(connections[slot].streams[side].trouble)
    shared.troubles[trouble].awaitsHole = false
    let since = shared.troubles[trouble].holeSince
    guard since != .max, let end = holeEnd(slot, side) else { return nil }
    let due = Self.sum(since, limits.holeNanoseconds)
    guard due <= entry.deadline else {
      // An older hole was filled; this one is younger.
      shared.armHole(trouble, entry)
      return nil
    }
    return .hole(slot: slot, side: side, end: end, reason: .aged)
  }
}
