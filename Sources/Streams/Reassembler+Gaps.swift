import Storage

extension Reassembler {
  /// What was counted in a stream that had trouble.
  public func trouble(_ slot: UInt32, _ side: Int) -> StreamTrouble? {
    let index = Int(connections[slot].streams[side].trouble)
    return index == 0 ? nil : shared.troubles[index]
  }

  /// The end of the last missing byte of a stream; 0 when none is missing.
  public func missingEnd(_ slot: UInt32, _ side: Int) -> UInt64 {
    let index = Int(connections[slot].streams[side].trouble)
    return index == 0 ? 0 : shared.troubles[index].missingEnd
  }

  /// What disturbed bytes of a stream that arrived: whether they came out of order, and whether
  /// they came behind a gap before an ACK covered it.
  ///
  /// - Parameters:
  ///   - time: when the last of them arrived.
  ///   - epoch: that of the clock then.
  public func arrivalTrouble(
    _ slot: UInt32, _ side: Int, _ range: Range<UInt64>, arrivingAt time: Int64, of epoch: UInt8
  ) -> (isReordered: Bool, waitedBehindGap: Bool) {
    let index = Int(connections[slot].streams[side].trouble)
    guard index != 0 else { return (false, false) }
    return (
      shared.troubles[index].isReordered(range),
      shared.troubles[index].waitedBehindGap(
        from: range.lowerBound, arrivingAt: shifted(time, of: epoch))
    )
  }

  /// What disturbed bytes of a stream after they were sent: whether any was sent again, and whether
  /// the receiver had no room at some time after `time`.
  public func deliveryTrouble(
    _ slot: UInt32, _ side: Int, _ range: Range<UInt64>, after time: Int64, of epoch: UInt8
  ) -> (isSentAgain: Bool, hadZeroWindow: Bool) {
    let index = Int(connections[slot].streams[side].trouble)
    guard index != 0 else { return (false, false) }
    return (
      shared.troubles[index].isSentAgain(range),
      shared.troubles[index].hadZeroWindow(after: shifted(time, of: epoch))
    )
  }

  /// Whether nothing that disturbed a stream can concern its bytes from `offset` on, sent or
  /// received at `time` or later.
  @inline(__always)
  public func isUntroubled(
    _ slot: UInt32, _ side: Int, from offset: UInt64, at time: Int64, of epoch: UInt8
  ) -> Bool {
    let index = Int(connections[slot].streams[side].trouble)
    return index == 0
      || shared.troubles[index].isOver(from: offset, at: shifted(time, of: epoch))
  }

  /// Takes out the next bytes that waited, when they are in order now.
  public mutating func nextReady(_ slot: UInt32, _ side: Int) -> WaitingBytes? {
    let index = Int(connections[slot].streams[side].trouble)
    guard index != 0,
      let start = shared.store.firstStart(of: shared.troubles[index].waiting),
      start <= connections[slot].streams[side].next,
      let bytes = shared.store.removeFirst(of: &shared.troubles[index].waiting)
    else {
      settleHole(slot, side)
      return nil
    }
    let end = bytes.start + UInt64(bytes.count)
    connections[slot].streams[side].history = shared.history.append(
      waiting: bytes, after: connections[slot].streams[side].history)
    connections[slot].streams[side].next = max(connections[slot].streams[side].next, end)
    shared.noteDelivery(of: bytes, in: &connections[slot].streams[side])
    // Behind a gap what came last may lie in front: a part of the gap that was sent again in vain.
    let isBehindLater =
      shared.troubles[index].bridge == .gap
      && connections[slot].streams[side].clockEpoch == bytes.clockEpoch
      && connections[slot].streams[side].delivered > bytes.arrival.time
    if isBehindLater || shared.troubles[index].bridge == .reordered {
      Self.noteOutOfOrder(bytes.start..<end, of: &connections[slot].streams[side], &shared)
    }
    return bytes
  }

  /// What lies at the next byte changed: deadlines follow.
  private mutating func settleHole(_ slot: UInt32, _ side: Int) {
    let index = Int(connections[slot].streams[side].trouble)
    guard index != 0 else { return }
    let next = connections[slot].streams[side].next
    // They are in order of offset.
    if let first = shared.troubles[index].acknowledgments.first, first.offset <= next {
      shared.troubles[index].acknowledgments.removeAll { $0.offset <= next }
    }
    shared.watchHole(
      of: connections[slot].streams[side], slot: slot, side: side,
      number: connections[slot].number, isSame: false)
    noteFinish(slot, side)
  }

