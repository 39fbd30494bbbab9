import ControlProtocol
import Records
import Rendering
import TestSupport
import Testing
import Wire

/// Keeps what a renderer hands on.
final class CollectingOutput: OutputSink {
  private(set) var bytes: [UInt8] = []
  private(set) var writes = 0

  func write(_ span: RawSpan) {
    writes += 1
    for offset in 0..<span.byteCount {
      bytes.append(unsafe span.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
    }
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }
  /// The lines; those that are records must be as the schema says.
  var lines: [String] {
    let faults = RecordValidator.faults(in: text, schema: JSONSchema.text)
    #expect(faults.isEmpty)
    return text.split(separator: "\n").map(String.init)
  }
}

extension [UInt8] {
  /// The bytes as a span, lent for an expression.
  var lent: RawSpan {
    @_lifetime(borrow self)
    borrowing get {
      let span = self.span
      return unsafe span.bytes
    }
  }
}

/// Bytes that records' text fields point into.
struct TextPool {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ text: [UInt8]) -> TextRange {
    defer { bytes += text }
    return TextRange(start: bytes.count, count: text.count)
  }

  mutating func add(_ text: String) -> TextRange {
    add(Array(text.utf8))
  }
}

/// A message with its parameters and text.
struct SampleMessage {
  var record = MessageRecord()
  var parameters: [ParameterText] = []
  var pool = TextPool()

  mutating func parameter(_ key: [UInt8], _ value: [UInt8]) {
    parameters.append(ParameterText(key: pool.add(key), value: pool.add(value)))
  }

  mutating func parameter(_ key: String, _ value: String) {
    parameter(Array(key.utf8), Array(value.utf8))
  }

  mutating func line(_ text: [UInt8]) {
    parameters.append(ParameterText(key: .absent, value: pool.add(text)))
  }

  func give(to sink: any RecordSink) {
    sink.take(record, parameters: parameters.span, text: pool.bytes.lent)
  }
}

struct SampleTransaction {
  var record = TransactionRecord()
  var pool = TextPool()

  func give(to sink: any RecordSink) {
    sink.take(record, text: pool.bytes.lent)
  }
}

struct SampleDiagnostic {
  var record = DiagnosticRecord()
  var pool = TextPool()

  func give(to sink: any RecordSink) {
    sink.take(record, text: pool.bytes.lent)
  }
}

func sampleIdentity(connection: UInt64 = 7) -> ConnectionIdentity {
  var identity = ConnectionIdentity()
  identity.connection = connection
  identity.tcpStream = 3
  identity.client = Endpoint(address: IPAddress(ipv4: 0xc000_0201), port: 50_000)
  identity.server = Endpoint(
    address: IPAddress(ipv6High: 0x2001_0db8_0000_0000, low: 1), port: 4080)
  return identity
}

/// 2026-11-22T17:26:00.123456789Z, by `date -u -d … +%s`.
let sampleTime = CaptureTime(nanoseconds: 1_795_368_360_123_456_789)

func sampleMessage(kind: MessageKind = .request) -> SampleMessage {
  var message = SampleMessage()
  message.record.identity = sampleIdentity()
  message.record.kind = kind
  message.record.type = message.pool.add("createRoom")
  message.record.uuid = message.pool.add("42")
  message.record.start = sampleTime
  message.record.end = sampleTime
  message.record.frame = 12
  message.record.frameEnd = 13
  message.record.length = 100
  return message
}

func sampleTransaction() -> SampleTransaction {
  var transaction = SampleTransaction()
  transaction.record.identity = sampleIdentity()
  transaction.record.outcome = .ok
  transaction.record.quality = .exact
  transaction.record.type = transaction.pool.add("createRoom")
  transaction.record.uuid = transaction.pool.add("42")
  transaction.record.start = sampleTime
  transaction.record.end = sampleTime.advanced(byNanoseconds: 42_100_000)
  transaction.record.latency = 42_100_000
  transaction.record.duration = 42_100_000
  transaction.record.requestTransfer = 0
  transaction.record.responseTransfer = 0
  transaction.record.network = 1_900_000
  transaction.record.server = 40_200_000
  transaction.record.requestFrame = 12
  transaction.record.requestFrameEnd = 12
  transaction.record.responseFrame = 15
  transaction.record.responseFrameEnd = 15
  transaction.record.responseOffset = 0
  return transaction
}

func sampleConnection() -> ConnectionRecord {
  var connection = ConnectionRecord()
  connection.identity = sampleIdentity()
  connection.start = sampleTime
  connection.end = sampleTime.advanced(byNanoseconds: 90_000_000_000)
  connection.ended = .captureEnded
  connection.vantage = .middle
  connection.handshakeClient = 1000
  connection.clientToServer.ledger.length = 10
  connection.clientToServer.ledger.junk = 10
  return connection
}

func hiding(showing: Bool = false, key: UInt64 = 1) -> Secrets {
  Secrets(shows: showing, tokenKey: TokenKey(low: key, high: 2))
}

/// Every way of rendering, with the same secrets.
func everyRenderer(_ secrets: Secrets, _ output: CollectingOutput) -> [any RecordSink] {
  let kinds: RecordKinds = [.messages, .transactions, .diagnostics, .connections]
  var sinks: [any RecordSink] = [NDJSONRenderer(kinds: kinds, secrets: secrets, output: output)]
  for width in [40, 80, 120, 200] {
    for isFull in [false, true] {
      var style = TableStyle()
      style.width = width
      style.isFull = isFull
      sinks.append(TableRenderer(kinds: kinds, style: style, secrets: secrets, output: output))
    }
  }
  return sinks
}

func flush(_ sinks: [any RecordSink]) {
  for sink in sinks {
    (sink as? NDJSONRenderer)?.flush()
    (sink as? TableRenderer)?.flush()
  }
}

/// What `write` appends to a buffer.
func written(_ write: (inout OutputBuffer) -> Void) -> String {
  var buffer = OutputBuffer()
  write(&buffer)
  return buffer.string
}
