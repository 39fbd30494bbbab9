import Records
import Storage
import Streams

extension InspectorCore {
  /// What does not hold that should between two packets, for tests: every byte of every stream is
  /// accounted for, and the limits are kept.
  ///
  /// - Complexity: O(everything held).
  func brokenInvariants() -> [String] {
    var broken = reassembler.brokenInvariants()
    for slot in reassembler.slotsInOrder {
      let record = connectionRecord(slot, ended: .captureEnded)
      for counts in [record.clientToServer, record.serverToClient]
      where !counts.ledger.isBalanced {
        broken.append("connection \(record.identity.connection): \(counts.ledger)")
      }
    }
    var queues: Set<UInt32> = []
    for slot in reassembler.slotsInOrder {
      for side in 0..<2 where states[slot].sides[side].heldBack != 0 {
        queues.insert(states[slot].sides[side].heldBack - 1)
      }
    }
    let room = queues.reduce(0) { $0 + heldQueues[Int($1)].room }
    if heldBackBytes != room || queues.count + freeHeldQueues.count != heldQueues.count {
      broken.append("held back are \(room) bytes and not \(heldBackBytes)")
    }
    let counted = reassembler.slotsInOrder.filter {
      states[$0].tally != ConversationState.noTally
    }.count
    if tallies.count != counted {
      broken.append("\(tallies.count) tallies of diagnostics are for \(counted) connections")
    }
    if heldBytes > configuration.limits.heldBytes { broken.append("holds \(heldBytes) bytes") }
    return broken
  }
}

extension Inspector {
  /// What does not hold that should between two packets, for tests.
  func brokenInvariants() -> [String] { core.brokenInvariants() }
}
