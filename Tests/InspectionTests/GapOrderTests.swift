import ControlProtocol
import Inspection
import Records
import TestSupport
import Testing
import Wire

/// What comes behind bytes that the capture lacks is known late; what is told of it goes by when it was
/// captured.
@Suite struct GapOrderTests {
  /// Both sides ask, as many at once as `most`, while notifications pass.
  ///
  /// - Returns: the conversation, and which of its segments are notifications.
  private func talk(
    _ random: inout SeededRandom, most: Int, uuids: Int
  ) -> (conversation: Conversation, notifications: [Int]) {
    var conversation = Conversation()
    if Bool.random(using: &random) {
      // Which endpoint comes first in order makes no difference.
      (conversation.client.address, conversation.server.address) = (
        conversation.server.address, conversation.client.address
      )
    }
    conversation.acknowledgesAtOnce = Bool.random(using: &random)
    conversation.open()
    var notifications: [Int] = []
    var asked: [[Int]] = [[], []]
    var next = 0
    for _ in 0..<80 {
      conversation.advance(nanoseconds: .random(in: 100_000...40_000_000, using: &random))
      let side: Conversation.Side = Bool.random(using: &random) ? .client : .server
      switch Int.random(in: 0..<5, using: &random) {
      case 0:
        // What gets lost acknowledges nothing that was not acknowledged before.
        conversation.acknowledge(side)
        notifications += conversation.send(side, "Notification a.tick\r\n\r\n")
        if !conversation.acknowledgesAtOnce {
          conversation.advance(nanoseconds: 50_000)
          conversation.acknowledge(side.other)
        }
      case 1...2 where asked[side.rawValue].count < most:
        next += 1
        let uuid = next % uuids
        guard !asked[side.rawValue].contains(uuid) else { continue }
        conversation.send(side, "Request a.b\r\n\(uuid)\r\n\r\n")
        asked[side.rawValue].append(uuid)
      default:
        guard let uuid = asked[side.other.rawValue].first else { continue }
        asked[side.other.rawValue].removeFirst()
        conversation.send(side, "Response a.b\r\n\(uuid) OK\r\n\r\n")
      }
    }
    for side in [Conversation.Side.client, .server] {
      for uuid in asked[side.rawValue] {
        conversation.advance(milliseconds: 1)
        conversation.send(side.other, "Response a.b\r\n\(uuid) OK\r\n\r\n")
      }
    }
    conversation.advance(milliseconds: 1)
    conversation.close()
    return (conversation, notifications)
  }

  /// What is told of transactions, in the order of their requests.
  private func figures(_ sink: CollectingSink) -> [String] {
    sink.transactions.map(\.record).sorted { $0.start < $1.start }.map {
      "\($0.direction) \($0.outcome) \(String(describing: $0.latency)) \($0.inFlight)"
        + " \(String(describing: $0.acknowledged))"
    }
  }

