import Storage
import Wire

/// Where a stream begins, and what is known of it before a packet of it was captured.
extension Reassembler {
  /// A stream of which no SYN was captured begins with its first packet.
  mutating func joinStream(_ frame: DecodedFrame, slot: UInt32, side: Int, time: Int64) {
    guard !frame.flags.contains(.reset) else { return }
    var origin = frame.sequenceNumber
    let stream = connections[slot].streams[side]
    // A keep-alive repeats the byte before; the peer has acknowledged it already, or it is a byte that
    // no application wrote: that would be pushed.
    let isAcknowledged =
      stream.facts.contains(.acknowledgmentSeen)
      && stream.origin &+ UInt32(truncatingIfNeeded: stream.furthest) == origin &+ 1
    let isUnpushed = frame.wirePayloadLength == 1 && !frame.flags.contains(.push)
    if frame.wirePayloadLength <= 1, !frame.flags.contains(.fin), isAcknowledged || isUnpushed {
      origin &+= 1
    }
    setOrigin(origin, isFirst: false, slot: slot, side: side, time: time)
    if connections[slot].streams[1 - side].facts.contains(.hasOrigin) {
      connections[slot].isEstablished = true
    }
  }

  /// Begins a stream; what was acknowledged of it before stays known.
  ///
  /// - Parameter isFirst: whether the stream has no bytes before the origin, as behind a SYN.
  private mutating func setOrigin(
    _ origin: UInt32, isFirst: Bool, slot: UInt32, side: Int, time: Int64
  ) {
    let stream = connections[slot].streams[side]
    connections[slot].streams[side].origin = origin
    connections[slot].streams[side].furthest = 0
    connections[slot].streams[side].facts.insert(.hasOrigin)
    guard stream.facts.contains(.acknowledgmentSeen) else { return }
    let before = Int64(Int32(bitPattern: origin &- stream.origin))
    if before > 0, !isFirst {
      noteUnseen(
        UInt64(before), acknowledged: stream.furthest, slot: slot, side: side, time: time)
    }
    // What the ACKs reached beyond the origin is captured behind them, or missing. ACKs of another
    // connection would reach anywhere.
    let reached = Int64(clamping: stream.furthest) - before
    guard reached > 0, reached <= 1 << 20 else { return }
    Self.noteAdvance(
      to: UInt64(reached), of: &connections[slot].streams[side], slot: slot, side: side,
      number: connections[slot].number, time: time, isEmpty: false, &shared)
  }

  /// The least time after which a segment without ACK is sent again by systems in use, nanoseconds.
  private static var leastRetransmissionTimeout: Int64 { 200_000_000 }

  /// Notes how many bytes behind the first ACK of a stream lie before its origin, and how far the ACKs
  /// went.
  private mutating func noteUnseen(
    _ count: UInt64, acknowledged: UInt64, slot: UInt32, side: Int, time: Int64
  ) {
    // When the capture began, what was not acknowledged yet was under way and had passed. Later it would
    // have been sent again: the capture lacks it, or has it behind this. It fits into a window.
    let wasUnderWay = time &- firstStart < Self.leastRetransmissionTimeout
    let bytes = wasUnderWay ? min(count, acknowledged) : min(count, max(acknowledged, 1 << 24))
    guard bytes > 0 else { return }
    let index = shared.trouble(of: &connections[slot].streams[side])
    shared.troubles[index].unseen = (bytes, min(bytes, acknowledged))
    guard bytes > acknowledged else { return }
    // The receiver may have to wait for them. A gap has an end; what begins at the origin is the first
    // message after joining.
    shared.troubles[index].noteGap(to: 1, acknowledged: .max)
    connections[slot].streams[side].disturbed = .max
  }

  /// Whether a SYN on a known tuple was captured behind what its sender sent next, or behind the ACK of
  /// it: the connection began within the reorder timeout, with numbers that follow, 64 KiB at most.
  func isLateSYN(_ frame: DecodedFrame, side: Int, slot: UInt32, at time: Int64) -> Bool {
    let stream = connections[slot].streams[side]
    guard connections[slot].phase == .open,
      stream.facts.isDisjoint(with: .synSeen),
      !stream.facts.isDisjoint(with: [.hasOrigin, .acknowledgmentSeen]),
      (time &- connections[slot].start).magnitude <= UInt64(shared.limits.reorderNanoseconds)
    else { return false }
    let distance = Int32(bitPattern: stream.origin &- frame.sequenceNumber &- 1)
    return (0...65_535).contains(distance)
  }

