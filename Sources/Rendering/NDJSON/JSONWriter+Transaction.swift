internal import Records

extension JSONWriter {
  /// Writes the fields of a `transaction` line behind those of its connection.
  mutating func fields(of record: borrowing TransactionRecord, text: RawSpan) {
    field("transaction", record.number)
    field("revision", UInt64(record.revision))
    if record.isLate { field("late", true) }
    field("type", record.type, in: text)
    uuid(record.uuid, in: text)
    field("outcome", record.outcome.name)
    if let reason = record.unanswered { field("unanswered", reason.name) }
    switch record.outcome {
    case .ok: field("status", plain: "OK")
    case .error: field("status", plain: "ERROR")
    case .unknownStatus: field("status", record.statusText, in: text)
    case .unanswered: break
    }
    field("code", record.code, in: text)
    field("reason", record.reason, in: text)
    field("response_type", record.responseType, in: text)
    field(known: "ts", record.start)
    field(known: "ts_end", record.end)
    durations(of: record)
    field("in_flight", UInt64(record.inFlight))
    if let quality = record.quality { field("quality", quality.name) }
    field("causes", bits: UInt64(record.causes.rawValue), names: Causes.names)
    field("hints", bits: UInt64(record.hints.rawValue), names: Hints.names)
    field(frame: "request_frame", record.requestFrame)
    field(frame: "request_frame_end", record.requestFrameEnd)
    field(frame: "response_frame", record.responseFrame)
    field(frame: "response_frame_end", record.responseFrameEnd)
    field("request_input_end", record.requestInputEnd.map(UInt64.init))
    field("response_input", record.responseInput.map(UInt64.init))
    field("response_input_end", record.responseInputEnd.map(UInt64.init))
    field("request_offset", record.requestOffset)
    field("response_offset", record.responseOffset)
  }

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