  /// A lost notification changes nothing in what is told of requests and their responses.
  @Test(arguments: 0..<60 as Range<UInt64>)
  func lostNotifications(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let uuids = seed % 3 == 0 ? 1 : seed % 3 == 1 ? 3 : 1_000
    var (conversation, notifications) = talk(&random, most: Int(seed % 4) + 1, uuids: uuids)
    let whole = CollectingSink.inspect(ConversationCapture(conversation))
    for index in notifications where Int.random(in: 0..<3, using: &random) > 0 {
      conversation.drop(index)
    }
    let lossy = CollectingSink.inspect(ConversationCapture(conversation))
    #expect(!whole.transactions.isEmpty)
    #expect(figures(lossy) == figures(whole))
    #expect(!lossy.diagnostics.contains { $0.code == .uuidReused })
    #expect(!lossy.diagnostics.contains { $0.code == .duplicateResponse })
    #expect(
      lossy.connections.first.map { $0.ended } == whole.connections.first.map { $0.ended })
  }

  /// A request waits behind a lost one until the server's next packet shows both; the answer was lost
  /// meanwhile, and given up before the request was read.
  @Test(arguments: [false, true])
  func lostAnswerOfARequestThatWaited(closes: Bool) throws {
    var conversation = Conversation()
    conversation.acknowledgesAtOnce = false
    conversation.open()
    conversation.drop(conversation.send(.client, "Notification x\r\n\r\n")[0])
    conversation.advance(milliseconds: 1)
    conversation.send(.client, "Request a.b\r\n2\r\n\r\n")
    conversation.advance(milliseconds: 10)
    conversation.drop(conversation.send(.server, "Response a.b\r\n2 OK\r\n\r\n")[0])
    conversation.advance(milliseconds: 1)
    conversation.acknowledge(.client)
    conversation.advance(milliseconds: 500)
    conversation.send(.server, "Notification tick\r\n\r\n")
    conversation.acknowledge(.client)
    conversation.advance(milliseconds: closes ? 500 : 40_000)
    if closes {
      conversation.close()
    } else {
      conversation.send(.server, "Notification tick\r\n\r\n")
    }
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    let record = try #require(sink.transactions.first?.record)
    #expect(sink.transactions.count == 1)
    #expect(record.unanswered == .gap)
  }

  enum Ending: CaseIterable, Sendable { case timeout, close, reset, capture }

  /// The request is held back behind a loss that was acknowledged before; its answer is lost, too.
  @Test(arguments: Ending.allCases)
  func lostAnswerOfARequestThatWasHeldBack(ending: Ending) throws {
    var conversation = Conversation()
    conversation.acknowledgesAtOnce = false
    conversation.open()
    conversation.drop(conversation.send(.server, "Notification x\r\n\r\n")[0])
    conversation.acknowledge(.client)
    conversation.advance(milliseconds: 5)
    conversation.send(.client, "Request a.b\r\n2\r\n\r\n")
    conversation.advance(milliseconds: 10)
    conversation.drop(conversation.send(.server, "Response a.b\r\n2 OK\r\n\r\n")[0])
    conversation.acknowledge(.client)
    conversation.advance(milliseconds: 500)
    switch ending {
    case .timeout:
      conversation.advance(milliseconds: 40_000)
      conversation.send(.client, "Notification y\r\n\r\n")
    case .close: conversation.close()
    case .reset: conversation.reset(.server)
    case .capture: conversation.send(.client, "Notification y\r\n\r\n")
    }
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    #expect(sink.transactions.map(\.record.unanswered) == [.gap])
  }

  /// The server's answers are all lost, one after another without a pause: what the client asks is told
  /// all the same, when its time is up.
  @Test func lossesWithoutEnd() {
    var conversation = Conversation()
    conversation.acknowledgesAtOnce = false
    conversation.open()
    for uuid in 1...200 {
      conversation.send(.client, "Request a.b\r\n\(uuid)\r\n\r\n")
      conversation.advance(milliseconds: 20)
      conversation.drop(conversation.send(.server, "Response a.b\r\n\(uuid) OK\r\n\r\n")[0])
      conversation.acknowledge(.client)
      conversation.advance(milliseconds: 20)
    }
    var configuration = InspectionConfiguration()
    configuration.timeoutNanoseconds = 1_000_000_000
    let sink = CollectingSink()
    let inspector = Inspector(configuration: configuration, sink: sink)
    for (index, packet) in ConversationCapture(conversation).packets.enumerated() {
      unsafe inspector.inspect(
        Packet(
          number: UInt64(index + 1), time: CaptureTime(nanoseconds: packet.time),
          originalLength: UInt32(packet.originalLength), linkType: .ethernet),
        bytes: packet.bytes.span.bytes)
    }
    // All but those of the last second or so.
    #expect(sink.transactions.count >= 170)
    #expect(sink.transactions.allSatisfy { $0.record.unanswered == .gap })
    inspector.finish()
    #expect(sink.transactions.count == 200)
    #expect(sink.transactions.allSatisfy { $0.record.unanswered == .gap })
  }

  /// Many connections wait in both directions: no more is held than may be.
  @Test func heldBackIsBounded() {
    let text = "Notification a\r\nk: " + String(repeating: "x", count: 1_000) + "\r\n\r\n"
    let conversations = (0..<400).map { index in
      var conversation = Conversation(clientPort: UInt16(20_000 + index))
      conversation.acknowledgesAtOnce = false
      conversation.advance(nanoseconds: Int64(index) * 10_000)
      conversation.open()
      conversation.drop(conversation.send(.client, "Notification x\r\n\r\n", arrives: false)[0])
      conversation.send(.client, text, arrives: false)
      conversation.drop(conversation.send(.server, "Notification x\r\n\r\n")[0])
      conversation.acknowledge(.client)
      return conversation
    }
    var configuration = InspectionConfiguration()
    configuration.limits.heldBytes = 64 << 10
    // Checks after each packet that the limit is kept.
    let sink = CollectingSink.inspect(ConversationCapture(conversations), configuration)
    #expect(sink.connections.count == 400)
    #expect(sink.messages.count == 400)
  }

  /// The server hangs shortly after a notification was lost that was acknowledged before the request.
  @Test(arguments: [1, 50, 99, 101, 5_000] as [Int64])
  func hangBehindALoss(milliseconds: Int64) throws {
    var conversation = Conversation()
    conversation.open()
    conversation.drop(conversation.send(.server, "Notification lost\r\n\r\n")[0])
    conversation.advance(milliseconds: milliseconds)
    conversation.send(.client, "Request a.b\r\n2\r\n\r\n")
    conversation.advance(milliseconds: 40_000)
    conversation.send(.server, "Notification n\r\n\r\n")
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    let record = try #require(sink.transactions.first?.record)
    #expect(record.unanswered == .timeout)
  }

  /// Both sides end their streams behind a loss, and so does the capture.
  @Test func endsBehindALoss() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, "Request a.b\r\n1\r\n\r\n")
    conversation.drop(conversation.send(.server, "Notification lost\r\n\r\n")[0])
    conversation.advance(milliseconds: 1)
    conversation.close()
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    let record = try #require(sink.transactions.first?.record)
    #expect(record.unanswered == .gap)
    #expect(sink.connections.first?.ended == .fin)
  }
}
