import ControlProtocol
import Correlation
import Records
import Storage
import Streams
import Wire

extension InspectorCore {
  /// Lets everything happen that is due by now, in order of deadline.
  @inline(__always)
  mutating func expire() {
    let due = min(reassembler.nextDeadline, correlator.nextDeadline)
    if due > now, reassembler.clockShift == 0 { return }
    expireDue()
  }

  @inline(never)
  private mutating func expireDue() {
    let shift = reassembler.clockShift
    let (sum, overflow) = now.addingReportingOverflow(shift)
    // The last moment stands for "no deadline", and a capture may claim it.
    let time = overflow ? Int64.max - 1 : min(sum, .max - 1)
    while min(reassembler.nextDeadline, correlator.nextDeadline) <= time {
      if reassembler.nextDeadline <= correlator.nextDeadline {
        // What is due happens at its deadline, whenever a packet or the clock shows that it has passed.
        let due = reassembler.nextDeadline &- shift
        if let expired = reassembler.popExpired(notAfter: time) { take(expired, at: due) }
      } else if let expired = correlator.popExpired(notAfter: time) {
        switch expired {
        case .request(let index, let deadline): timeOut(tiesOf: index, at: deadline)
        case .orphan(let index): tellOrphan(index)
        }
      }
      tellCompleted()
    }
  }

  /// Lets all requests time out whose time is up at one moment: by connection, then by offset.
  private mutating func timeOut(tiesOf index: UInt32, at deadline: Int64) {
    var due = [index]
    while let tie = correlator.popTie(with: deadline) { due.append(tie) }
    if due.count > 1 {
      due.sort { a, b in
        let (first, second) = (correlator[a], correlator[b])
        let numbers = (
          reassembler.connections[first.connection].number,
          reassembler.connections[second.connection].number
        )
        return numbers.0 != numbers.1 ? numbers.0 < numbers.1 : first.offset < second.offset
      }
    }
    for request in due { timeOut(request, at: deadline) }
  }

  private mutating func take(_ expired: Reassembler.Expired, at time: Int64) {
    switch expired {
    case .hole(let slot, let side, let end, let reason):
      guard !states[slot].isConcluded else { return }
      skipGap(slot, side, to: end, as: reason)
      drain(slot, side)
      settleFinish(slot, side, at: time)
    case .halfOpen(let slot):
      health.limits.halfOpen += 1
      conclude(slot, because: .connectionClosed, at: time)
      retire(slot, as: .idle)
    case .lingered(let slot):
      retire(slot, as: .fin)
    }
  }

  /// Ends a stream: it answers no more. When both are over, so is the connection.
  mutating func end(_ slot: UInt32, _ side: Int, at time: Int64) {
    guard !states[slot].sides[side].isFinished else { return }
    finishParser(slot, side)
    states[slot].sides[side].isFinished = true
    for index in correlator.all(in: states[slot].pairing, side: 1 - side) {
      giveUp(index, because: .connectionClosed, at: time)
    }
    if states[slot].sides[1 - side].isFinished {
      conclude(slot, because: .connectionClosed, at: time)
      reassembler.close(slot, as: .closed, at: time)
    }
  }

  /// Tells everything that still waits in a connection.
  mutating func conclude(_ slot: UInt32, because reason: UnansweredReason, at time: Int64) {
    guard !states[slot].isConcluded else { return }
    for side in 0..<2 {
      drain(slot, side)
      while let (end, why) = reassembler.finalReason(slot, side) {
        skipGap(slot, side, to: end, as: why)
        drain(slot, side)
      }
    }
    handOnAll(slot)
    for side in 0..<2 { settleFinish(slot, side, at: time) }
    // Both of its streams were over, as it turned out.
    guard !states[slot].isConcluded else { return }
    states[slot].isConcluded = true
    for side in 0..<2 { finishParser(slot, side) }
    for orphan in correlator.orphans(of: states[slot].pairing) { tellOrphan(orphan) }
    for index in correlator.all(in: states[slot].pairing) {
      giveUp(index, because: reason, at: time)
    }
    tellCompleted()
    tellUntold(slot)
  }

  /// Makes room for a new connection.
  mutating func evict(_ slot: UInt32, at time: Int64) {
    if reassembler.connections[slot].phase == .open {
      health.evictedConnections += 1
      health.limits.connections += 1
    }
    conclude(slot, because: .evicted, at: time)
    retire(slot, as: .evicted)
  }

  /// Tells a connection and forgets it. `ended` is how, unless it was over before.
  mutating func retire(_ slot: UInt32, as ended: ConnectionRecord.Ended) {
    // Later copies of its bytes may have come since it was over.
    tellUntold(slot)
    let record = connectionRecord(slot, ended: ended)
    if record.protocolKnown != .other || configuration.showsOtherConnections {
      sink.take(record)
    }
    if states[slot].isStreamed { streams?.end(record) }
    Self.account(record, to: &health)
    ports.note(record, look: states[slot].look)
    // Not before: the record counts what was skipped.
    for side in 0..<2 { parser.release(&states[slot].sides[side].parser) }
    states.giveBack(slot)
    reassembler.remove(slot)
    settleRoom()
  }

  /// Adds a connection's counts to the health of the capture.
  static func account(_ record: ConnectionRecord, to health: inout CaptureHealth) {
    for counts in [record.clientToServer, record.serverToClient] {
      health.gaps += counts.gaps
      health.duplicatePackets += counts.duplicatePackets
      health.ackedUnseenBytes += counts.ledger.missingAcked
      health.missingBytes += counts.ledger.missing
      health.snappedBytes += counts.ledger.missingSnaplen
      // Other protocols are no concern of ours: their bytes are not skipped, just not read.
      health.skippedBytes += counts.ledger.skipped - counts.ledger.otherProtocol
      if record.protocolKnown != .other { health.discardedBytes += counts.discardedBytes }
    }
    health.ackedUnseenBytes += record.acknowledgedUnseen
  }

  /// Ends the run.
  mutating func finish() {
    for slot in reassembler.slotsInOrder {
      conclude(slot, because: .captureEnded, at: now)
    }
    for slot in reassembler.slotsInOrder { retire(slot, as: .captureEnded) }
  }
}
