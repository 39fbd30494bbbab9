import Storage
public import Wire

extension Reassembler {
  /// Takes a segment of a connection in which something is amiss, or is with this segment, when the
  /// connection and both windows are open, no end of its stream is known and all of it was captured.
  /// So is nearly all that comes while bytes are missing, fills the hole, or is sent again. Anything
  /// else is left to `takeAny`, which would make the same of these.
  ///
  /// - Parameters:
  ///   - packet: lent, not changed: it is too large to be copied for each packet.
  ///   - step: what `takePlain` made of it.
  public mutating func takeUsual(
    _ segment: PlainSegment, packet: inout Packet, bytes: RawSpan, _ step: inout PlainStep
  ) {
    guard !step.isRepeat, Self.isOrdinary(segment.flags) else { return }
    Self.takeUsual(
      segment, time: packet.time.nanoseconds, frame: Arrival.frame(of: packet), bytes: bytes,
      of: &connections[step.slot], slot: step.slot, side: step.side, &shared, &step)
  }

  /// - Parameter frame: what `Arrival.frame` is for the packet.
  @inline(__always)
  private static func takeUsual(
    _ segment: PlainSegment, time: Int64, frame: UInt64, bytes: RawSpan,
    of connection: inout Connection, slot: UInt32, side: Int, _ shared: inout SharedState,
    _ step: inout PlainStep
  ) {
    guard connection.phase == .open, connection.hasSettledIndex, !connection.awaitsHandshake
    else { return }
    let length = UInt64(truncatingIfNeeded: segment.wirePayloadLength)
    let number = connection.number
    let isScaled = connection.isWindowScaled
    let roundTrip = initialRoundTrip(connection)
    connection.streams.withBoth(of: side) { own, other in
      guard segment.window != 0, own.window != 0, other.window != 0,
        own.finOffset == .max, own.facts.intersection(other.facts).contains(.hasOrigin),
        UInt64(truncatingIfNeeded: segment.payloadLength) == length
      else { return }
      let start = own.offset(of: segment.sequenceNumber)
      let acknowledged = other.offset(of: segment.acknowledgmentNumber)
      guard
        // Of no other connection.
        !own.isFar(from: segment.sequenceNumber)
          || !other.isFar(from: segment.acknowledgmentNumber),
        // No keep-alive.
        length > 0 || start != Int64(bitPattern: own.furthest) - 1,
        // Not what tells of a stream that it was joined with one.
        acknowledged <= Int64(bitPattern: other.next)
          || acknowledged - Int64(bitPattern: other.next) <= maximumAhead && other.furthest != 0
      else { return }
      step.noteTaken()
      own.window = UInt32(segment.window) &<< UInt32(isScaled ? own.windowShift : 0)
      own.packets &+= 1
      own.bytes &+= length
      if acknowledged > Int64(bitPattern: other.acknowledged) {
        let reached = min(UInt64(acknowledged), other.finOffset)
        if reached > other.acknowledged {
          noteAdvance(
            to: reached, of: &other, slot: slot, side: 1 - side, number: number, time: time,
            isEmpty: length == 0, &shared)
          step.noteAdvance(to: reached)
        }
      }
      guard length > 0 else { return }
      step.acknowledged = own.acknowledged & 0xffff_ffff | other.acknowledged &<< 32
      let arrival = Arrival(time: time, frame: frame, acknowledged: step.acknowledged)
      // A single byte may be a keep-alive.
      if length > 1, start == Int64(bitPattern: own.next), own.furthest == own.next,
        own.acknowledged <= own.next
      {
        step.noteDelivered(segment)
        append(segment.payload(in: bytes), arrivingAt: time, to: &own, &shared)
      } else if length > 1, mayWait(length, at: start, behind: own, shared) {
        wait(
          segment.payload(in: bytes), at: UInt64(start), arrival: arrival, behind: &own, slot: slot,
          side: side, number: number, &shared)
      } else {
        var outcome = SegmentOutcome()
        insert(
          segment, bytes: bytes, arrival: arrival, irtt: roundTrip, into: &own, shared: &shared,
          slot: slot, side: side, number: number, outcome: &outcome)
        step.note(outcome, of: segment)
      }
    }
    guard step.isTaken else { return }
    connection.isPlain = false
    connection.end = max(connection.end, time)
    if length > 0 {
      connection.isEstablished = true
      connection.clientIsFixed = true
    }
  }

  /// Whether bytes lie behind a hole of a stream and beyond all that was seen of it, and there is room
  /// for them.
  @inline(__always)
  private static func mayWait(
    _ length: UInt64, at start: Int64, behind stream: StreamState, _ shared: borrowing SharedState
  ) -> Bool {
    guard start >= Int64(bitPattern: stream.furthest), start > Int64(bitPattern: stream.next),
      start - Int64(bitPattern: stream.next) <= maximumAhead
    else { return false }
    let waiting = stream.trouble == 0 ? 0 : shared.troubles[Int(stream.trouble)].waiting.bytes
    return waiting + Int(length) <= shared.limits.waitingBytesPerStream
  }

  /// Puts bytes behind a hole for which `mayWait` holds.
  @inline(__always)
  private static func wait(
    _ payload: RawSpan, at start: UInt64, arrival: Arrival, behind stream: inout StreamState,
    slot: UInt32, side: Int, number: UInt64, _ shared: inout SharedState
  ) {
    let index = shared.trouble(of: &stream)
    if start > stream.furthest { shared.troubles[index].lostSegments += 1 }
    stream.furthest = start + UInt64(payload.byteCount)
    noteBehindACK(start..<stream.furthest, of: &stream, &shared)
    shared.store.append(payload, at: start, arrival: arrival, to: &shared.troubles[index].waiting)
    shared.watchHole(of: stream, slot: slot, side: side, number: number, isSame: true)
  }
}
