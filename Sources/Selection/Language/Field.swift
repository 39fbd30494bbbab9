/// A field of a record that expressions can ask about.
enum Field: Hashable, Sendable {
  // Of every record.
  case connection, tcpStream, source, destination, sourcePort, destinationPort, direction, input
  case clientHost, clientPort, serverHost, serverPort, anyHost, anyPort
  case vlan, tunnelKind, tunnelIdentifier
  // Of messages and transactions.
  case type, uuid, status, code, reason, start, end
  // Of messages.
  case kind, line, frame, frameEnd, offset, length, complete, echoed, diagnostics, inputEnd
  // Of transactions.
  case transaction, revision, late, outcome, unanswered, responseType, latency, duration
  case requestTransfer, responseTransfer, network, server, acknowledged, waited, inFlight
  case quality, causes, hints, requestFrame, requestFrameEnd, responseFrame, responseFrameEnd
  case requestInputEnd, responseInput, responseInputEnd, requestOffset, responseOffset
  // Of connections.
  case clientKnown, connectionStart, connectionEnd, ended, vantage, protocolKnown, portsReused
  case handshakeClient, handshakeServer, requests, responses, notifications
  case counter(StreamCounter, StreamChoice)
  /// A parameter; the number of its test.
  case parameter
}

/// What is counted of each stream of a connection.
enum StreamCounter: UInt8, CaseIterable, Sendable {
  case packets, bytes, retransmittedSegments, outOfOrderSegments, duplicatePackets
  case overlapConflicts, gaps, zeroWindows, keepAlives, beforeOrigin, afterFIN, resetBytes
  case afterReset, outOfWindowBytes
  case spuriousRetransmissions, lostSegments, ackedLostSegments, zeroWindowProbes
  case outOfWindowSegments, fragmentedSegments
  case length, messages, separators, skipped, missing, pending
  case junk, joinedMidstream, messageTruncated, otherProtocol
  case acked, aged, limit, end, snaplen

  /// Where it stands in the object of a stream.
  var path: String {
    switch self {
    case .packets: "packets"
    case .bytes: "bytes"
    case .retransmittedSegments: "retransmitted_segments"
    case .outOfOrderSegments: "out_of_order_segments"
    case .duplicatePackets: "duplicate_packets"
    case .overlapConflicts: "overlap_conflicts"
    case .gaps: "gaps"
    case .zeroWindows: "zero_windows"
    case .keepAlives: "keep_alives"
    case .beforeOrigin: "before_origin"
    case .afterFIN: "after_fin"
    case .resetBytes: "reset_bytes"
    case .afterReset: "after_reset"
    case .outOfWindowBytes: "out_of_window_bytes"
    case .spuriousRetransmissions: "spurious_retransmissions"
    case .lostSegments: "lost_segments"
    case .ackedLostSegments: "acked_lost_segments"
    case .zeroWindowProbes: "zero_window_probes"
    case .outOfWindowSegments: "out_of_window_segments"
    case .fragmentedSegments: "fragmented_segments"
    case .length: "ledger.length"
    case .messages: "ledger.messages"
    case .separators: "ledger.separators"
    case .skipped: "ledger.skipped"
    case .missing: "ledger.missing"
    case .pending: "ledger.pending"
    case .junk: "ledger.skipped.junk"
    case .joinedMidstream: "ledger.skipped.joined-midstream"
    case .messageTruncated: "ledger.skipped.message-truncated"
    case .otherProtocol: "ledger.skipped.other-protocol"
    case .acked: "ledger.missing.acked"
    case .aged: "ledger.missing.aged"
    case .limit: "ledger.missing.limit"
    case .end: "ledger.missing.end"
    case .snaplen: "ledger.missing.snaplen"
    }
  }
}

/// Which stream of a connection is meant.
enum StreamChoice: UInt8, CaseIterable, Sendable {
  case clientToServer, serverToClient
  /// The sum of both.
  case both

  /// What stands before a counter's own path.
  var prefix: String {
    switch self {
    case .clientToServer: "client_to_server."
    case .serverToClient: "server_to_client."
    case .both: ""
    }
  }
}