  /// Notes a SYN and what it tells of its sender.
  mutating func noteHandshake(_ frame: DecodedFrame, slot: UInt32, side: Int, time: Int64) {
    let initial = frame.sequenceNumber &+ 1
    if connections[slot].streams[side].facts.contains(.hasOrigin),
      !connections[slot].streams[side].facts.contains(.synSeen),
      Int32(bitPattern: connections[slot].streams[side].origin &- initial) >= 0
    {
      noteLateSYN(initial, slot: slot, side: side)
    } else if connections[slot].streams[side].facts.contains(.hasOrigin) {
      // The same SYN once more (another one would have begun a new connection), unless it answers
      // the other side's, when both open at once.
      if !frame.flags.contains(.acknowledgment)
        || connections[slot].streams[side].facts.contains(.synAcknowledgmentSent)
      {
        let index = shared.trouble(of: &connections[slot].streams[side])
        shared.troubles[index].retransmittedSegments += 1
      }
    } else {
      setOrigin(initial, isFirst: true, slot: slot, side: side, time: time)
      connections[slot].streams[side].facts.insert(.synSeen)
    }
    if let shift = frame.windowScale {
      connections[slot].streams[side].windowShift = min(shift, 14)
      connections[slot].streams[side].facts.insert(.windowScaleKnown)
    }
    if frame.flags.contains(.acknowledgment) {
      connections[slot].streams[side].facts.insert(.synAcknowledgmentSent)
      connections[slot].synAcknowledgedTime = time
      // Not before: packets were captured in another order, or the clock was set back.
      if connections[slot].synTime != .min, connections[slot].serverHandshake == .max,
        time >= connections[slot].synTime
      {
        let roundTrip = time &- connections[slot].synTime
        connections[slot].serverHandshake = roundTrip
        connections[slot].streams[1 - side].noteRoundTrip(roundTrip)
      }
      setClient(slot, side: 1 - side)
      connections[slot].isEstablished = true
    } else {
      connections[slot].synTime = time
      setClient(slot, side: side)
    }
  }

  /// Takes a SYN that was captured behind what follows it.
  ///
  /// - Parameter initial: the sequence number of the stream's first byte.
  private mutating func noteLateSYN(_ initial: UInt32, slot: UInt32, side: Int) {
    let stream = connections[slot].streams[side]
    if stream.origin == initial {
      connections[slot].streams[side].facts.insert(.synSeen)
    } else if stream.furthest == 0, stream.acknowledged == 0, stream.finOffset == .max,
      stream.trouble == 0
    {
      // The origin was that of a segment without bytes; those before it are still to come.
      connections[slot].streams[side].origin = initial
      connections[slot].streams[side].facts.insert(.synSeen)
    }
  }

  private mutating func setClient(_ slot: UInt32, side: Int) {
    guard !connections[slot].clientIsFixed, connections[slot].clientKnown != .handshake else {
      return
    }
    connections[slot].clientSide = UInt8(side)
    connections[slot].clientKnown = .handshake
  }

  /// A stream that was joined with an empty segment whose byte is acknowledged already was joined with
  /// a keep-alive: its first byte is the next one.
  mutating func passKeepAlive(_ acknowledged: UInt32, slot: UInt32, side: Int) {
    let stream = connections[slot].streams[side]
    guard stream.next == 0, stream.furthest == 0, stream.acknowledged == 0,
      !stream.facts.contains(.synSeen), stream.finOffset == .max,
      acknowledged == stream.origin &+ 1
    else { return }
    connections[slot].streams[side].origin &+= 1
    let index = shared.trouble(of: &connections[slot].streams[side])
    shared.troubles[index].keepAlives += 1
  }

  mutating func noteUnseenAcknowledgment(_ number: UInt32, slot: UInt32, side: Int) {
    if connections[slot].streams[side].facts.contains(.acknowledgmentSeen) {
      let more = Int32(
        bitPattern: number &- connections[slot].streams[side].origin
          &- UInt32(truncatingIfNeeded: connections[slot].streams[side].furthest))
      if more > 0 { connections[slot].streams[side].furthest += UInt64(more) }
    } else {
      connections[slot].streams[side].facts.formUnion([
        .acknowledgmentSeen, .acknowledgmentForgotten,
      ])
      connections[slot].streams[side].origin = number
    }
  }

  /// Acknowledged bytes of a stream from before its origin that were not captured later either.
  public func acknowledgedUnseen(_ slot: UInt32, _ side: Int) -> UInt64 {
    let stream = connections[slot].streams[side]
    guard stream.hasOrigin else { return stream.furthest }
    guard stream.trouble != 0 else { return 0 }
    let (bytes, acknowledged) = shared.troubles[Int(stream.trouble)].unseen
    let captured = shared.troubles[Int(stream.trouble)].beforeOrigin
    let known = stream.acknowledged > 0 ? bytes : acknowledged
    return known - min(known, captured)
  }

  /// Bytes that a stream is known to have before its origin, or at all while it has none.
  func unseenBytes(_ slot: UInt32, _ side: Int) -> UInt64 {
    let stream = connections[slot].streams[side]
    guard stream.hasOrigin else { return stream.furthest }
    return stream.trouble == 0 ? 0 : shared.troubles[Int(stream.trouble)].unseen.bytes
  }
}
