internal import Records

extension JSONWriter {
  /// Writes the fields of a `connection` line behind those of every record.
  mutating func fields(of record: borrowing ConnectionRecord) {
    field("client_known", record.clientKnown.name)
    field(known: "start", record.start)
    field(known: "end", record.end)
    field("ended", record.ended.name)
    field("vantage", record.vantage?.name)
    field("handshake_client_ns", record.handshakeClient)
    field("handshake_server_ns", record.handshakeServer)
    field("protocol", record.protocolKnown.name)
    field("requests", record.requests)
    field("responses", record.responses)
    field("notifications", record.notifications)
    if record.reusesPorts { field("ports_reused", true) }
    key("client_to_server")
    object(record.clientToServer)
    key("server_to_client")
    object(record.serverToClient)
  }

  private mutating func object(_ counts: StreamCounts) {
    beginObject()
    field("packets", counts.packets)
    field("bytes", counts.bytes)
    field("retransmitted_segments", counts.retransmittedSegments)
    field("out_of_order_segments", counts.outOfOrderSegments)
    field("duplicate_packets", counts.duplicatePackets)
    field("overlap_conflicts", counts.overlapConflicts)
    field("gaps", counts.gaps)
    field("zero_windows", counts.zeroWindows)
    field("keep_alives", counts.keepAlives)
    field("before_origin", counts.beforeOrigin)
    field("after_fin", counts.bytesAfterFIN)
    field("reset_bytes", counts.resetBytes)
    field("after_reset", counts.bytesAfterReset)
    field("spurious_retransmissions", counts.spuriousRetransmissions)
    field("lost_segments", counts.lostSegments)
    field("acked_lost_segments", counts.ackedLostSegments)
    field("zero_window_probes", counts.zeroWindowProbes)
    field("out_of_window_segments", counts.outOfWindowSegments)
    field("out_of_window_bytes", counts.outOfWindowBytes)
    field("fragmented_segments", counts.fragmentedSegments)
    let words = counts.wiresharkWords
    if !words.isEmpty { field("wireshark", words) }
    key("ledger")
    object(counts.ledger)
    endObject()
  }

  private mutating func object(_ ledger: Ledger) {
    beginObject()
    field("length", ledger.length)
    field("messages", ledger.messages)
    field("separators", ledger.separators)
    key("skipped")
    beginObject()
    field(nonzero: "junk", ledger.junk)
    field(nonzero: "joined-midstream", ledger.joinedMidstream)
    field(nonzero: "message-truncated", ledger.messageTruncated)
    field(nonzero: "other-protocol", ledger.otherProtocol)
    endObject()
    key("missing")
    beginObject()
    field(nonzero: "acked", ledger.missingAcked)
    field(nonzero: "aged", ledger.missingAged)
    field(nonzero: "limit", ledger.missingLimit)
    field(nonzero: "end", ledger.missingEnd)
    field(nonzero: "snaplen", ledger.missingSnaplen)
    endObject()
    field(nonzero: "pending", ledger.pending)
    endObject()
  }

  private mutating func field(nonzero name: StaticString, _ number: UInt64) {
    if number > 0 { field(name, number) }
  }
}

extension ConnectionRecord.ClientKnown {
  /// The name in records.
  var name: String {
    switch self {
    case .handshake: "handshake"
    case .port: "port"
    case .guess: "guess"
    }
  }
}

extension ConnectionRecord.Ended {
  /// The name in records.
  var name: String {
    switch self {
    case .fin: "fin"
    case .reset: "reset"
    case .idle: "idle"
    case .evicted: "evicted"
    case .reused: "reused"
    case .captureEnded: "capture-ended"
    }
  }
}

extension ConnectionRecord.Vantage {
  /// The name in records.
  var name: String {
    switch self {
    case .client: "client"
    case .server: "server"
    case .middle: "middle"
    }
  }
}

extension ConnectionRecord.ProtocolKnown {
  /// The name in records.
  var name: String {
    switch self {
    case .detected: "detected"
    case .port: "port"
    case .other: "other"
    }
  }
}
