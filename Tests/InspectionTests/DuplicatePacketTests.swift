import Inspection
import Records
import TestSupport
import Testing
import Wire

/// Captures that show every packet twice, as mirror ports do, while much goes on.
@Suite struct DuplicatePacketTests {
  /// Conversations of 60 ms at once, 80,000 packets a second.
  private static func conversations() -> [Conversation] {
    (0..<400).map { index in
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
  }

  private func inspect(
    _ packets: [ConversationCapture.Packet], connections: Int? = nil
  ) -> CollectingSink {
    let sink = CollectingSink()
    var configuration = InspectionConfiguration()
    if let connections { configuration.limits.connections = connections }
    let inspector = Inspector(configuration: configuration, sink: sink)
    inspector.inspect(packets)
    inspector.finish()
    return sink
  }

  /// What must not depend on whether packets come twice.
  private func figures(_ sink: CollectingSink) -> [String] {
    sink.transactions.map {
      "\($0.record.identity.client.port) \($0.uuid) \(String(describing: $0.record.latency)) \($0.record.causes)"
        + " \(String(describing: $0.record.network))"
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
    let once = ConversationCapture(Self.conversations()).packets
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

  /// Two taps show the client's packets, the second one 20 ms later; only that one shows the server's. So
  /// it shows the client's ACKs once more when it has shown what they acknowledge, not before.
  @Test func otherDirectionIsShownLate() {
    var conversation = Conversation()
    conversation.acknowledgesAtOnce = false
    conversation.open()
    for uuid in 1...12 {
      conversation.advance(nanoseconds: 1_500_000)
      conversation.send(.client, "Request a.b\r\n\(uuid)\r\n\r\n")
      conversation.advance(nanoseconds: 1_500_000)
      conversation.send(.server, "Response a.b\r\n\(uuid) OK\r\n\r\n")
      if uuid == 6 { conversation.advance(milliseconds: 60) }
    }
    let late: Int64 = 20_000_000
    let first = conversation.segments.filter { $0.side == .client }.count
    for index in conversation.segments.indices.reversed() {
      if conversation.segments[index].side == .client {
        conversation.duplicate(index, after: late, hops: 1)
      } else {
        conversation.edit(index) { $0.time += late }
      }
    }
    let found = inspect(ConversationCapture(conversation).packets)
    #expect(found.transactions.count == 12)
    // The latencies are 20 ms too long. Those show it whose ACK was captured before them: the sixth's came
    // 60 ms later, the last one's never.
    for (index, transaction) in found.transactions.enumerated() {
      let shows = index != 5 && index != 11
      #expect(transaction.record.quality == (shows ? .degraded : .exact))
      #expect(transaction.record.causes == (shows ? .reordered : []))
    }
    #expect(duplicates(found) == UInt64(first))
  }

  /// The capture joins a connection and shows an ACK just before the bytes that it acknowledges.
  @Test func acknowledgedBeforeItIsShown() {
    var conversation = Conversation()
    conversation.reactionTime = 1_000_000
    conversation.beginMidstream()
    for uuid in 1...6 {
      conversation.send(.client, "Request a.b\r\n\(uuid)\r\n\r\n")
      conversation.advance(milliseconds: 4)
      conversation.send(.server, "Response a.b\r\n\(uuid) OK\r\n\r\n")
      conversation.advance(milliseconds: 4)
    }
    let shown = conversation.segments[0].time
    conversation.edit(1) { $0.time = shown - 5_000 }
    let once = ConversationCapture(conversation).packets
    let expected = inspect(once)
    let found = inspect(doubled(once, delay: 10_000))
    #expect(expected.transactions.last?.record.network == 1_000_000)
    #expect(figures(found) == figures(expected))
    #expect(duplicates(found) == UInt64(once.count))
  }

  /// Two connections in turn, one of which there is room for: each of them begins again and again, and
  /// what it acknowledges then was acknowledged before.
  @Test func connectionsAreGivenUp() {
    var conversations = [Conversation(clientPort: 40_001), Conversation(clientPort: 40_002)]
    for index in 0..<2 {
      conversations[index].advance(nanoseconds: Int64(index) * 1_000_000)
      conversations[index].send(.client, "Request a.b\r\n1\r\n\r\n")
      conversations[index].advance(milliseconds: 2)
      conversations[index].duplicate(0, after: 2_000_000, hops: 1)
      conversations[index].duplicate(1, after: 2_000_000, hops: 1)
    }
    let found = inspect(ConversationCapture(conversations).packets, connections: 1)
    // The copies of the requests are none of what is known of their connections then.
    #expect(found.connections.count == 4)
    #expect(found.connections.suffix(2).map(\.serverToClient.duplicatePackets) == [1, 1])
  }

  /// A keep-alive carries a byte that means nothing, whatever came between it and its copy.
  @Test(arguments: [false, true])
  func copiesOfKeepAlives(goesOn: Bool) {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, "Request a.b\r\n1\r\n\r\n")
    conversation.advance(milliseconds: 1)
    let index = conversation.keepAlive(.client, byte: 0x58)
    conversation.duplicate(index, after: 5_000_000, hops: 1)
    conversation.advance(milliseconds: 1)
    if goesOn { conversation.send(.client, "Request a.b\r\n2\r\n\r\n") }
    conversation.advance(milliseconds: 20)
    let found = inspect(ConversationCapture(conversation).packets)
    #expect(found.diagnostics.isEmpty)
    #expect(duplicates(found) == 1)
    #expect(found.connections.first?.clientToServer.keepAlives == 1)
  }
}
