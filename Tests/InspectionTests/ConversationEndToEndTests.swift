import ControlProtocol
import Inspection
import Records
import TestSupport
import Testing
import Wire

/// Whole scripts through the whole core, against what follows from the script.
@Suite struct ConversationEndToEndTests {
  @Test func acceptanceCaseGivesItsLatencies() throws {
    let fixture = try #require(GeneratedFixture.all.first { $0.name == "acceptance" })
    let sink = CollectingSink.inspect(fixture.capture)
    for truth in fixture.capture.truths { expectTransactions(of: truth, in: sink) }
    let latencies = Dictionary(
      uniqueKeysWithValues: sink.transactions.map { ($0.uuid, $0.record.latency) })
    #expect(
      latencies == [
        "1": 100_000_000, "2": 250_000_000, "3": 15_000_000, "4": 28_000_000, "5": 28_000_000,
        "6": 50_000_000, "7": nil,
      ])
    #expect(sink.transactions.count == 7)
    let silent = try #require(sink.transactions.first { $0.uuid == "7" })
    #expect(silent.record.unanswered == .captureEnded)
  }

  /// However the segments were cut, reordered, repeated and addressed, every transaction has the
  /// frames, offsets and times that the bytes have.
  @Test(arguments: 0..<150)
  func disturbedConversationsKeepTheirTransactions(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let capture = ConversationCapture(Self.disturbed(&random))
    let sink = CollectingSink.inspect(capture)
    #expect(
      sink.transactions.count == capture.truth.transactions.count, "seed \(seed)")
    expectTransactions(of: capture.truth, in: sink, "seed \(seed)")
    expectBalance(in: sink, "seed \(seed)")
    #expect(sink.diagnostics.map(\.code.name) == [], "seed \(seed)")
  }

  /// Segments that the capture lacks leave every other transaction as it was.
  @Test(arguments: 0..<150)
  func messagesOutsideGapsKeepTheirTransactions(seed: UInt64) {
    var random = SeededRandom(seed: seed &+ 1_000)
    var conversation = Self.disturbed(&random, keepAliveByte: nil)
    let data = conversation.segments.indices.filter { conversation.segments[$0].offset != nil }
    for _ in 0..<2 {
      if let index = data.randomElement(using: &random) { conversation.drop(index) }
    }
    let capture = ConversationCapture(conversation)
    let sink = CollectingSink.inspect(capture)
    expectBalance(in: sink, "seed \(seed)")
    for transaction in capture.truth.transactions {
      guard transaction.request.isWhole, let response = transaction.response, response.isWhole
      else { continue }
      expect(transaction, in: sink, "seed \(seed)")
    }
  }

  @Test func everyByteIsAccountedForWhateverTheSnapshotLength() {
    for snapLength in stride(from: 94, through: 160, by: 3) {
      var random = SeededRandom(seed: UInt64(snapLength))
      let capture = ConversationCapture(Self.disturbed(&random), snapLength: snapLength)
      expectBalance(in: CollectingSink.inspect(capture), "snapshot length \(snapLength)")
    }
  }

  @Test func reusedPortsMakeAConnectionOfTheirOwn() {
    var first = Conversation()
    first.open()
    first.send(.client, "Request room.create\r\n1\r\n\r\n")
    first.advance(milliseconds: 5)
    first.close()
    var second = Conversation(clientInitial: 900_000, serverInitial: 70_000, start: 1_700_000_001)
    second.open()
    second.send(.client, "Request room.create\r\n1\r\n\r\n")
    second.advance(milliseconds: 5)
    second.send(.server, "Response room.create\r\n1 OK\r\n\r\n")
    second.close()
    let capture = ConversationCapture([first, second])
    let sink = CollectingSink.inspect(capture)
    #expect(sink.transactions.map(\.record.outcome) == [.unanswered, .ok])
    #expect(sink.transactions.first?.record.unanswered == .connectionClosed)
    #expect(sink.transactions.map(\.record.identity.tcpStream) == [0, 1])
    #expect(sink.connections.count == 2)
  }

  @Test func messagesComeInFragments() throws {
    let fixture = try #require(GeneratedFixture.all.first { $0.name == "fragmented" })
    let sink = CollectingSink.inspect(fixture.capture)
    #expect(sink.transactions.count == 2)
    for truth in fixture.capture.truths {
      for transaction in truth.transactions {
        let found = sink.transactions.contains {
          Int($0.record.requestFrame) == transaction.request.firstPacket
            && $0.record.latency == transaction.latency
        }
        #expect(found)
      }
    }
  }

  // MARK: Scripts

  /// A conversation in which both sides ask, with anything on the way that loses no byte.
  ///
  /// - Parameter keepAliveByte: what keep-alives carry. One that carries a byte cannot be told from the
  ///   byte that it stands for when the capture lacks that.
  private static func disturbed(
    _ random: inout SeededRandom, keepAliveByte: UInt8? = 0
  ) -> Conversation {
    var conversation = Conversation(
      isIPv6: Bool.random(using: &random),
      clientInitial: Bool.random(using: &random) ? 0xffff_ff80 : 77,
      serverInitial: Bool.random(using: &random) ? 0xffff_fff0 : 1_234_567)
    if Int.random(in: 0..<4, using: &random) == 0 { conversation.vlans = [12] }
    conversation.open()
    var waiting: [(side: Conversation.Side, uuid: Int)] = []
    for uuid in 1...Int.random(in: 4...12, using: &random) {
      conversation.advance(milliseconds: Int64.random(in: 1...30, using: &random))
      let side = Conversation.Side(rawValue: Int.random(in: 0...1, using: &random)) ?? .client
      send(
        side, "Request room.create\r\n\(uuid)\r\nname: a b\r\n\r\n", in: &conversation, &random,
        keepAliveByte)
      waiting.append((side, uuid))
      while waiting.count > Int.random(in: 0...3, using: &random) {
        let (asker, asked) = waiting.remove(at: Int.random(in: waiting.indices, using: &random))
        conversation.advance(milliseconds: Int64.random(in: 1...30, using: &random))
        let status = Bool.random(using: &random) ? "OK\r\n" : "ERROR\r\ncode: 404\r\n"
        send(
          asker.other, "Response room.create\r\n\(asked) \(status)\r\n", in: &conversation, &random,
          keepAliveByte)
      }
    }
    conversation.advance(milliseconds: 200)
    conversation.close()
    return conversation
  }

  private static func send(
    _ side: Conversation.Side, _ text: String, in conversation: inout Conversation,
    _ random: inout SeededRandom, _ keepAliveByte: UInt8?
  ) {
    let sizes = (0..<Int.random(in: 0...3, using: &random)).map { _ in
      Int.random(in: 1...20, using: &random)
    }
    let sent = conversation.send(
      side, text, sizes: sizes, pause: Int64.random(in: 1_000...3_000_000, using: &random))
    guard let chosen = sent.randomElement(using: &random) else { return }
    switch Int.random(in: 0..<8, using: &random) {
    case 0:
      conversation.duplicate(chosen, hops: Bool.random(using: &random) ? 1 : 0)
    case 1:
      conversation.advance(milliseconds: 5)
      conversation.sendAgain(segment: chosen)
    case 2:
      // The rest of what was sent, in one segment that begins in the middle of another.
      conversation.advance(milliseconds: 5)
      let end = conversation.stream(of: side).count
      let start = Int.random(in: max(0, end - 30)..<end, using: &random)
      conversation.sendAgain(side, start..<end)
    case 3 where sent.count > 1:
      conversation.swap(sent[0], sent[sent.count - 1])
    case 4:
      conversation.advance(milliseconds: 1)
      conversation.keepAlive(side, byte: Bool.random(using: &random) ? keepAliveByte : nil)
    case 5:
      conversation.setWindow(side.other, to: 0)
      conversation.advance(milliseconds: 2)
      conversation.setWindow(side.other, to: 0xffff)
    default: break
    }
  }

  // MARK: Comparison

  private func expectTransactions(
    of truth: ConversationTruth, in sink: CollectingSink, _ note: Comment = ""
  ) {
    for transaction in truth.transactions { expect(transaction, in: sink, note) }
  }

  private func expect(
    _ truth: ConversationTruth.Transaction, in sink: CollectingSink, _ note: Comment
  ) {
    let uuid = truth.request.message.uuid.map(String.init) ?? ""
    let direction: Direction =
      truth.request.side == .client ? .clientToServer : .serverToClient
    let found = sink.transactions.filter { $0.uuid == uuid && $0.record.direction == direction }
    guard found.count == 1, let record = found.first?.record else {
      Issue.record("\(found.count) transactions for uuid \(uuid); \(note)")
      return
    }
    #expect(record.outcome.name == truth.outcome, note)
    #expect(record.latency == truth.latency, note)
    #expect(record.requestTransfer == truth.requestTransfer, note)
    #expect(record.responseTransfer == truth.responseTransfer, note)
    #expect(Int(record.requestOffset) == truth.request.offset, note)
    #expect(record.responseOffset.map { Int($0) } == truth.response?.offset, note)
    #expect(Int(record.requestFrame) == truth.request.firstPacket, note)
    #expect(record.requestFrameEnd.map { Int($0) } == truth.request.lastPacket, note)
    #expect(record.responseFrame.map { Int($0) } == truth.response?.firstPacket, note)
    #expect(record.responseFrameEnd.map { Int($0) } == truth.response?.lastPacket, note)
  }

  private func expectBalance(in sink: CollectingSink, _ note: Comment) {
    #expect(!sink.connections.isEmpty, note)
    for connection in sink.connections {
      for ledger in [connection.clientToServer.ledger, connection.serverToClient.ledger] {
        #expect(ledger.isBalanced, note)
        #expect(ledger.pending == 0, note)
      }
    }
  }
}
