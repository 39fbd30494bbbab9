import Storage
public import Wire

extension Reassembler {
  /// Takes a packet whose segment is nothing but the next of an open connection in which nothing is
  /// amiss, as nearly all are; anything else is left to `takeUsual` and `take(_:packet:bytes:after:)`,
  /// or, decoded, to `admit` where its connection is not known.
  public mutating func takePlain(_ bytes: RawSpan, linkType: LinkType, time: Int64) -> PlainStep {
    guard let segment = PlainSegment(bytes, linkType: linkType), !segment.flags.contains(.syn)
    else {
      return PlainStep()
    }
    let lower = min(segment.source, segment.destination)
    let upper = max(segment.source, segment.destination)
    let hash = hash(lower, upper)
    let slot = table.find(hash: UInt32(truncatingIfNeeded: hash)) { slot in
      connections[slot].plainLower == lower && connections[slot].plainUpper == upper
    }
    guard let slot, connections[slot].isPlain || connections[slot].hasSettledIndex else {
      return PlainStep()
    }
    let side = segment.source == lower ? 0 : 1
    var step = PlainStep(slot: slot, side: side)
    let packet = duplicates.hash(
      of: segment, bytes, tuple: Place(slot: slot, side: side, hash: hash).tuple)
    if connections[slot].hasNoCopy(of: segment, side: side) {
      duplicates.noteNew(packet, at: time)
    } else if duplicates.note(packet, at: time) {
      step.noteRepeat()
      return step
    }
    Self.takePlain(
      segment, time: time, bytes: bytes, side: side, into: &connections[slot], &shared, &step)
    return step
  }

  /// Takes a segment likewise that came in other headers, or has no part in what is amiss.
  ///
  /// - Parameter frame: lent, not changed: it is too large to be copied for each packet.
  @inline(never)
  public mutating func takePlain(
    _ frame: inout DecodedFrame, packet: inout Packet, bytes: RawSpan
  ) -> PlainStep {
    // What came in fragments is counted.
    guard !frame.flags.contains(.syn), frame.transportOffset >= frame.internetOffset &+ 20,
      let place = find(frame), connections[place.slot].hasSettledIndex
    else { return PlainStep() }
    var step = PlainStep(slot: place.slot, side: place.side)
    let time = packet.time.nanoseconds
    let segment = PlainSegment(frame)
    let hash = duplicates.hash(of: frame, bytes, tuple: place.tuple)
    if connections[place.slot].hasNoCopy(of: segment, side: place.side) {
      duplicates.noteNew(hash, at: time)
    } else if duplicates.note(hash, at: time) {
      step.noteRepeat()
      return step
    }
    Self.takePlain(
      segment, time: time, bytes: bytes, side: place.side, into: &connections[place.slot], &shared,
      &step)
    if !step.isTaken { takeUsual(segment, packet: &packet, bytes: bytes, &step) }
    return step
  }

  /// Puts in a segment that `takePlain` left.
  public mutating func take(
    _ frame: inout DecodedFrame, packet: Packet, bytes: RawSpan, after step: PlainStep
  ) -> SegmentOutcome {
    var outcome = SegmentOutcome()
    let place = Place(slot: step.slot, side: step.side, hash: 0)
    if step.isRepeat, holdsPayload(of: frame, bytes: bytes, at: place) {
      noteDuplicate(frame, packet: packet, at: place, outcome: &outcome)
    } else {
      takeAny(
        frame, packet: packet, bytes: bytes, slot: place.slot, side: place.side, outcome: &outcome)
    }
    return outcome
  }

  @inline(__always)
  private static func takePlain(
    _ segment: PlainSegment, time: Int64, bytes: RawSpan, side: Int,
    into connection: inout Connection, _ shared: inout SharedState, _ step: inout PlainStep
  ) {
    guard isOrdinary(segment.flags) else { return }
    if !connection.isPlain, !becomesPlain(&connection, shared) { return }
    let length = UInt64(truncatingIfNeeded: segment.wirePayloadLength)
    connection.streams.withBoth(of: side) { own, other in
      let window = UInt32(segment.window) &<< UInt32(own.plainShift)
      let expected = own.origin &+ UInt32(truncatingIfNeeded: own.next)
      let behind = Int64(
        Int32(
          bitPattern: other.origin &+ UInt32(truncatingIfNeeded: other.next)
            &- segment.acknowledgmentNumber))
      guard window != 0, segment.sequenceNumber == expected,
        // Not negative, and not beyond what there is.
        UInt64(bitPattern: behind) <= other.next,
        UInt64(truncatingIfNeeded: segment.payloadLength) == length
      else { return }
      step.noteTaken()
      step.noteDelivered(segment)
      own.window = window
      own.packets &+= 1
      let reached = other.next &- UInt64(bitPattern: behind)
      if reached > other.acknowledged {
        other.acknowledged = reached
        step.noteAdvance(to: reached)
        if length == 0 { other.sampleRoundTrip(reached: reached, time: time) }
      }
      guard length > 0 else { return }
      step.acknowledged = own.acknowledged & 0xffff_ffff | other.acknowledged &<< 32
      own.bytes &+= length
      append(segment.payload(in: bytes), arrivingAt: time, to: &own, &shared)
    }
    guard step.isTaken else { return }
    connection.end = max(connection.end, time)
    if length > 0 {
      connection.isEstablished = true
      connection.clientIsFixed = true
    }
  }

  /// Whether a segment, but for a SYN, is neither the end of a stream nor one without an ACK.
  @inline(__always)
  static func isOrdinary(_ flags: TCPFlags) -> Bool {
    flags.intersection([.fin, .reset, .acknowledgment]) == .acknowledgment
  }

  /// Looks whether nothing is amiss in a connection: it is open, both streams are known from where
  /// they begin, all that was seen of them is delivered, neither window is closed.
  @inline(never)
  private static func becomesPlain(
    _ connection: inout Connection, _ shared: borrowing SharedState
  ) -> Bool {
    // What fails most while a hole is open comes first.
    guard connection.streams[0].furthest == connection.streams[0].next,
      connection.streams[1].furthest == connection.streams[1].next,
      connection.phase == .open, connection.hasSettledIndex,
      !connection.awaitsHandshake
    else { return false }
    for side in 0..<2 {
      let stream = connection.streams[side]
      guard stream.window != 0, stream.finOffset == .max, stream.facts.contains(.hasOrigin),
        shared.isSettled(stream)
      else { return false }
    }
    for side in 0..<2 {
      connection.streams[side].plainShift =
        connection.isWindowScaled ? connection.streams[side].windowShift : 0
    }
    connection.isPlain = true
    return true
  }
}
