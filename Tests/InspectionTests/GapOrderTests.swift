import ControlProtocol
import Records
import TestSupport
import Testing
import Wire

@testable import Inspection

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
    inspector.inspect(ConversationCapture(conversation).packets)
    // All but those of the last second or so.
    #expect(sink.transactions.count >= 170)
    #expect(sink.transactions.allSatisfy { $0.record.unanswered == .gap })
    inspector.finish()
    #expect(sink.transactions.count == 200)
    #expect(sink.transactions.allSatisfy { $0.record.unanswered == .gap })
  }

  /// Connections from one port after another, each begun 10 µs later, in which `talk` is said.
  private func many(_ count: Int, _ talk: (inout Conversation) -> Void) -> [Conversation] {
    (0..<count).map { index in
      var conversation = Conversation(clientPort: UInt16(20_000 + index))
      conversation.acknowledgesAtOnce = false
      conversation.advance(nanoseconds: Int64(index) * 10_000)
      conversation.open()
      talk(&conversation)
      return conversation
    }
  }

  /// Many connections wait in both directions: no more is held than may be.
  @Test func heldBackIsBounded() {
    let text = "Notification a\r\nk: " + String(repeating: "x", count: 1_000) + "\r\n\r\n"
    let conversations = many(400) { conversation in
      conversation.drop(conversation.send(.client, "Notification x\r\n\r\n", arrives: false)[0])
      conversation.send(.client, text, arrives: false)
      conversation.drop(conversation.send(.server, "Notification x\r\n\r\n")[0])
      conversation.acknowledge(.client)
    }
    var configuration = InspectionConfiguration()
    configuration.limits.heldBytes = 64 << 10
    // Checks after each packet that the limit is kept.
    let sink = CollectingSink.inspect(ConversationCapture(conversations), configuration)
    #expect(sink.connections.count == 400)
    #expect(sink.messages.count == 400)
  }

  /// Notifications get lost so often that always one is awaited: what was handed on counts no more, and
  /// nothing is read early for lack of room.
  @Test func lossAfterLoss() {
    var conversation = Conversation()
    conversation.acknowledgesAtOnce = false
    conversation.open()
    let value = String(repeating: "x", count: 500)
    for number in 0..<1_000 {
      if number % 60 == 5 {
        conversation.drop(conversation.send(.server, "Notification lost\r\n\r\n")[0])
        conversation.acknowledge(.client)
      }
      conversation.send(.client, "Request a.b\r\n\(number % 5)\r\nk: \(value)\r\n\r\n")
      conversation.advance(nanoseconds: 300_000)
      conversation.send(.server, "Response a.b\r\n\(number % 5) OK\r\nk: \(value)\r\n\r\n")
      conversation.advance(nanoseconds: 700_000)
    }
    conversation.close()
    var configuration = InspectionConfiguration()
    configuration.limits.waitingBytesPerStream = 192 << 10
    let sink = CollectingSink()
    let inspector = Inspector(configuration: configuration, sink: sink)
    inspector.inspect(ConversationCapture(conversation).packets)
    #expect(inspector.brokenInvariants() == [])
    inspector.finish()
    #expect(inspector.health.limits == ReachedLimits())
    #expect(sink.transactions.count == 1_000)
    #expect(
      sink.transactions.allSatisfy { $0.record.latency == 300_000 && $0.record.inFlight == 0 })
    #expect(!sink.diagnostics.contains { $0.code == .uuidReused || $0.code == .duplicateResponse })
  }

  /// Nothing waits for the other side where no side can answer: the connection is of another protocol.
  @Test func otherProtocolsAreNotHeldBack() {
    var conversation = Conversation()
    conversation.server.port = 8443
    conversation.acknowledgesAtOnce = false
    conversation.open()
    let data = String(repeating: "\u{17}\u{3}\u{3}abc", count: 1_000)
    conversation.send(.client, data)
    conversation.send(.server, data)
    conversation.acknowledge(.client)
    conversation.drop(conversation.send(.server, data)[0])
    conversation.acknowledge(.client)
    for _ in 0..<50 { conversation.send(.client, data) }
    var configuration = InspectionConfiguration()
    configuration.limits.heldBytes = 64 << 10
    let inspector = Inspector(configuration: configuration, sink: CollectingSink())
    inspector.inspect(ConversationCapture(conversation).packets)
    #expect(inspector.health.limits == ReachedLimits())
  }

  /// What comes behind a reset is held back no more, whatever is missing.
  @Test func nothingIsHeldBackBehindAReset() {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, "Request a.b\r\n1\r\n\r\n")
    conversation.reset(.client)
    for _ in 0..<3 {
      conversation.drop(conversation.send(.server, "Notification lost\r\n\r\n")[0])
      conversation.send(.server, "Notification n\r\n\r\n")
      conversation.acknowledge(.client)
      conversation.advance(milliseconds: 1)
    }
    conversation.advance(milliseconds: 200_000)
    // Another one, by which the first is forgotten.
    var next = Conversation(clientPort: 40_404)
    next.advance(milliseconds: 300_000)
    next.open()
    let sink = CollectingSink.inspect(ConversationCapture([conversation, next]))
    #expect(sink.connections.count == 2)
  }

  /// The clock is set back, and what is captured first of a stream then comes behind a loss.
  @Test func clockSetBackBeforeALoss() throws {
    var conversation = Conversation()
    conversation.acknowledgesAtOnce = false
    conversation.open()
    conversation.send(.client, "Request a.b\r\n1\r\n\r\n")
    conversation.advance(milliseconds: 1)
    conversation.send(.server, "Response a.b\r\n1 OK\r\n\r\n")
    conversation.acknowledge(.client)
    conversation.advance(milliseconds: -3_600_000)
    conversation.drop(conversation.send(.client, "Notification lost\r\n\r\n")[0])
    conversation.acknowledge(.server)
    conversation.advance(milliseconds: 5)
    conversation.send(.client, "Request a.b\r\n2\r\n\r\n")
    conversation.advance(milliseconds: 3)
    conversation.send(.server, "Response a.b\r\n2 OK\r\n\r\n")
    conversation.advance(milliseconds: 300)
    conversation.acknowledge(.client)
    let sink = CollectingSink.inspect(ConversationCapture(conversation, isSorted: false))
    #expect(sink.transactions.map(\.record.latency) == [1_000_000, 3_000_000])
    #expect(sink.transactions.map(\.record.requestTransfer) == [0, 0])
  }

  /// Neither what was sent before a keep-alive that carries a byte nor its ACK was captured; `behindAnother`
  /// loss that was acknowledged, or not.
  @Test(arguments: [false, true])
  func keepAliveBehindALoss(behindAnother: Bool) throws {
    var conversation = Conversation()
    conversation.acknowledgesAtOnce = false
    conversation.open()
    if behindAnother {
      conversation.drop(conversation.send(.server, "Notification lost\r\n\r\n")[0])
      conversation.acknowledge(.client)
    }
    conversation.drop(conversation.send(.server, "Notification lost\r\n\r\n")[0])
    conversation.advance(milliseconds: 5)
    conversation.keepAlive(.server, byte: 0)
    conversation.advance(milliseconds: 10)
    conversation.send(.client, "Request a.b\r\n2\r\n\r\n")
    conversation.advance(milliseconds: 3)
    conversation.send(.server, "Response a.b\r\n2 OK\r\n\r\n")
    conversation.advance(milliseconds: 300)
    conversation.close()
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    #expect(sink.transactions.map(\.record.latency) == [3_000_000])
    let server = try #require(sink.connections.first?.serverToClient)
    #expect(server.ledger.missing == (behindAnother ? 42 : 21))
    #expect(server.keepAlives == 1)
  }

  /// What is only held back for the order is read when there is no more room, before anything is lost.
  @Test func noRoomLosesNothingThatIsHeldBack() {
    let text = "Notification a\r\nk: " + String(repeating: "x", count: 1_000) + "\r\n\r\n"
    let conversations = many(100) { conversation in
      conversation.send(.client, "Request a.b\r\n1\r\n\r\n")
      conversation.drop(conversation.send(.server, "Notification x\r\n\r\n")[0])
      conversation.acknowledge(.client)
      for _ in 0..<10 { conversation.send(.client, text) }
      conversation.advance(milliseconds: 5)
      conversation.send(.server, "Response a.b\r\n1 OK\r\n\r\n")
    }
    var configuration = InspectionConfiguration()
    configuration.limits.heldBytes = 256 << 10
    let sink = CollectingSink.inspect(ConversationCapture(conversations), configuration)
    #expect(sink.transactions.map(\.record.outcome) == Array(repeating: .ok, count: 100))
  }

  /// A queue of which nearly all was taken out gives the memory back, though it is never empty.
  @Test func aLongQueueBecomesShort() {
    var queue = HeldQueue()
    let chunk = [UInt8](repeating: 0x20, count: 1_000)
    let mark = ArrivalMark(word0: 0, word1: 0, word2: 0, word3: 0)
    func add(_ number: Int) {
      unsafe queue.append(
        chunk.span.bytes, mark: mark,
        HeldQueue.Stamp(
          shifted: Int64(number), frame: 0, time: Int64(number), clockEpoch: 0))
    }
    for number in 0..<1_000 { add(number) }
    #expect(queue.bytes.capacity >= 1_000_000)
    for number in 0..<999 { #expect(queue.removeFirst().stamp.time == Int64(number)) }
    add(1_000)
    #expect(queue.bytes.capacity < 8_000)
    #expect(queue.room < 16_000)
    #expect(queue.removeFirst().stamp.time == 999)
    guard case .bytes(let range, _) = queue.removeFirst().event else {
      Issue.record("no bytes")
      return
    }
    #expect(range.count == 1_000)
    #expect(queue.place(of: range).upperBound == queue.bytes.count)
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
