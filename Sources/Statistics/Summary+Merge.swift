import ControlProtocol
import Records
import Wire

extension Summary {
  /// Adds what another summary counted, as if one collector had seen both.
  ///
  /// Rows, texts and slow transactions stay within this summary's limits. The most in flight is that
  /// of the part which had more: parts do not know what they had in flight together. Groups, timeline
  /// and sample stay this summary's.
  public mutating func merge(_ other: Summary) {
    from = [from, other.from].compactMap { $0 }.min()
    to = [to, other.to].compactMap { $0 }.max()
    ended = ended ?? other.ended
    if let theirs = other.health {
      health = health.map { $0.adding(theirs) } ?? theirs
    }
    totals.merge(other.totals)
    var table = TallyTable(limits: limits, seed: seed)
    for row in byType + other.byType {
      let tag = row.direction.rawValue | (row.type == nil ? TypeKey.absent : 0)
      let key = row.type ?? []
      table.merge(row.tally, into: table.row(of: key.rawBytes, tag: tag))
    }
    table.addToOther([otherTypes, other.otherTypes].compactMap { $0 })
    setRows(table)
    messages.requests &+= other.messages.requests
    messages.responses &+= other.messages.responses
    messages.notifications &+= other.messages.notifications
    messages.echoed &+= other.messages.echoed
    messages.withoutUUID &+= other.messages.withoutUUID
    diagnosticCounts = zip(diagnosticCounts, other.diagnosticCounts).map { $0 &+ $1 }
    var slow = SlowTransactions(limit: limits.slowest)
    for transaction in slowest + other.slowest { slow.insert(transaction) }
    slowest = slow.sorted
  }
}

extension CaptureHealth {
  /// The health of two parts of a capture. What one of them did not count is not known of both.
  func adding(_ other: CaptureHealth) -> CaptureHealth {
    guard packets > 0 else { return other }
    guard other.packets > 0 else { return self }
    return combined(with: other) { $0 &+ $1 }
  }

  /// What was counted since an earlier moment.
  func since(_ earlier: CaptureHealth) -> CaptureHealth {
    // A counter that nobody had begun is not one that was unknown.
    guard earlier.packets > 0 else { return self }
    return combined(with: earlier) { $0 > $1 ? $0 - $1 : 0 }
  }

  private func combined(
    with other: CaptureHealth, _ operation: (UInt64, UInt64) -> UInt64
  ) -> CaptureHealth {
    var result = CaptureHealth()
    for field in [
      \.packets, \.bytes, \.ackedUnseenBytes, \.gaps, \.duplicatePackets, \.skippedBytes,
      \.discardedBytes, \.missingBytes, \.snappedBytes, \.packetsWithoutTime, \.clockSteps,
      \.evictedConnections, \.connections, \.protocolConnections,
      \.limits.waiting, \.limits.held, \.limits.connections, \.limits.messages, \.limits.pending,
      \.limits.halfOpen, \.limits.datagrams, \.limits.lateDatagrams,
    ] as [WritableKeyPath<CaptureHealth, UInt64>] {
      result[keyPath: field] = operation(self[keyPath: field], other[keyPath: field])
    }
    for field in [\.droppedKernel, \.droppedInterface]
      as [WritableKeyPath<CaptureHealth, UInt64?>]
    {
      guard let mine = self[keyPath: field], let theirs = other[keyPath: field] else { continue }
      result[keyPath: field] = operation(mine, theirs)
    }
    result.timeResolution = [timeResolution, other.timeResolution].compactMap { $0 }.max()
    let names = undecoded.map(\.reason) + other.undecoded.map(\.reason)
    for name in names where !result.undecoded.contains(where: { $0.reason == name }) {
      let mine = undecoded.first { $0.reason == name }?.count ?? 0
      let theirs = other.undecoded.first { $0.reason == name }?.count ?? 0
      let count = operation(mine, theirs)
      if count > 0 { result.undecoded.append((name, count)) }
    }
    return result
  }
}
