import Inspection
import Records
import TestSupport
import Testing
import Wire

/// Captures that show every packet twice, as mirror ports do, while much goes on.
@Suite struct DuplicatePacketTests {
  /// Conversations of 60 ms or more at once.
  ///
  /// - Parameter requests: 4 make 80,000 packets a second.
  private static func conversations(requests: Int) -> [Conversation] {
    (0..<400).map { index in
      var conversation = Conversation(clientPort: UInt16(20_000 + index))
      conversation.advance(nanoseconds: Int64(index) * 100_000)
      conversation.reactionTime = 5_000_000
      conversation.open()
      for uuid in 1...requests {
        conversation.advance(milliseconds: 3)
        conversation.send(.client, "Request a.b\r\n\(uuid)\r\n\r\n")
        conversation.advance(milliseconds: 8)
        conversation.send(.server, "Response a.b\r\n\(uuid) OK\r\n\r\n")
      }
      return conversation
    }
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

  private func duplicates(_ sink: CollectingSink) -> UInt64 {
    sink.connections.reduce(0) {
      $0 + $1.clientToServer.duplicatePackets + $1.serverToClient.duplicatePackets
    }
  }

  /// The packets, and each of them once more, later and with another TTL.
  private func doubled(
    _ once: [ConversationCapture.Packet], delay: Int64
  ) -> [ConversationCapture.Packet] {
    let copies = once.map { packet in
      var copy = packet
      copy.time += delay
      copy.bytes[14 + 8] -= 1
      return copy
    }
    return (once + copies).enumerated()
      .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
  }

  @Test(arguments: [20_000, 1_000_000, 30_000_000] as [Int64])
  func nothingChanges(delay: Int64) {
    let once = ConversationCapture(Self.conversations(requests: 4)).packets
    let expected = inspect(once)
    let found = inspect(doubled(once, delay: delay))
    #expect(expected.transactions.count == 1_600)
    #expect(found.transactions.count == expected.transactions.count)
    #expect(zip(figures(found), figures(expected)).first { $0 != $1 } == nil)
    let duplicates = duplicates(found)
    // A few may be missed before it is clear that there are so many.
    #expect(duplicates * 100 >= UInt64(once.count) * 99)
    #expect(duplicates <= UInt64(once.count))
  }

  /// So many packets come in between that what is remembered at first is gone before its copy comes: it
  /// is their rate that tells.
  @Test func lateCopiesOfMany() {
    var once = ConversationCapture(Self.conversations(requests: 80)).packets
    let start = once[0].time
    for index in once.indices { once[index].time = start + (once[index].time - start) / 11 }
    let duplicates = duplicates(inspect(doubled(once, delay: 90_000_000)))
    #expect(duplicates * 100 >= UInt64(once.count) * 20)
    #expect(duplicates <= UInt64(once.count))
  }
}
