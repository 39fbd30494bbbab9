import ControlProtocol
import Correlation
import Records
import Storage
import Streams

/// The order in which both streams of a connection are read: that of capture time, even where bytes of one
/// of them come to light later, behind a gap.
extension InspectorCore {
  /// Whether what a side's packets of a time bring is held back: bytes of the other stream are awaited
  /// that were received before, or something of its own is held back already.
  private func holdsBack(_ slot: UInt32, _ side: Int, at time: Int64) -> Bool {
    states[slot].sides[side].heldBack != 0
      || reassembler.lacksAcknowledged(slot, 1 - side) && mayPair(slot)
        && reassembler.awaits(slot, 1 - side, by: reassembler.shifted(time))
  }

  /// Whether messages of either side may answer those of the other.
  private func mayPair(_ slot: UInt32) -> Bool {
    states[slot].isParsed && !states[slot].isConcluded
      && !states[slot].sides[0].parser.isIgnored && !states[slot].sides[1].parser.isIgnored
  }

  /// Reads bytes that are in order when it is their turn.
  mutating func deliver(_ chunk: RawSpan, arrival: Arrival, slot: UInt32, side: Int) {
    let mark = mark(of: arrival, slot, side)
    guard holdsBack(slot, side, at: arrival.time) else {
      return read(chunk, mark: mark, slot: slot, side: side)
    }
    hold(
      chunk, mark: mark, arrival, of: UInt8(truncatingIfNeeded: clockEpoch), slot: slot, side: side)
  }

  /// Notes how far a segment acknowledged the other stream, when what it acknowledges was read.
  mutating func acknowledge(
    upTo offset: UInt64, slot: UInt32, side: Int, at time: Int64, frame: UInt64
  ) {
    let other = 1 - side
    if states[slot].sides[other].heldBack != 0, !reassembler.lacksAcknowledged(slot, other) {
      hold(.acknowledged(offset), at: time, frame: frame, slot: slot, side: other)
    } else if holdsBack(slot, side, at: time) {
      hold(.acknowledges(offset), at: time, frame: frame, slot: slot, side: side)
    } else {
      correlator.acknowledge(&states[slot].pairing, side: other, upTo: offset, at: time)
    }
  }

  /// Gives up on bytes that the capture lacks.
  mutating func skipGap(_ slot: UInt32, _ side: Int, to end: UInt64, as reason: GapReason) {
    let length = reassembler.declareGap(slot, side, to: end, as: reason)
    guard length > 0 else { return }
    let range = (end - length)..<end
    guard states[slot].sides[side].heldBack != 0 else {
      return skip(range, as: reason, slot: slot, side: side)
    }
    // Nobody knows when they were sent: they go with what comes before.
    hold(.gap(range, reason), at: nil, slot: slot, side: side)
  }

  /// Ends a stream that is finished when it is its turn.
  mutating func settleFinish(_ slot: UInt32, _ side: Int, at time: Int64) {
    guard reassembler.connections[slot].streams[side].isFinished, !states[slot].isConcluded else {
      return
    }
    guard holdsBack(slot, side, at: time) else { return end(slot, side, at: time) }
    let index = states[slot].sides[side].heldBack
    if index == 0 || !heldQueues[Int(index) - 1].isEnding {
      hold(.end, at: time, slot: slot, side: side)
    }
  }

  /// Goes on where a hole was filled or given up: hands on what waited behind it, and what of the other
  /// stream was held back for it.
  mutating func drain(_ slot: UInt32, _ side: Int) {
    let isHeld =
      states[slot].sides[side].heldBack != 0 || states[slot].sides[1 - side].heldBack != 0
      || reassembler.lacksAcknowledged(slot, 1 - side) && mayPair(slot)
    var offset = reassembler.connections[slot].streams[side].next
    while let ready = reassembler.nextReady(slot, side) {
      take(ready, from: offset, isHeld: isHeld, slot: slot, side: side)
      offset = reassembler.connections[slot].streams[side].next
    }
    if isHeld { handOn(slot) }
  }

  /// Reads bytes that waited, or holds them back.
  ///
  /// - Parameter offset: where those begin that were not delivered before.
  private mutating func take(
    _ ready: borrowing WaitingBytes, from offset: UInt64, isHeld: Bool, slot: UInt32, side: Int
  ) {
    let old = offset > ready.start ? min(Int(offset - ready.start), ready.count) : 0
    let chunk = ready.bytes.extracting(old..<ready.count)
    let mark = mark(of: ready.arrival, slot, side)
    if isHeld {
      hold(chunk, mark: mark, ready.arrival, of: ready.clockEpoch, slot: slot, side: side)
    } else {
      read(chunk, mark: mark, slot: slot, side: side)
    }
    if ready.snapped > 0 {
      let next = reassembler.connections[slot].streams[side].next
      skipGap(slot, side, to: next + UInt64(ready.snapped), as: .snaplen)
    }
  }

  /// Hands on what waited for bytes that a side brought.
  @inline(__always)
  mutating func handOn(_ slot: UInt32, awaiting side: Int) {
    if states[slot].sides[1 - side].heldBack != 0 { handOn(slot) }
  }

  /// Hands on what is held back in a connection, in order of time, as far as nothing earlier is awaited.
  private mutating func handOn(_ slot: UInt32) {
    while let (side, time) = firstHeld(slot) {
      // What the other stream brings next may be earlier.
      let other = states[slot].sides[1 - side].heldBack
      if other == 0 || !heldQueues[Int(other) - 1].hasStream,
        reassembler.lacksAcknowledged(slot, 1 - side),
        reassembler.awaits(slot, 1 - side, by: time)
      {
        return
      }
      handOnFirst(slot, side)
    }
  }

