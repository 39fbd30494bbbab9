import ControlProtocol
import Records
import Statistics
import Wire

/// Records with their texts, as an inspector would tell them.
struct RecordBuilder {
  private var text: [UInt8] = []
  var number: UInt64 = 0

  mutating func place(_ bytes: [UInt8]) -> TextRange {
    let range = TextRange(start: text.count, count: bytes.count)
    text += bytes
    return range
  }

  /// Tells a transaction whose times are in nanoseconds.
  static func tell(
    to sink: some RecordSink, type: String = "ping", bytes: [UInt8]? = nil,
    outcome: Outcome = .ok, latency: Int64? = nil, quality: Quality = .exact,
    reason: UnansweredReason? = nil, waited: Int64? = nil, code: String? = nil,
    text: String? = nil, direction: Direction = .clientToServer, revision: UInt8 = 0,
    number: UInt64 = 0, end: Int64 = 0, inFlight: UInt32 = 0
  ) {
    var builder = RecordBuilder()
    var record = TransactionRecord()
    record.direction = direction
    record.type = builder.place(bytes ?? Array(type.utf8))
    record.uuid = builder.place(Array(String(number).utf8))
    record.outcome = outcome
    record.unanswered = outcome == .unanswered ? reason : nil
    record.waited = waited
    // Those that end otherwise are not answered late.
    let mayEndLate: [UnansweredReason?] = [.timeout, .gap, .kernelDrop, .oneSided]
    if outcome == .unanswered, mayEndLate.contains(reason) { record.missedDeadline = reason }
    if revision > 0 { record.missedDeadline = reason ?? .timeout }
    record.latency = latency
    record.quality = latency == nil ? nil : quality
    record.revision = revision
    record.number = number
    record.inFlight = inFlight
    record.end = CaptureTime(nanoseconds: end)
    if let code { record.code = builder.place(Array(code.utf8)) }
    if let text { record.reason = builder.place(Array(text.utf8)) }
    unsafe builder.text.withUnsafeBytes {
      unsafe sink.take(record, text: RawSpan(_unsafeBytes: $0))
    }
  }

  /// Tells a message.
  static func tellMessage(
    to sink: some RecordSink, _ kind: MessageKind, type: String = "ping", uuid: String? = "1",
    direction: Direction = .clientToServer, end: Int64 = 0, isEchoed: Bool = false
  ) {
    var builder = RecordBuilder()
    var record = MessageRecord()
    record.kind = kind
    record.direction = direction
    record.isEchoed = isEchoed
    record.type = builder.place(Array(type.utf8))
    if let uuid { record.uuid = builder.place(Array(uuid.utf8)) }
    record.end = CaptureTime(nanoseconds: end)
    unsafe builder.text.withUnsafeBytes {
      unsafe sink.take(record, parameters: Span(), text: RawSpan(_unsafeBytes: $0))
    }
  }

  /// Tells a diagnostic.
  static func tell(
    to sink: some RecordSink, _ code: DiagnosticCode, count: UInt64 = 1, time: Int64 = 0
  ) {
    var record = DiagnosticRecord()
    record.code = code
    record.count = count
    record.time = CaptureTime(nanoseconds: time)
    sink.take(record, text: RawSpan())
  }
}

/// A summary over the first `seconds` seconds of time.
func summary(of collector: SummaryCollector, seconds: Int64 = 1) -> Summary {
  collector.summary(
    over: (
      CaptureTime(nanoseconds: 0), CaptureTime(nanoseconds: seconds * 1_000_000_000)
    ), ended: .endOfInput, health: nil)
}
