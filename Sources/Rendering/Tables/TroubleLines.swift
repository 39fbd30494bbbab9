internal import Records
internal import Wire

/// The lines below a connection that say what is around it and what was wrong in its two directions, in
/// Wireshark's words where it has some: `→ TCP Retransmission 3 · missing 38 B in 1 gap: acked`.
struct TroubleLines {
  private static let indent = "  "
  /// In columns of the terminal.
  let width: Int

  func append(of record: borrowing ConnectionRecord, to lines: inout TableLines) {
    append(Self.surroundings(of: record), arrow: " ", to: &lines)
    append(Self.items(of: record.clientToServer), arrow: "→", to: &lines)
    append(Self.items(of: record.serverToClient), arrow: "←", to: &lines)
  }

  /// Items hold no captured text and have a column for each character.
  private func append(_ items: [String], arrow: String, to lines: inout TableLines) {
    guard !items.isEmpty else { return }
    let first = "\(Self.indent)\(arrow) "
    var line = first
    var used = first.count
    var isFresh = true
    for item in items {
      let more = item.count + (isFresh ? 0 : 3)
      if !isFresh, used + more > width {
        end(line, to: &lines)
        line = Self.indent + "  "
        used = line.count
        isFresh = true
      }
      line += isFresh ? item : " · " + item
      used += isFresh ? item.count : more
      isFresh = false
    }
    end(line, to: &lines)
  }

  private func end(_ line: String, to lines: inout TableLines) {
    lines.text(colour: lines.palette.warning) { $0.append(line) }
    lines.end()
  }

  private static func surroundings(of record: borrowing ConnectionRecord) -> [String] {
    var items: [String] = []
    let vlans = record.identity.vlans
    for index in 0..<vlans.count { items.append("VLAN \(vlans[index])") }
    let tunnel = record.identity.tunnel
    if tunnel.kind != .none {
      items.append("\(tunnel.kind.name)\(tunnel.identifier.map { " \($0)" } ?? "")")
    }
    if record.reusesPorts { items.append(ConnectionRecord.portsReusedWord) }
    return items
  }

  private static func items(of counts: StreamCounts) -> [String] {
    var items: [String] = []
    func add(_ name: String, _ count: UInt64) {
      if count > 0 { items.append("\(name) \(Units.count(count))") }
    }
    func add(bytes name: String, _ count: UInt64) {
      if count > 0 { items.append("\(Units.bytes(count)) \(name)") }
    }
    let ledger = counts.ledger
    if ledger.missing > 0 {
      let gaps = Units.count(counts.gaps, "gap")
      let reasons = [
        ("acked", ledger.missingAcked), ("aged", ledger.missingAged),
        ("limit", ledger.missingLimit), ("end", ledger.missingEnd),
        ("snaplen (Packet size limited during capture)", ledger.missingSnaplen),
      ]
      .filter { $0.1 > 0 }.map(\.0).joined(separator: ", ")
      items.append("missing \(Units.bytes(ledger.missing)) in \(gaps): \(reasons)")
    }
    add("TCP Retransmission", counts.retransmittedSegments &- counts.spuriousRetransmissions)
    add("TCP Spurious Retransmission", counts.spuriousRetransmissions)
    add("TCP Out-Of-Order", counts.outOfOrderSegments)
    add("TCP Previous segment not captured", counts.lostSegments)
    add("TCP ACKed unseen segment", counts.ackedLostSegments)
    add("TCP Keep-Alive", counts.keepAlives)
    add("TCP ZeroWindow", counts.zeroWindows)
    add("TCP ZeroWindowProbe", counts.zeroWindowProbes)
    add("Fragmented IP protocol", counts.fragmentedSegments)
    add("duplicate packets (TCP Retransmission)", counts.duplicatePackets)
    add("overlap conflicts", counts.overlapConflicts)
    add("out of window", counts.outOfWindowSegments)
    add(bytes: "outside of the window", counts.outOfWindowBytes)
    add(bytes: "before the first byte", counts.beforeOrigin)
    add(bytes: "behind the FIN", counts.bytesAfterFIN)
    add(bytes: "in a RST", counts.resetBytes)
    add(bytes: "after a RST", counts.bytesAfterReset)
    add(bytes: "skipped", ledger.skipped &- ledger.otherProtocol)
    return items
  }
}
