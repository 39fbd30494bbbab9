internal import ControlProtocol
internal import Records

extension JSONRow {
  /// Writes the fields of a `transaction` line behind those of its connection.
  @inline(__always)
  mutating func fields(
    of record: borrowing TransactionRecord, text: RawSpan, _ clock: inout SecondText
  ) {
    key("transaction")
    number(record.number)
    key("revision")
    number(UInt64(record.revision))
    if record.isLate { literal(#","late":true"#) }
    field("type", record.type, in: text)
    uuid(record.uuid, in: text)
    outcome(of: record, text: text)
    field("code", record.code, in: text)
    field("reason", record.reason, in: text)
    field("response_type", record.responseType, in: text)
    field("ts", record.start, &clock)
    field("ts_end", record.end, &clock)
    durations(of: record)
    key("in_flight")
    number(UInt64(record.inFlight))
    switch record.quality {
    case .exact: literal(#","quality":"exact""#)
    case .degraded: literal(#","quality":"degraded""#)
    case .uncertain: literal(#","quality":"uncertain""#)
    case nil: break
    }
    field("causes", bits: UInt64(record.causes.rawValue), names: Causes.names)
    field("hints", bits: UInt64(record.hints.rawValue), names: Hints.names)
    field(frame: "request_frame", record.requestFrame)
    field(frame: "request_frame_end", record.requestFrameEnd)
    field(frame: "response_frame", record.responseFrame)
    field(frame: "response_frame_end", record.responseFrameEnd)
    if let input = record.requestInputEnd { field("request_input_end", UInt64(input)) }
    if let input = record.responseInput { field("response_input", UInt64(input)) }
    if let input = record.responseInputEnd { field("response_input_end", UInt64(input)) }
    key("request_offset")
    number(record.requestOffset)
    field("response_offset", record.responseOffset)
  }

  @inline(__always)
  private mutating func outcome(of record: borrowing TransactionRecord, text: RawSpan) {
    switch record.outcome {
    case .ok: literal(#","outcome":"ok""#)
    case .error: literal(#","outcome":"error""#)
    case .unknownStatus: literal(#","outcome":"unknown-status""#)
    case .unanswered: literal(#","outcome":"unanswered""#)
    }
    if let reason = record.unanswered { field("unanswered", word: reason.name) }
    switch record.outcome {
    case .ok: literal(#","status":"OK""#)
    case .error: literal(#","status":"ERROR""#)
    case .unknownStatus: field("status", record.statusText, in: text)
    case .unanswered: break
    }
  }

  @inline(__always)
  private mutating func durations(of record: borrowing TransactionRecord) {
    field("latency_ns", record.latency)
    field("duration_ns", record.duration)
    field("request_transfer_ns", record.requestTransfer)
    field("response_transfer_ns", record.responseTransfer)
    field("network_ns", record.network)
    field("server_ns", record.server)
    field("ack_ns", record.acknowledged)
    field("waited_ns", record.waited)
  }
}
