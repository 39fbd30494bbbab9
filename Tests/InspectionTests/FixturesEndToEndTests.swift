import Inspection
import Records
import TestSupport
import Testing

/// Captures in `Fixtures` through the core: what can be said of them without a second tool.
@Suite struct FixturesEndToEndTests {
  private static let recordings = [
    "both-ask-equal-uuids", "early-end", "errors", "half-close", "ipv6", "late-start",
    "lossy-link", "many-segments", "notifications", "pipelined-out-of-order", "port-reuse", "reset",
    "slow-link-slow-server", "spoiled-link", "stall", "unanswered", "zero-window",
  ]

  @Test(arguments: recordings, ["client", "server"])
  func everyByteIsAccountedFor(recording: String, end: String) throws {
    let sink = CollectingSink.inspect(file: "recorded/\(recording)-\(end).pcap")
    #expect(!sink.messages.isEmpty)
    #expect(sink.connections.count == (recording == "port-reuse" ? 2 : 1))
    for connection in sink.connections {
      for counts in [connection.clientToServer, connection.serverToClient] {
        #expect(counts.ledger.isBalanced)
        #expect(counts.ledger.pending == 0)
        if recording != "late-start" { #expect(counts.ledger.messages == counts.ledger.length) }
      }
    }
  }

  /// A round trip of 20 ms and a server that takes 30 ms look different from both ends, and the split
  /// of the latency tells them apart at either.
  @Test func networkAndServerAreToldApartAtBothEnds() throws {
    for (end, whole, network) in [("client", 50, 20), ("server", 30, 0)] {
      let sink = CollectingSink.inspect(file: "recorded/slow-link-slow-server-\(end).pcap")
      #expect(sink.transactions.count == 6)
      for transaction in sink.transactions {
        let latency = try #require(transaction.record.latency)
        #expect(isNear(latency, milliseconds: whole))
        #expect(isNear(try #require(transaction.record.network), milliseconds: network))
        #expect(isNear(try #require(transaction.record.server), milliseconds: 30))
      }
      let connection = try #require(sink.connections.first)
      #expect(connection.vantage == (end == "client" ? .client : .server))
      // What the client feels beyond the latency at the server.
      if end == "server" {
        #expect(isNear(try #require(connection.handshakeClient), milliseconds: 20))
      }
    }
  }

  @Test func lossesAreSeenAsWhatTheyAreAtEachEnd() throws {
    let client = try #require(
      CollectingSink.inspect(file: "recorded/lossy-link-client.pcap")
        .connections.first)
    // The client's end has what the client sent twice, and sees the holes in what comes.
    #expect(client.clientToServer.retransmittedSegments >= 2)
    #expect(client.serverToClient.outOfOrderSegments >= 1)
    let server = try #require(
      CollectingSink.inspect(file: "recorded/lossy-link-server.pcap")
        .connections.first)
    #expect(server.serverToClient.retransmittedSegments >= 1)
    #expect(server.clientToServer.outOfOrderSegments >= 1)
  }

  @Test func aStoppedReaderShowsAsZeroWindow() throws {
    for end in ["client", "server"] {
      let sink = CollectingSink.inspect(file: "recorded/zero-window-\(end).pcap")
      let connection = try #require(sink.connections.first)
      #expect(connection.clientToServer.zeroWindows >= 1)
      #expect(connection.serverToClient.zeroWindows == 0)
      #expect(sink.transactions.contains { $0.record.causes.contains(.zeroWindow) })
    }
  }

  /// What a fixture's endpoints never answered has the reason that its end of the connection gives.
  @Test(arguments: [
    ("unanswered", UnansweredReason.connectionClosed, 2), ("reset", .connectionReset, 1),
    ("port-reuse", .connectionClosed, 1), ("early-end", .captureEnded, 1),
  ])
  func unansweredRequestsSayWhy(recording: String, reason: UnansweredReason, count: Int) {
    for end in ["client", "server"] {
      let sink = CollectingSink.inspect(file: "recorded/\(recording)-\(end).pcap")
      let reasons = sink.transactions.compactMap(\.record.unanswered)
      #expect(reasons == Array(repeating: reason, count: count))
    }
  }

  /// While the server did nothing for two seconds no request was answered, and the capture shows it.
  @Test func aStallIsSeen() {
    let sink = CollectingSink.inspect(file: "recorded/stall-client.pcap")
    let slowest = sink.transactions.compactMap(\.record.latency).max() ?? 0
    #expect(slowest > 1_800_000_000)
    #expect(slowest < 2_200_000_000)
    #expect(sink.transactions.contains { $0.record.hints.contains(.stall) })
  }

  private func isNear(_ nanoseconds: Int64, milliseconds: Int) -> Bool {
    abs(nanoseconds - Int64(milliseconds) * 1_000_000) <= 2_000_000
  }
}