  /// Hands on what is held back in a connection, whatever is awaited.
  mutating func handOnAll(_ slot: UInt32) {
    while let (side, _) = firstHeld(slot) { handOnFirst(slot, side) }
  }

  /// Hands on what is held back anywhere until no more than `goal` is held.
  mutating func handOn(downTo goal: Int) {
    var index = 0
    while heldBytes > goal, index < heldQueues.count {
      if !heldQueues[index].isEmpty { handOnAll(heldQueues[index].slot) }
      index += 1
    }
  }

  /// The side of the earliest that is held back, and its time on the shifted clock; nil when nothing is.
  private func firstHeld(_ slot: UInt32) -> (side: Int, time: Int64)? {
    let lower = states[slot].sides[0].heldBack
    let upper = states[slot].sides[1].heldBack
    let turns = (
      lower == 0 ? nil : heldQueues[Int(lower) - 1].turn,
      upper == 0 ? nil : heldQueues[Int(upper) - 1].turn
    )
    return switch turns {
    case (nil, nil): nil
    case (let turn?, nil): (0, turn.shifted)
    case (nil, let turn?): (1, turn.shifted)
    case (let first?, let second?):
      second.precedes(first) ? (1, second.shifted) : (0, first.shifted)
    }
  }

  private mutating func handOnFirst(_ slot: UInt32, _ side: Int) {
    let index = Int(states[slot].sides[side].heldBack) - 1
    let item = heldQueues[index].removeFirst()
    switch item.event {
    case .bytes(let range, let mark):
      let bytes = heldQueues[index].bytes
      heldEpoch = item.stamp.clockEpoch
      let place = heldQueues[index].place(of: range)
      read(unsafe bytes.span.bytes.extracting(place), mark: mark, slot: slot, side: side)
      heldEpoch = nil
    case .gap(let range, let reason):
      skip(range, as: reason, slot: slot, side: side)
    case .end:
      if !states[slot].isConcluded { end(slot, side, at: item.stamp.time) }
    case .acknowledged(let offset):
      correlator.acknowledge(&states[slot].pairing, side: side, upTo: offset, at: item.stamp.time)
    case .acknowledges(let offset):
      correlator.acknowledge(
        &states[slot].pairing, side: 1 - side, upTo: offset, at: item.stamp.time)
    }
    // Who counts what is in flight is told of answers when they come.
    tellCompleted()
    releaseQueue(slot, side)
  }

  /// Holds bytes back that came in an epoch of the clock.
  private mutating func hold(
    _ chunk: RawSpan, mark: ArrivalMark, _ arrival: Arrival, of epoch: UInt8, slot: UInt32,
    side: Int
  ) {
    let index = queue(slot, side)
    let stamp = HeldQueue.Stamp(
      shifted: reassembler.shifted(arrival.time, of: epoch), frame: arrival.frame,
      time: arrival.time, clockEpoch: deliveryEpoch(slot, side))
    heldQueues[index].append(chunk, mark: mark, stamp)
    settleQueue(index, slot)
  }

  /// Holds something else back; without a time it goes with what comes before.
  private mutating func hold(
    _ event: HeldQueue.Event, at time: Int64?, frame: UInt64 = .max, slot: UInt32, side: Int
  ) {
    let index = queue(slot, side)
    heldQueues[index].append(event, stamp(at: time, frame: frame))
    settleQueue(index, slot)
  }

  private func stamp(at time: Int64?, frame: UInt64) -> HeldQueue.Stamp {
    HeldQueue.Stamp(
      shifted: time.map { reassembler.shifted($0) } ?? .min, frame: frame, time: time ?? now,
      clockEpoch: clockEpoch)
  }

  /// The index of a side's queue, made when there is none.
  private mutating func queue(_ slot: UInt32, _ side: Int) -> Int {
    if states[slot].sides[side].heldBack == 0 {
      let index = freeHeldQueues.popLast() ?? UInt32(heldQueues.count)
      if index == heldQueues.count { heldQueues.append(HeldQueue()) }
      heldQueues[Int(index)].slot = slot
      states[slot].sides[side].heldBack = index + 1
    }
    return Int(states[slot].sides[side].heldBack) - 1
  }

  /// Counts what was added; too much is read after all, before what is awaited, as a limit says.
  private mutating func settleQueue(_ index: Int, _ slot: UInt32) {
    recount(index)
    guard heldQueues[index].size > configuration.limits.waitingBytesPerStream else { return }
    health.limits.waiting += 1
    handOnAll(slot)
  }

  /// Counts the memory of a queue as it is now.
  @inline(__always)
  private mutating func recount(_ index: Int) {
    let (room, counted) = (heldQueues[index].room, heldQueues[index].counted)
    guard room != counted else { return }
    heldBackBytes += room - counted
    heldQueues[index].counted = room
  }

  /// So many empty queues keep memory for the next.
  private static var readyQueues: Int { 64 }

  /// Gives a queue back if it is empty.
  private mutating func releaseQueue(_ slot: UInt32, _ side: Int) {
    let index = Int(states[slot].sides[side].heldBack) - 1
    // What was handed on may have ended the connection, and all that was held back with it.
    guard index >= 0 else { return }
    let isEmpty = heldQueues[index].isEmpty
    if isEmpty { heldQueues[index].reset() }
    recount(index)
    guard isEmpty else { return }
    if freeHeldQueues.count >= Self.readyQueues { heldQueues[index] = HeldQueue() }
    states[slot].sides[side].heldBack = 0
    freeHeldQueues.append(UInt32(index))
  }

  /// Bytes of a stream that are held back.
  func heldBackCount(_ slot: UInt32, _ side: Int) -> UInt64 {
    let index = Int(states[slot].sides[side].heldBack) - 1
    return index < 0 ? 0 : UInt64(heldQueues[index].count)
  }
}
