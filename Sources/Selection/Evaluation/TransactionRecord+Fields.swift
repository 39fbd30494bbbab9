internal import ControlProtocol
internal import Records
internal import Wire

extension TransactionRecord: FieldSource {
  func number(of field: Field, at index: Int) -> Int64? {
    if index > 0 { return identity.number(of: field, at: index, direction: direction) }
    switch field {
    case .start: return start == .distantPast ? nil : start.nanoseconds
    case .end: return end == .distantPast ? nil : end.nanoseconds
    case .transaction: return Int64(clamping: number)
    case .revision: return Int64(revision)
    case .late: return isLate ? 1 : 0
    case .inFlight: return Int64(inFlight)
    case .latency: return latency
    case .duration: return duration
    case .requestTransfer: return requestTransfer
    case .responseTransfer: return responseTransfer
    case .network: return network
    case .server: return server
    case .acknowledged: return acknowledged
    case .waited: return waited
    default: return place(of: field)
    }
  }

  private func place(of field: Field) -> Int64? {
    switch field {
    case .requestFrame: return known(frame: requestFrame)
    case .requestFrameEnd: return known(frame: requestFrameEnd)
    case .responseFrame: return known(frame: responseFrame)
    case .responseFrameEnd: return known(frame: responseFrameEnd)
    case .requestInputEnd: return requestInputEnd.map(Int64.init)
    case .responseInput: return responseInput.map(Int64.init)
    case .responseInputEnd: return responseInputEnd.map(Int64.init)
    case .requestOffset: return Int64(clamping: requestOffset)
    case .responseOffset: return responseOffset.map { Int64(clamping: $0) }
    default: return identity.number(of: field, at: 0, direction: direction)
    }
  }

  private func known(frame: UInt64?) -> Int64? {
    frame.flatMap { $0 > 0 ? Int64(clamping: $0) : nil }
  }

  func words(of field: Field) -> UInt64 {
    switch field {
    case .outcome: 1 << UInt64(outcome.rawValue)
    case .unanswered: unanswered.map { 1 << UInt64($0.rawValue) } ?? 0
    case .quality: quality.map { 1 << UInt64($0.rawValue) } ?? 0
    case .causes: UInt64(causes.rawValue)
    case .hints: UInt64(hints.rawValue)
    default: identity.words(of: field, direction: direction)
    }
  }

  func address(of field: Field, at index: Int) -> IPAddress? {
    identity.address(of: field, at: index, direction: direction)
  }

  func text(of field: Field) -> TextRange {
    switch field {
    case .type: type
    case .uuid: uuid.isPresent && uuid.range.isEmpty ? .absent : uuid
    case .status: outcome == .unknownStatus ? statusText : .absent
    case .code: code
    case .reason: reason
    case .responseType: responseType
    default: .absent
    }
  }

  func ownText(of field: Field) -> StaticString? {
    guard field == .status else { return nil }
    switch outcome {
    case .ok: return "OK"
    case .error: return "ERROR"
    case .unknownStatus, .unanswered: return nil
    }
  }
}
