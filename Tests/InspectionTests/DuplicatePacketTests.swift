import Inspection
import Records
import TestSupport
import Testing
import Wire

/// Captures that show every packet twice, as mirror ports do, while much goes on.
@Suite struct DuplicatePacketTests {
  /// 80,000 packets a second.
  private static let conversations = (0..<400).map { index in
    var conversation = Conversation(clientPort: UInt16(20_000 + index))
    conversation.advance(nanoseconds: Int64(index) * 100_000)
    conversation.reactionTime = 5_000_000
    conversation.open()
    for uuid in 1...4 {
      conversation.advance(milliseconds: 3)
      conversation.send(.client, "Request a.b\r\n\(uuid)\r\n\r\n")
      conversation.advance(milliseconds: 8)
      conversation.send(.server, "Response a.b\r\n\(uuid) OK\r\n\r\n")
    }
    return conversation
  }

  private func inspect(_ packets: [ConversationCapture.Packet]) -> CollectingSink {
    let sink = CollectingSink()
    let inspector = Inspector(configuration: .init(), sink: sink)
    for (index, packet) in packets.enumerated() {
      unsafe inspector.inspect(
        Packet(
          number: UInt64(index + 1), time: CaptureTime(nanoseconds: packet.time),
          originalLength: UInt32(packet.originalLength), linkType: .ethernet),
        bytes: packet.bytes.span.bytes)
    }
    inspector.finish()
    return sink
  }

  /// What must not depend on whether packets come twice.
  private func figures(_ sink: CollectingSink) -> [String] {
    sink.transactions.map {
      "\($0.record.identity.client.port) \($0.uuid) \(String(describing: $0.record.latency)) \($0.record.causes)"
    }
  }

  @Test(arguments: [20_000, 1_000_000, 30_000_000] as [Int64])
  func nothingChanges(delay: Int64) {
    let once = ConversationCapture(Self.conversations).packets
    let copies = once.map { packet in
      var copy = packet
      copy.time += delay
      copy.bytes[14 + 8] -= 1
      return copy
    }
    let twice = (once + copies).enumerated()
      .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    let expected = inspect(once)
    let found = inspect(twice)
    #expect(expected.transactions.count == 1_600)
    #expect(found.transactions.count == expected.transactions.count)
    #expect(zip(figures(found), figures(expected)).first { $0 != $1 } == nil)
    let duplicates = found.connections.reduce(0) {
      $0 + $1.clientToServer.duplicatePackets + $1.serverToClient.duplicatePackets
    }
    // A few may be missed before it is clear that there are so many.
    #expect(duplicates * 100 >= UInt64(once.count) * 99)
    #expect(duplicates <= UInt64(once.count))
  }
}
