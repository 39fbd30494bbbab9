import Storage
public import Wire

extension Reassembler {
  /// The furthest that a segment may lie ahead of what was delivered: the largest window of TCP.
  static let maximumAhead: Int64 = 1 << 30

  /// Puts a segment into the connection that `admit` found for it.
  ///
  /// - Parameter bytes: the packet, in which `frame` was decoded.
  public mutating func take(
    _ frame: inout DecodedFrame, packet: Packet, bytes: RawSpan, at place: Place
  ) -> SegmentOutcome {
    var outcome = SegmentOutcome()
    if isDuplicate(bytes, frame: frame, packet: packet, at: place) {
      noteDuplicate(frame, packet: packet, at: place, outcome: &outcome)
    } else {
      takeAny(
        frame, packet: packet, bytes: bytes, slot: place.slot, side: place.side, outcome: &outcome)
    }
    return outcome
  }

  mutating func noteDuplicate(
    _ frame: DecodedFrame, packet: Packet, at place: Place, outcome: inout SegmentOutcome
  ) {
    let (slot, side) = (place.slot, place.side)
    note(frame, at: packet.time.nanoseconds, slot: slot, side: side)
    let index = shared.trouble(of: &connections[slot].streams[side])
    shared.troubles[index].duplicatePackets += 1
    outcome.isDuplicate = true
  }

  private mutating func note(_ frame: DecodedFrame, at time: Int64, slot: UInt32, side: Int) {
    if time > connections[slot].end { connections[slot].end = time }
    connections[slot].streams[side].packets &+= 1
    connections[slot].streams[side].bytes &+= UInt64(frame.wirePayloadLength)
  }

  /// Takes a segment whatever it is.
  mutating func takeAny(
    _ frame: DecodedFrame, packet: Packet, bytes: RawSpan, slot: UInt32, side: Int,
    outcome: inout SegmentOutcome
  ) {
    connections[slot].isPlain = false
    let time = packet.time.nanoseconds
    note(frame, at: time, slot: slot, side: side)
    if isStray(frame, slot: slot, side: side) {
      let index = shared.trouble(of: &connections[slot].streams[side])
      shared.troubles[index].outOfWindowSegments += 1
      shared.troubles[index].outOfWindowBytes += UInt64(frame.wirePayloadLength)
      return
    }
    if frame.flags.contains(.syn) {
      noteHandshake(frame, slot: slot, side: side, time: time)
    } else if !connections[slot].streams[side].facts.contains(.hasOrigin) {
      joinStream(frame, slot: slot, side: side, time: time)
    }
    if frame.flags.contains(.reset) {
      if frame.wirePayloadLength > 0 {
        let index = shared.trouble(of: &connections[slot].streams[side])
        shared.troubles[index].resetBytes += UInt64(frame.wirePayloadLength)
      }
      outcome.isReset = isPlausibleReset(frame, slot: slot, side: side)
      return
    }
    if frame.flags.contains(.acknowledgment) {
      noteAcknowledgment(frame, slot: slot, side: side, time: time, outcome: &outcome)
    }
    guard connections[slot].phase != .reset else {
      return noteAfterReset(frame, slot: slot, side: side)
    }
    if frame.flags.contains(.fin), connections[slot].streams[side].finOffset == .max {
      noteFIN(frame, slot: slot, side: side)
    }
    if frame.wirePayloadLength > 0 || frame.payloadLength > 0 {
      connections[slot].isEstablished = true
      connections[slot].clientIsFixed = true
      noteOddForm(frame, slot: slot, side: side)
      let number = connections[slot].number
      let acknowledged =
        connections[slot].streams[side].acknowledged & 0xffff_ffff
        | connections[slot].streams[1 - side].acknowledged << 32
      Self.insert(
        PlainSegment(frame), bytes: bytes,
        arrival: Arrival(
          time: time, frame: Arrival.frame(of: packet), acknowledged: acknowledged),
        irtt: Self.initialRoundTrip(connections[slot]),
        into: &connections[slot].streams[side], shared: &shared, slot: slot, side: side,
        number: number, outcome: &outcome)
    } else if isKeepAlive(frame, slot: slot, side: side) {
      let index = shared.trouble(of: &connections[slot].streams[side])
      shared.troubles[index].keepAlives += 1
    }
    noteFinish(slot, side)
  }

