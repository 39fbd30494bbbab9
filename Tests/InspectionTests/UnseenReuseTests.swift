import Inspection
import Records
import TestSupport
import Testing

/// Ports that are used again while the capture sees neither the end of one connection nor the beginning of
/// the next.
@Suite struct UnseenReuseTests {
  private func exchanges(_ count: Int, in conversation: inout Conversation) {
    for uuid in 1...count {
      conversation.send(.client, "Request a.b\r\n\(uuid)\r\n\r\n")
      conversation.advance(milliseconds: 5)
      conversation.send(.server, "Response a.b\r\n\(uuid) ERROR\r\ncode: 500\r\n\r\n")
      conversation.advance(milliseconds: 1_000)
    }
  }

  /// A segment without payload of another connection.
  private func stray(in conversation: inout Conversation) -> Int {
    let index = conversation.acknowledge(.client)
    conversation.edit(index) {
      $0.sequenceNumber = 3_000_000_000
      $0.acknowledgmentNumber = 2_000_000_000
    }
    return index
  }

  /// Wherever the numbers of the next connection begin, what is lost is its first segment.
  @Test(arguments: 0..<40 as Range<UInt64>)
  func nextConnectionIsRead(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var earlier = Conversation()
    earlier.open()
    exchanges(2, in: &earlier)
    // Not near those of the first.
    var later = Conversation(
      clientInitial: .random(in: 20_000_000...4_200_000_000, using: &random),
      serverInitial: .random(in: 20_000_000...4_200_000_000, using: &random))
    later.time = earlier.time + 120_000_000_000
    later.beginMidstream()
    exchanges(12, in: &later)
    later.close()
    let sink = CollectingSink.inspect(ConversationCapture([earlier, later]))
    #expect(sink.connections.count == 2)
    #expect(sink.connections.first?.ended == .reused)
    #expect(sink.connections.last?.ended == .fin)
    #expect(sink.transactions.count { $0.record.outcome == .error } >= 2 + 11)
    #expect(
      sink.connections.allSatisfy {
        $0.clientToServer.ledger.missing + $0.serverToClient.ledger.missing == 0
      })
  }

  /// A single segment with other numbers, which anybody can send, ends nothing, be it captured twice or
  /// sent again later.
  @Test(arguments: [nil, 10_000, 3_600_000_000_000] as [Int64?])
  func strayIsIgnored(again: Int64?) {
    var conversation = Conversation()
    conversation.open()
    exchanges(2, in: &conversation)
    let index = stray(in: &conversation)
    conversation.advance(milliseconds: 10)
    exchanges(2, in: &conversation)
    if let again {
      conversation.duplicate(index, after: again)
      conversation.advance(nanoseconds: again)
      exchanges(2, in: &conversation)
    }
    conversation.close()
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    #expect(sink.connections.count == 1)
    #expect(sink.transactions.count { $0.record.quality == .exact } == (again == nil ? 4 : 6))
    // A copy of a moment later is a duplicate.
    #expect(
      sink.connections.first?.clientToServer.outOfWindowSegments == (again ?? 0 > 10_000 ? 2 : 1))
  }

  /// Nor do several without payload, one after another.
  @Test func straysWithoutPayloadAreIgnored() {
    var conversation = Conversation()
    conversation.open()
    exchanges(2, in: &conversation)
    for _ in 0..<3 {
      _ = stray(in: &conversation)
      conversation.advance(milliseconds: 1)
    }
    exchanges(2, in: &conversation)
    conversation.close()
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    #expect(sink.connections.count == 1)
    #expect(sink.transactions.count { $0.record.quality == .exact } == 4)
  }
}