  /// Where the hole at the next byte ends: at the first byte that waits, or at what an ACK or a FIN
  /// shows to exist; nil when there is no hole.
  public func holeEnd(_ slot: UInt32, _ side: Int) -> UInt64? {
    let stream = connections[slot].streams[side]
    guard stream.facts.contains(.hasOrigin) else { return nil }
    if stream.trouble != 0,
      let start = shared.store.firstStart(of: shared.troubles[Int(stream.trouble)].waiting)
    {
      return start > stream.next ? start : nil
    }
    let shown = stream.finOffset == .max ? stream.acknowledged : stream.finOffset
    // One more than the last byte, without a FIN in the capture, most likely acknowledges the FIN.
    if stream.finOffset == .max, shown == stream.furthest + 1, shown == stream.next + 1 {
      return nil
    }
    return shown > stream.next ? shown : nil
  }

  /// Whether the peer acknowledged bytes of a stream that were not captured so far. Other holes will
  /// be sent again.
  public func lacksAcknowledged(_ slot: UInt32, _ side: Int) -> Bool {
    let stream = connections[slot].streams[side]
    guard stream.trouble != 0, let end = holeEnd(slot, side) else { return false }
    return min(stream.acknowledged, end) > stream.next
  }

  /// Whether bytes that a stream lacks were received by a time, on the shifted clock, or others behind
  /// them captured.
  public func awaits(_ slot: UInt32, _ side: Int, by time: Int64) -> Bool {
    let stream = connections[slot].streams[side]
    let index = Int(stream.trouble)
    if let acknowledgment = shared.troubles[index].acknowledgments.first(
      where: { $0.offset > stream.next }), acknowledgment.time <= time
    {
      return true
    }
    guard let arrival = shared.firstArrival(in: index) else { return false }
    return arrival <= time
  }

  /// A packet time on the shifted clock.
  public func shifted(_ time: Int64) -> Int64 { Self.sum(time, shared.clockShift) }

  /// The same of a time of any epoch of the clock.
  public func shifted(_ time: Int64, of epoch: UInt8) -> Int64 { shared.shifted(time, of: epoch) }

  /// What is added to packet time of an epoch of the clock.
  public func clockShift(of epoch: UInt8) -> Int64 { shared.clockShifts[Int(epoch)] }

  /// Gives up on the bytes up to `end`: they are missing.
  ///
  /// - Returns: how many there are.
  public mutating func declareGap(
    _ slot: UInt32, _ side: Int, to end: UInt64, as reason: GapReason
  ) -> UInt64 {
    let next = connections[slot].streams[side].next
    guard end > next else { return 0 }
    connections[slot].isPlain = false
    let index = shared.trouble(of: &connections[slot].streams[side])
    shared.troubles[index].missing[Int(reason.rawValue)] += end - next
    shared.troubles[index].gaps += 1
    shared.troubles[index].bridge = .gap
    shared.troubles[index].missingEnd = end
    if reason != .snaplen {
      connections[slot].streams[side].disturbed = .max
      let acknowledgment = shared.troubles[index].acknowledgments.first { $0.offset >= end }
      shared.troubles[index].noteGap(to: end, acknowledged: acknowledgment?.time ?? .max)
    }
    connections[slot].streams[side].next = end
    connections[slot].streams[side].furthest = max(
      connections[slot].streams[side].furthest, end)
    settleHole(slot, side)
    return end - next
  }

  /// Why a hole at the end of a connection or of the input is missing.
  public func finalReason(_ slot: UInt32, _ side: Int) -> (end: UInt64, reason: GapReason)? {
    guard let end = holeEnd(slot, side) else { return nil }
    let stream = connections[slot].streams[side]
    let acknowledged = min(stream.acknowledged, end)
    return acknowledged > stream.next ? (acknowledged, .acked) : (end, .end)
  }

  /// Takes out the oldest conflict of a stream that was not told yet.
  public mutating func takeConflict(_ slot: UInt32, _ side: Int) -> OverlapConflict? {
    let index = Int(connections[slot].streams[side].trouble)
    guard index != 0, let conflict = shared.troubles[index].conflict else { return nil }
    shared.troubles[index].conflict = nil
    return conflict
  }

  /// Bytes that wait in a stream.
  public func waitingBytes(_ slot: UInt32, _ side: Int) -> Int {
    let index = Int(connections[slot].streams[side].trouble)
    return index == 0 ? 0 : shared.troubles[index].waiting.bytes
  }

  /// Whether bytes of a stream behind a position, which may be an offset, are missing from the capture, or
  /// some were captured at `time` (packet time, nanoseconds) or later that are no part of the stream, as it
  /// was joined behind them.
  public func lacksBytes(
    _ slot: UInt32, _ side: Int, behind position: UInt64, since time: Int64
  ) -> Bool {
    let isUnseen = position & StreamState.unseenMark != 0
    if isUnseen, unseenBytes(slot, side) > position & ~StreamState.unseenMark { return true }
    let index = Int(connections[slot].streams[side].trouble)
    if index != 0, shared.troubles[index].beforeOriginTime >= time { return true }
    return missingEnd(slot, side) > (isUnseen ? 0 : position) || lacksAcknowledged(slot, side)
  }
}
