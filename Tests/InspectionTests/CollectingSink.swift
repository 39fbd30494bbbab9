import ControlProtocol
import Records
import TestSupport
import Testing
import Wire

@testable import Inspection

/// Keeps what an inspector tells, with the texts taken out.
final class CollectingSink: RecordSink {
  struct Transaction {
    var record: TransactionRecord
    var type: String
    var uuid: String
  }

  struct Message {
    var record: MessageRecord
    var type: String
    var uuid: String
  }

  var transactions: [Transaction] = []
  var messages: [Message] = []
  var diagnostics: [DiagnosticRecord] = []
  var connections: [ConnectionRecord] = []
  /// What did not hold after a packet that should.
  var broken: [String] = []

  private static func expectNothingBroken(_ sink: CollectingSink) {
    #expect(sink.broken.prefix(5).joined(separator: "; ") == "")
  }

  /// Inspects a whole capture.
  static func inspect(
    _ capture: ConversationCapture, _ configuration: InspectionConfiguration = .init()
  ) -> CollectingSink {
    let sink = CollectingSink()
    let inspector = Inspector(configuration: configuration, sink: sink)
    inspector.inspect(capture.packets) { number in
      sink.broken += inspector.brokenInvariants().map { "packet \(number): \($0)" }
    }
    expectNothingBroken(sink)
    inspector.finish()
    return sink
  }

  /// Inspects a pcap file in `Fixtures`.
  static func inspect(
    file: String, _ configuration: InspectionConfiguration = .init()
  ) -> CollectingSink {
    let sink = CollectingSink()
    let inspector = Inspector(configuration: configuration, sink: sink)
    for (index, packet) in FixtureFile.packets(of: file).enumerated() {
      unsafe inspector.inspect(
        Packet(
          number: UInt64(index + 1), time: CaptureTime(nanoseconds: packet.time),
          originalLength: packet.originalLength, linkType: LinkType(rawValue: packet.linkType)),
        bytes: packet.bytes.span.bytes)
      sink.broken += inspector.brokenInvariants().map { "packet \(index + 1): \($0)" }
    }
    expectNothingBroken(sink)
    inspector.finish()
    return sink
  }

  func take(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {
    messages.append(
      Message(
        record: copy record, type: Self.string(record.type, in: text),
        uuid: Self.string(record.uuid, in: text)))
  }

  func take(_ record: borrowing TransactionRecord, text: RawSpan) {
    transactions.append(
      Transaction(
        record: copy record, type: Self.string(record.type, in: text),
        uuid: Self.string(record.uuid, in: text)))
  }

  func take(_ record: borrowing DiagnosticRecord, text: RawSpan) {
    diagnostics.append(copy record)
  }

  func take(_ record: borrowing ConnectionRecord) {
    connections.append(copy record)
  }

  private static func string(_ range: TextRange, in text: RawSpan) -> String {
    var bytes: [UInt8] = []
    for index in range.range {
      bytes.append(unsafe text.unsafeLoad(fromByteOffset: index, as: UInt8.self))
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Inspector {
  /// Inspects packets, which are numbered from 1 on; after each `after` is told its number.
  func inspect(
    _ packets: some Sequence<ConversationCapture.Packet>, after: (Int) -> Void = { _ in }
  ) {
    for (index, packet) in packets.enumerated() {
      unsafe inspect(
        Packet(
          number: UInt64(index + 1), time: CaptureTime(nanoseconds: packet.time),
          originalLength: UInt32(packet.originalLength), linkType: .ethernet),
        bytes: packet.bytes.span.bytes)
      after(index + 1)
    }
  }
}
