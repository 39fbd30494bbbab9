internal import Records
internal import Wire

extension ConnectionRecord: FieldSource {
  func number(of field: Field, at index: Int) -> Int64? {
    if index > 0 { return identity.number(of: field, at: index, direction: .clientToServer) }
    switch field {
    case .connectionStart: return start == .distantPast ? nil : start.nanoseconds
    case .connectionEnd: return end == .distantPast ? nil : end.nanoseconds
    case .handshakeClient: return handshakeClient
    case .handshakeServer: return handshakeServer
    case .requests: return Int64(clamping: requests)
    case .responses: return Int64(clamping: responses)
    case .notifications: return Int64(clamping: notifications)
    case .portsReused: return reusesPorts ? 1 : 0
    case .counter(let counter, let choice):
      switch choice {
      case .clientToServer: return Int64(clamping: clientToServer.count(of: counter))
      case .serverToClient: return Int64(clamping: serverToClient.count(of: counter))
      case .both:
        return Int64(
          clamping: clientToServer.count(of: counter) &+ serverToClient.count(of: counter))
      }
    default: return identity.number(of: field, at: 0, direction: .clientToServer)
    }
  }

  func words(of field: Field) -> UInt64 {
    switch field {
    case .clientKnown: 1 << UInt64(clientKnown.rawValue)
    case .ended: 1 << UInt64(ended.rawValue)
    case .vantage: vantage.map { 1 << UInt64($0.rawValue) } ?? 0
    case .protocolKnown: 1 << UInt64(protocolKnown.rawValue)
    default: identity.words(of: field, direction: .clientToServer)
    }
  }

  func address(of field: Field, at index: Int) -> IPAddress? {
    identity.address(of: field, at: index, direction: .clientToServer)
  }
}

extension StreamCounts {
  fileprivate func count(of counter: StreamCounter) -> UInt64 {
    switch counter {
    case .packets: packets
    case .bytes: bytes
    case .retransmittedSegments: retransmittedSegments
    case .outOfOrderSegments: outOfOrderSegments
    case .duplicatePackets: duplicatePackets
    case .overlapConflicts: overlapConflicts
    case .gaps: gaps
    case .zeroWindows: zeroWindows
    case .keepAlives: keepAlives
    case .beforeOrigin: beforeOrigin
    case .afterFIN: bytesAfterFIN
    case .resetBytes: resetBytes
    case .afterReset: bytesAfterReset
    case .outOfWindowBytes: outOfWindowBytes
    case .spuriousRetransmissions: spuriousRetransmissions
    case .lostSegments: lostSegments
    case .ackedLostSegments: ackedLostSegments
    case .zeroWindowProbes: zeroWindowProbes
    case .outOfWindowSegments: outOfWindowSegments
    case .fragmentedSegments: fragmentedSegments
    case .length: ledger.length
    case .messages: ledger.messages
    case .separators: ledger.separators
    case .skipped: ledger.skipped
    case .missing: ledger.missing
    case .pending: ledger.pending
    case .junk: ledger.junk
    case .joinedMidstream: ledger.joinedMidstream
    case .messageTruncated: ledger.messageTruncated
    case .otherProtocol: ledger.otherProtocol
    case .acked: ledger.missingAcked
    case .aged: ledger.missingAged
    case .limit: ledger.missingLimit
    case .end: ledger.missingEnd
    case .snaplen: ledger.missingSnaplen
    }
  }
}