  /// Counts the payload that a segment brings though its connection was reset; what is sent again is no
  /// news.
  private mutating func noteAfterReset(_ frame: DecodedFrame, slot: UInt32, side: Int) {
    let stream = connections[slot].streams[side]
    guard frame.wirePayloadLength > 0, stream.facts.contains(.hasOrigin) else { return }
    let length = Int64(frame.wirePayloadLength)
    let end = stream.offset(of: frame.sequenceNumber) + length
    let fresh = min(length, end - Int64(bitPattern: stream.next))
    guard fresh > 0 else { return }
    let index = shared.trouble(of: &connections[slot].streams[side])
    shared.troubles[index].bytesAfterReset += UInt64(fresh)
  }

  /// Counts a segment that came in fragments, or probes a window that is closed.
  @inline(__always)
  private mutating func noteOddForm(_ frame: DecodedFrame, slot: UInt32, side: Int) {
    let isFragmented = frame.transportOffset < frame.internetOffset + 20
    let isProbe =
      frame.wirePayloadLength == 1 && connections[slot].streams[1 - side].window == 0
    guard isFragmented || isProbe else { return }
    let index = shared.trouble(of: &connections[slot].streams[side])
    if isFragmented { shared.troubles[index].fragmentedSegments += 1 }
    if isProbe { shared.troubles[index].zeroWindowProbes += 1 }
  }

  /// Notes where a stream ends. A FIN that lies before bytes that were seen, or beyond any window,
  /// is not believed.
  private mutating func noteFIN(_ frame: DecodedFrame, slot: UInt32, side: Int) {
    let sequence = frame.sequenceNumber &+ (frame.flags.contains(.syn) ? 1 : 0)
    var end =
      connections[slot].streams[side].offset(of: sequence) + Int64(frame.wirePayloadLength)
    let furthest = Int64(bitPattern: connections[slot].streams[side].furthest)
    // The last byte of a gap that an ACK showed may have been this FIN.
    if end == furthest - 1, missingEnd(slot, side) == connections[slot].streams[side].furthest {
      end = furthest
    }
    guard end >= furthest,
      end - Int64(bitPattern: connections[slot].streams[side].next) <= Self.maximumAhead
    else {
      let index = shared.trouble(of: &connections[slot].streams[side])
      shared.troubles[index].outOfWindowSegments += 1
      return
    }
    if frame.wirePayloadLength == 0, end > furthest {
      let index = shared.trouble(of: &connections[slot].streams[side])
      shared.troubles[index].lostSegments += 1
    }
    connections[slot].streams[side].finOffset = UInt64(end)
    connections[slot].streams[side].acknowledged = min(
      connections[slot].streams[side].acknowledged, UInt64(end))
  }

  /// Marks a stream finished when everything up to its FIN was delivered or given up.
  mutating func noteFinish(_ slot: UInt32, _ side: Int) {
    if connections[slot].streams[side].next >= connections[slot].streams[side].finOffset {
      connections[slot].streams[side].facts.insert(.finished)
    }
  }

  static func initialRoundTrip(_ connection: borrowing Connection) -> Int64 {
    guard connection.serverHandshake != .max, connection.clientHandshake != .max else { return 0 }
    return connection.serverHandshake &+ connection.clientHandshake
  }

  private func isPlausibleReset(_ frame: DecodedFrame, slot: UInt32, side: Int) -> Bool {
    let stream = connections[slot].streams[side]
    guard stream.facts.contains(.hasOrigin) else { return true }
    let distance = stream.offset(of: frame.sequenceNumber) - Int64(bitPattern: stream.next)
    // A reset may answer with a sequence number of 0 while the connection opens.
    if !connections[slot].isEstablished { return true }
    return distance >= -65_536 && distance <= Self.maximumAhead
  }

  private func isKeepAlive(_ frame: DecodedFrame, slot: UInt32, side: Int) -> Bool {
    let stream = connections[slot].streams[side]
    return frame.flags.isDisjoint(with: [.syn, .fin, .reset])
      && stream.offset(of: frame.sequenceNumber) == Int64(bitPattern: stream.furthest) - 1
  }

  /// Notes what a segment says about the other direction: how far it arrived, how much may come.
  private mutating func noteAcknowledgment(
    _ frame: DecodedFrame, slot: UInt32, side: Int, time: Int64, outcome: inout SegmentOutcome
  ) {
    let other = 1 - side
    if connections[slot].synAcknowledgedTime != .min, connections[slot].clientHandshake == .max,
      !frame.flags.contains(.syn), connections[slot].clientSide == UInt8(side),
      time >= connections[slot].synAcknowledgedTime
    {
      let roundTrip = time &- connections[slot].synAcknowledgedTime
      connections[slot].clientHandshake = roundTrip
      connections[slot].streams[other].noteRoundTrip(roundTrip)
    }
    noteWindow(frame, slot: slot, side: side, time: time)
    guard connections[slot].streams[other].facts.contains(.hasOrigin) else {
      noteUnseenAcknowledgment(frame.acknowledgmentNumber, slot: slot, side: other)
      return
    }
    passKeepAlive(frame.acknowledgmentNumber, slot: slot, side: other)
    let offset = connections[slot].streams[other].offset(of: frame.acknowledgmentNumber)
    let known = Int64(bitPattern: connections[slot].streams[other].acknowledged)
    guard offset > known,
      offset - Int64(bitPattern: connections[slot].streams[other].next) <= Self.maximumAhead
    else { return }
    let reached = min(UInt64(offset), connections[slot].streams[other].finOffset)
    guard reached > connections[slot].streams[other].acknowledged else { return }
    outcome.acknowledgmentAdvanced = true
    outcome.acknowledged = reached
    let number = connections[slot].number
    Self.noteAdvance(
      to: reached, of: &connections[slot].streams[other], slot: slot, side: other, number: number,
      time: time, isEmpty: frame.wirePayloadLength == 0, &shared)
  }

  /// Notes that a stream is acknowledged further than before.
  ///
  /// - Parameter isEmpty: whether the segment that says so has no payload.
  @inline(__always)
  static func noteAdvance(
    to reached: UInt64, of stream: inout StreamState, slot: UInt32, side: Int, number: UInt64,
    time: Int64, isEmpty: Bool, _ shared: inout SharedState
  ) {
    stream.acknowledged = reached
    if isEmpty { stream.sampleRoundTrip(reached: reached, time: time) }
    if reached > stream.next {
      noteUnseenBytes(
        of: &stream, slot: slot, side: side, number: number, reached: reached, time: time, &shared)
    }
    let index = Int(stream.trouble)
    if index != 0, shared.troubles[index].gapAcknowledged == .max,
      reached >= shared.troubles[index].gapEnd
    {
      shared.troubles[index].gapAcknowledged = sum(time, shared.clockShift)
    }
  }

  /// The peer acknowledged bytes that were not delivered: they come within the reorder timeout, or
  /// the capture lacks them.
  @inline(never)
  private static func noteUnseenBytes(
    of stream: inout StreamState, slot: UInt32, side: Int, number: UInt64, reached: UInt64,
    time: Int64, _ shared: inout SharedState
  ) {
    let index = shared.trouble(of: &stream)
    if reached > stream.furthest { shared.troubles[index].ackedLostSegments += 1 }
    let runTime = sum(time, shared.clockShift)
    let next = stream.next
    if let oldest = shared.troubles[index].acknowledgments.first, oldest.offset <= next {
      shared.troubles[index].acknowledgments.removeAll { $0.offset <= next }
    }
    if shared.troubles[index].acknowledgments.count >= 1024 {
      shared.troubles[index].acknowledgments[1023].offset = reached
    } else {
      shared.troubles[index].acknowledgments.append((reached, runTime))
    }
    shared.armReorder(
      index,
      .init(
        deadline: 0, slot: slot << 1 | UInt32(side), tag: UInt32(truncatingIfNeeded: number)),
      from: runTime)
  }

  private mutating func noteWindow(_ frame: DecodedFrame, slot: UInt32, side: Int, time: Int64) {
    let isScaled = !frame.flags.contains(.syn) && connections[slot].isWindowScaled
    let shift = isScaled ? UInt32(connections[slot].streams[side].windowShift) : 0
    let window = UInt32(frame.window) << shift
    let wasZero = connections[slot].streams[side].window == 0
    connections[slot].streams[side].window = window
    guard (window == 0) != wasZero, !frame.flags.contains(.syn) else { return }
    let other = shared.trouble(of: &connections[slot].streams[1 - side])
    shared.troubles[other].zeroWindowEnd =
      window == 0 ? .max : Self.sum(time, shared.clockShift)
    connections[slot].streams[1 - side].disturbed = .max
    if window == 0 {
      let own = shared.trouble(of: &connections[slot].streams[side])
      shared.troubles[own].zeroWindows += 1
    }
  }
}
