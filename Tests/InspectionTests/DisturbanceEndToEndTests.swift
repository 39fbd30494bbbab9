import ControlProtocol
import Records
import TestSupport
import Testing
import Wire

@testable import Inspection

/// One trouble in a script at a time, and what must be told of it.
@Suite struct DisturbanceEndToEndTests {
  private let request = "Request room.create\r\n1\r\n\r\n"
  private let response = "Response room.create\r\n1 OK\r\n\r\n"

  /// A connection with one transaction of 40 ms; `body` may change it before it closes.
  private func exchange(
    _ body: (inout Conversation, _ asked: Int, _ answered: Int) -> Void = { _, _, _ in }
  ) -> Conversation {
    var conversation = Conversation()
    conversation.open()
    conversation.advance(milliseconds: 5)
    let asked = conversation.send(.client, request)[0]
    conversation.advance(milliseconds: 40)
    let answered = conversation.send(.server, response)[0]
    conversation.advance(milliseconds: 200)
    body(&conversation, asked, answered)
    conversation.close()
    return conversation
  }

  private func only(
    _ conversation: Conversation, _ configuration: InspectionConfiguration = .init()
  ) throws -> TransactionRecord {
    let sink = CollectingSink.inspect(ConversationCapture(conversation), configuration)
    #expect(sink.transactions.count == 1)
    return try #require(sink.transactions.first).record
  }

  @Test func nothingWrongIsExact() throws {
    let record = try only(exchange())
    #expect(record.quality == .exact)
    #expect(record.causes.isEmpty)
    #expect(record.latency == 40_000_000)
    #expect(record.acknowledged == 20_000)
    #expect(record.inFlight == 0)
    #expect(record.duration == 40_000_000)
  }

  @Test func packetsSeenTwiceChangeNothing() throws {
    let record = try only(
      exchange { conversation, asked, answered in
        conversation.duplicate(answered, hops: 1)
        conversation.duplicate(asked)
      })
    #expect(record.quality == .exact)
    #expect(record.latency == 40_000_000)
  }

  /// What was dropped before a request was sent excuses nobody who does not answer it; what was dropped
  /// behind it does.
  @Test(arguments: [(0, UnansweredReason.timeout), (1, .kernelDrop)])
  func dropsCountBetweenRequestAndEnd(behind: Int, reason: UnansweredReason) throws {
    var conversation = Conversation()
    conversation.open()
    conversation.advance(milliseconds: 5)
    conversation.send(.client, request)
    conversation.advance(milliseconds: 31_000)
    conversation.send(.client, "Notification tick\r\n\r\n")
    let packets = ConversationCapture(conversation).packets
    let asked = try #require(packets.firstIndex { $0.bytes.count > 70 })
    let sink = CollectingSink()
    let inspector = Inspector(configuration: InspectionConfiguration(), sink: sink)
    inspector.inspect(packets[...(asked + behind - 1)])
    inspector.lost(
      3, between: CaptureTime(nanoseconds: packets[asked + behind - 1].time),
      and: CaptureTime(nanoseconds: packets[asked + behind].time))
    inspector.inspect(packets[(asked + behind)...])
    inspector.finish()
    #expect(sink.transactions.map(\.record.unanswered) == [reason])
  }

  /// Short messages that are cut because all that is held is too much are not said to be too long, and
  /// long ones that are cut in the same run still are.
  @Test(arguments: [(1 << 20, 0), (64, 200)] as [(Int, UInt64)])
  func theLimitThatCutIsNamed(message: Int, expected: UInt64) {
    var configuration = InspectionConfiguration()
    configuration.limits.heldBytes = 64 << 10
    configuration.limits.messageBytes = message
    let conversations = (0..<200).map { number in
      var conversation = Conversation(clientPort: UInt16(20_000 + number))
      conversation.open()
      let value = String(repeating: "x", count: 100)
      conversation.send(.client, "Request room.create\r\n1\r\nname: \(value)")
      return conversation
    }
    let sink = CollectingSink()
    let inspector = Inspector(configuration: configuration, sink: sink)
    inspector.inspect(ConversationCapture(conversations).packets)
    #expect(inspector.health.limits.held > 0)
    #expect(inspector.health.limits.messages == expected)
    #expect(sink.diagnostics.contains { $0.code == .messageTruncated })
  }

  /// What a request takes while it waits counts, not only its text.
  @Test func shortRequestsThatWaitCountWithWhatHoldsThem() {
    var configuration = InspectionConfiguration()
    configuration.limits.heldBytes = 1 << 20
    let conversations = (0..<4).map { number in
      var conversation = Conversation(clientPort: UInt16(20_000 + number))
      conversation.open()
      for first in stride(from: 0, to: 5000, by: 50) {
        conversation.send(
          .client, (first..<(first + 50)).map { "Request a\r\n\($0)\r\n\r\n" }.joined())
      }
      return conversation
    }
    let sink = CollectingSink()
    let inspector = Inspector(configuration: configuration, sink: sink)
    inspector.inspect(ConversationCapture(conversations).packets)
    let evicted = sink.transactions.count { $0.record.unanswered == .evicted }
    #expect((1000...19_000).contains(evicted))
    #expect((20_000 - evicted) * 128 <= configuration.limits.heldBytes)
  }

  /// Copies with other bytes that come after both FINs are told, and leave nothing behind.
  @Test func conflictsAfterTheEndAreTold() throws {
    let conversation = exchange()
    let packets = ConversationCapture(conversation).packets
    let answer = try #require(packets.last { $0.bytes.count > 80 })
    let end = try #require(packets.last).time
    var copies: [ConversationCapture.Packet] = []
    for number in 1...8 {
      var copy = answer
      copy.bytes[copy.bytes.count - 6] ^= UInt8(number)
      copy.time = end + Int64(number) * 100_000_000
      copies.append(copy)
    }
    // Another connection, long after.
    var later = Conversation(clientPort: 40_001, start: 1_700_000_100)
    later.open()
    later.send(.client, request)
    let sink = CollectingSink()
    let inspector = Inspector(configuration: InspectionConfiguration(), sink: sink)
    inspector.inspect(packets + copies + ConversationCapture(later).packets)
    #expect(inspector.brokenInvariants() == [])
    inspector.finish()
    let told = sink.diagnostics.filter { $0.code == .overlapConflict }
    #expect(told.reduce(0) { $0 + $1.count } == 8)
  }

  @Test func aRequestSentTwiceIsDegraded() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.advance(milliseconds: 5)
    let asked = conversation.send(.client, request, arrives: false)
    conversation.advance(milliseconds: 300)
    conversation.sendAgain(segment: asked[0])
    conversation.advance(milliseconds: 40)
    conversation.send(.server, response)
    conversation.close()
    let record = try only(conversation)
    #expect(record.quality == .degraded)
    #expect(record.causes == .retransmitted)
    // Delivered with the first copy that was captured.
    #expect(record.latency == 340_000_000)
  }

  @Test func aRequestInSwappedSegmentsIsReordered() throws {
    var conversation = Conversation()
    conversation.acknowledgesAtOnce = false
    conversation.open()
    let asked = conversation.send(.client, request, sizes: [10], pause: 1_000_000)
    conversation.swap(asked[0], asked[1])
    conversation.advance(milliseconds: 40)
    conversation.send(.server, response)
    conversation.acknowledge(.client)
    conversation.close()
    let record = try only(conversation)
    #expect(record.quality == .degraded)
    #expect(record.causes.contains(.reordered))
    #expect(record.latency == 40_000_000)
    #expect(record.requestTransfer == 0)
  }

  /// The ACK of a message is captured before the message, as behind two mirror ports of different speed:
  /// when it was sent nobody knows.
  @Test(arguments: [Conversation.Side.client, .server])
  func aMessageBehindItsACKIsReordered(side: Conversation.Side) throws {
    let conversation = exchange { conversation, asked, answered in
      let sent = side == .client ? asked : answered
      conversation.swap(sent, sent + 1)
    }
    let record = try only(conversation)
    #expect(record.outcome == .ok)
    #expect(record.quality == .degraded)
    #expect(record.causes == .reordered)
  }

  /// All that the server sends is captured a little later than what the client sends, its SYN too.
  @Test(arguments: [true, false])
  func aDirectionThatIsCapturedLateIsReordered(beginsWithSYN: Bool) throws {
    var conversation = Conversation()
    if beginsWithSYN { conversation.open() } else { conversation.beginMidstream() }
    for uuid in 1...4 {
      conversation.send(.client, "Request room.create\r\n\(uuid)\r\n\r\n")
      conversation.advance(milliseconds: 1)
      conversation.send(.server, "Response room.create\r\n\(uuid) OK\r\n\r\n")
      conversation.advance(milliseconds: 1)
    }
    conversation.delay(.server, by: 5_000_000)
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    let records = sink.transactions.map(\.record)
    #expect(records.count == 4)
    #expect(records.allSatisfy { $0.outcome == .ok && $0.causes.contains(.reordered) })
  }

  /// A SYN is captured behind the second message of its sender: that is one connection, joined with this
  /// message.
  @Test(arguments: [Conversation.Side.client, .server])
  func aSYNBehindWhatFollowsIt(side: Conversation.Side) throws {
    var conversation = Conversation()
    conversation.open()
    var sent: [Conversation.Side: [Int]] = [:]
    for uuid in 1...3 {
      sent[.client, default: []] += conversation.send(.client, "Request a\r\n\(uuid)\r\n\r\n")
      sent[.server, default: []] += conversation.send(.server, "Response a\r\n\(uuid) OK\r\n\r\n")
    }
    let own = try #require(sent[side])
    // Client: the second request first. Server: the second response first.
    conversation.swap(side == .client ? 0 : 1, own[1])
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    #expect(sink.connections.count == 1)
    let outcomes = sink.transactions.map(\.record).map { $0.unanswered?.name ?? "ok" }
    #expect(outcomes.sorted() == (side == .client ? ["ok", "ok"] : ["gap", "ok", "ok"]))
  }

  /// A server's ACK that it sent behind its first answer is captured before its SYN: the answer is read.
  @Test func aSYNBehindAnEmptySegment() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, "Request a\r\n1\r\n\r\n")
    conversation.send(.server, "Response a\r\n1 OK\r\n\r\n")
    conversation.acknowledgesAtOnce = false
    conversation.send(.client, "Request a\r\n2\r\n\r\n")
    let empty = conversation.acknowledge(.server)
    // In the place of the client's first ACK, then before the SYN.
    conversation.swap(2, empty)
    conversation.swap(1, 2)
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    #expect(sink.connections.count == 1)
    #expect(sink.connections.first?.serverToClient.beforeOrigin == 0)
    #expect(sink.transactions.map(\.record.outcome) == [.ok, .unanswered])
  }

  /// The first bytes of a stream are missing, but for their end, which is sent again later: what was
  /// captured before that has no time of its own.
  @Test func whatWaitedForAPartOfAGapIsReordered() throws {
    var conversation = Conversation()
    conversation.open()
    let lost = conversation.send(.client, "Request a\r\n1\r\nkey: a long value\r\n\r\n")
    conversation.send(.client, "Request a\r\n2\r\n\r\n")
    conversation.advance(milliseconds: 1)
    let again = conversation.sendAgain(segment: lost[0])
    conversation.advance(milliseconds: 1)
    conversation.send(.server, "Response a\r\n2 OK\r\n\r\n")
    conversation.advance(milliseconds: 500)
    conversation.drop(lost[0])
    conversation.edit(again) {
      $0.sequenceNumber += 10
      $0.payload.removeFirst(10)
    }
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    let answered = sink.transactions.map(\.record).filter { $0.outcome == .ok }
    #expect(answered.count == 1)
    #expect(answered.first?.causes.contains(.reordered) == true)
  }

  /// The same of two responses that wait behind one that was not captured.
  @Test func messagesBehindTheirACKAndAHoleAreReordered() throws {
    var conversation = Conversation()
    conversation.open()
    for uuid in 1...3 { conversation.send(.client, "Request room.create\r\n\(uuid)\r\n\r\n") }
    conversation.advance(milliseconds: 10)
    conversation.acknowledgesAtOnce = false
    var answered: [Int] = []
    for uuid in 1...3 {
      answered += conversation.send(.server, "Response room.create\r\n\(uuid) OK\r\n\r\n")
      conversation.advance(nanoseconds: 50_000)
    }
    let acknowledged = conversation.acknowledge(.client)
    conversation.swap(answered[0], acknowledged)
    conversation.drop(acknowledged)
    conversation.advance(milliseconds: 500)
    conversation.close()
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    let answers = sink.transactions.map(\.record).filter { $0.outcome == .ok }
    #expect(answers.count == 2)
    #expect(answers.allSatisfy { $0.quality == .degraded && $0.causes == .reordered })
    #expect(sink.transactions.count { $0.record.unanswered == .gap } == 1)
  }

  @Test func aCaptureOfOneDirectionSaysSo() throws {
    var conversation = exchange()
    conversation.drop(allOf: .server)
    let record = try only(conversation)
    #expect(record.outcome == .unanswered)
    #expect(record.unanswered == .oneSided)
    #expect(record.latency == nil)
  }

  /// The server restarted: of its stream the capture, which joined later, has nothing but a RST.
  @Test(arguments: [1, 2])
  func aRequestAnsweredByNothingButAResetIsReset(copies: Int) throws {
    var conversation = Conversation()
    conversation.acknowledgesAtOnce = false
    conversation.open()
    let asked = conversation.send(.client, request)[0]
    for _ in 1..<copies {
      conversation.advance(milliseconds: 200)
      conversation.sendAgain(segment: asked)
    }
    conversation.advance(milliseconds: 10)
    conversation.reset(.server)
    conversation.drop(before: asked)
    let record = try only(conversation)
    #expect(record.outcome == .unanswered)
    #expect(record.unanswered == .connectionReset)
    #expect(record.waited == Int64(copies - 1) * 200_000_000 + 10_000_000)
  }

  /// The capture lacks what the server sent, but for its end. That the first request was answered shows
  /// in the client's ACK; the second one was not.
  @Test(arguments: [true, false])
  func anAnswerOfWhichOnlyTheACKWasCapturedIsAGap(endsWithReset: Bool) throws {
    var conversation = Conversation()
    conversation.open()
    let asked = conversation.send(.client, request)[0]
    conversation.advance(milliseconds: 10)
    conversation.send(.server, response)
    conversation.advance(milliseconds: 10)
    conversation.send(.client, "Request room.close\r\n2\r\n\r\n")
    conversation.advance(milliseconds: 10)
    if endsWithReset { conversation.reset(.server) } else { conversation.finish(.server) }
    let end = conversation.segments.lastIndex { $0.side == .server }
    conversation.drop(allOf: .server)
    conversation.edit(try #require(end)) { $0.isCaptured = true }
    conversation.drop(before: asked)
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    #expect(
      sink.transactions.map(\.record.unanswered)
        == [.gap, endsWithReset ? .connectionReset : .connectionClosed])
    #expect(sink.connections.map(\.acknowledgedUnseen) == [UInt64(response.utf8.count)])
  }

  /// The capture has nothing of what the server sent but its SYN, and lacks one of four requests: those
  /// that are read late, behind the hole, were answered, too.
  @Test func answersToRequestsBehindAHoleAreGapsToo() throws {
    var conversation = Conversation()
    conversation.open()
    var asked: [Int] = []
    for uuid in 1...4 {
      asked += conversation.send(.client, "Request room.create\r\n\(uuid)\r\n\r\n")
      conversation.advance(milliseconds: 20)
      conversation.send(.server, "Response room.create\r\n\(uuid) OK\r\n\r\n")
      conversation.advance(milliseconds: 200)
    }
    conversation.close()
    let answer = try #require(conversation.segments.firstIndex { $0.side == .server })
    conversation.drop(allOf: .server)
    conversation.edit(answer) { $0.isCaptured = true }
    conversation.drop(asked[1])
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    #expect(sink.transactions.map(\.record.unanswered) == [.gap, .gap, .gap])
  }

  /// The second request waits for three seconds; a third that is asked and answered meanwhile shows that
  /// the server does not stand still.
  @Test(arguments: [false, true])
  func whoeverAnswersMeanwhileDoesNotStall(answersMeanwhile: Bool) throws {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, "Request room.create\r\n1\r\n\r\n")
    conversation.advance(milliseconds: 1500)
    if answersMeanwhile {
      conversation.send(.client, "Request room.close\r\n2\r\n\r\n")
      conversation.advance(milliseconds: 5)
      conversation.send(.server, "Response room.close\r\n2 OK\r\n\r\n")
    }
    conversation.advance(milliseconds: 1495)
    conversation.send(.server, response)
    conversation.close()
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    let slow = try #require(sink.transactions.last).record
    #expect(slow.latency ?? 0 > 2_900_000_000)
    #expect(slow.hints.contains(.stall) == !answersMeanwhile)
  }

  /// A response waits in its stream behind a message of 100 kB, whatever kind of message that is.
  @Test(arguments: ["Notification big\r\n", "Request big\r\n7\r\n", "Response big\r\n7 OK\r\n"])
  func aLargeMessageIsInTheWay(head: String) throws {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, request)
    conversation.advance(milliseconds: 10)
    let value = String(repeating: "x", count: 100_000)
    conversation.send(
      .server, head + "value: " + value + "\r\n\r\n", sizes: Array(repeating: 1400, count: 66),
      pause: 1_000_000)
    conversation.send(.server, response)
    conversation.close()
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    let answered = try #require(sink.transactions.first { $0.record.outcome == .ok }).record
    #expect(answered.hints.contains(.behindLargeMessage))
  }

  @Test func anAnswerThatTheCaptureLacksIsAGap() throws {
    var conversation = exchange()
    let answered = try #require(
      conversation.segments.firstIndex { $0.side == .server && $0.offset != nil })
    conversation.drop(answered)
    let record = try only(conversation)
    #expect(record.unanswered == .gap)
  }

  @Test func allHolesThatOneACKCoversAreGivenUpAtOnce() throws {
    var conversation = Conversation()
    conversation.acknowledgesAtOnce = false
    conversation.open()
    // Every second of these is missing.
    let lost = conversation.send(
      .client, "Notification a\r\nkey: value\r\n\r\n", sizes: [5, 5, 5, 5, 5], pause: 1_000)
    for index in [1, 3, 5] { conversation.drop(lost[index]) }
    conversation.send(.client, request)
    conversation.advance(milliseconds: 1)
    conversation.acknowledge(.server)
    conversation.send(.server, response)
    // Each later ACK covers a little more.
    for _ in 0..<3 {
      conversation.advance(milliseconds: 90)
      conversation.send(.client, "Notification b\r\n\r\n")
      conversation.acknowledge(.server)
    }
    conversation.advance(milliseconds: 40_000)
    conversation.close()
    let record = try only(conversation)
    #expect(record.outcome == .ok)
    #expect(record.latency == 1_000_000)
  }

  @Test func aRequestWithItsEndMissingIsPairedWithoutLatency() throws {
    var conversation = Conversation()
    conversation.open()
    let asked = conversation.send(
      .client, "Request room.create\r\n1\r\nname: somebody\r\n\r\n", sizes: [30], pause: 1_000)
    conversation.drop(asked[1])
    conversation.advance(milliseconds: 40)
    conversation.send(.server, response)
    conversation.advance(milliseconds: 300)
    conversation.close()
    let record = try only(conversation)
    #expect(record.outcome == .ok)
    #expect(record.latency == nil)
    #expect(record.requestFrameEnd == nil)
  }

  @Test func joiningMidstreamMakesTheFirstMessageUncertain() throws {
    var conversation = Conversation()
    conversation.beginMidstream()
    conversation.send(.client, request)
    conversation.advance(milliseconds: 40)
    conversation.send(.server, response)
    conversation.advance(milliseconds: 40)
    conversation.send(.client, "Request room.create\r\n2\r\n\r\n")
    conversation.advance(milliseconds: 30)
    conversation.send(.server, "Response room.create\r\n2 OK\r\n\r\n")
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    #expect(sink.transactions.map(\.record.quality) == [.uncertain, .exact])
    #expect(sink.transactions.first?.record.causes == .joinedMidstream)
    #expect(sink.transactions.map(\.record.latency) == [40_000_000, 30_000_000])
  }

  /// Three messages of one side, sent in a row and acknowledged together, of which the capture has the
  /// first one last: what comes before the first byte that was captured is no part of the stream.
  private func joinedBehindTheFirst(of side: Conversation.Side) -> CollectingSink {
    // Nothing can be under way that passed before the capture began.
    var earlier = Conversation(clientPort: 20_000)
    earlier.open()
    var conversation = Conversation()
    conversation.beginMidstream()
    conversation.advance(milliseconds: 1000)
    var sent: [Conversation.Side: [Int]] = [:]
    for asking in [Conversation.Side.client, .server] {
      conversation.acknowledgesAtOnce = false
      for uuid in 1...3 {
        let text =
          asking == .client ? "Request a\r\n\(uuid)\r\n\r\n" : "Response a\r\n\(uuid) OK\r\n\r\n"
        sent[asking, default: []] += conversation.send(asking, text)
        conversation.advance(milliseconds: 5)
      }
      sent[asking, default: []].append(conversation.acknowledge(asking.other))
      conversation.advance(milliseconds: 20)
    }
    // Captured in the place of what acknowledges them.
    let (first, last) = (sent[side]![0], sent[side]![2])
    conversation.swap(first, first + 1)
    conversation.swap(first + 1, last)
    // Its ACK of the requests would tell where its stream begins.
    if side == .server { conversation.drop(sent[.client]![3]) }
    conversation.close()
    return CollectingSink.inspect(ConversationCapture([earlier, conversation]))
  }

  @Test func requestsWaitForWhatCameBeforeTheOrigin() throws {
    let records = joinedBehindTheFirst(of: .client).transactions.map(\.record)
    #expect(records.map(\.outcome) == [.ok, .ok])
    #expect(records.map(\.quality) == [.uncertain, .degraded])
    #expect(records.last?.causes == .retransmitted)
  }

  @Test func answersBeforeTheOriginAreGaps() throws {
    let records = joinedBehindTheFirst(of: .server).transactions.map(\.record)
    #expect(records.filter { $0.outcome == .ok }.map(\.quality) == [.uncertain, .uncertain])
    #expect(records.first { $0.outcome == .unanswered }?.unanswered == .gap)
    #expect(records.last { $0.outcome == .ok }?.causes.contains(.gap) == true)
  }

  @Test func resetsAndTheirPayload() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, request)
    conversation.advance(milliseconds: 10)
    conversation.reset(.server, with: response)
    let record = try only(conversation)
    #expect(record.unanswered == .connectionReset)
    #expect(record.waited == 10_000_000)
  }

  @Test func aLateAnswerTellsItsTransactionAgain() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, request)
    conversation.advance(milliseconds: 45_000)
    conversation.send(.server, response)
    conversation.close()
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    #expect(sink.transactions.map(\.record.number) == [0, 0])
    #expect(sink.transactions.map(\.record.revision) == [0, 1])
    #expect(sink.transactions.first?.record.unanswered == .timeout)
    #expect(sink.transactions.first?.record.waited == 30_000_000_000)
    #expect(sink.transactions.last?.record.latency == 45_000_000_000)
    #expect(sink.transactions.last?.record.outcome == .ok)
  }

  @Test func anOverlapThatDiffersIsToldAndTheFirstCopyStays() throws {
    let sink = CollectingSink.inspect(
      ConversationCapture(
        exchange { conversation, _, _ in
          conversation.sendAgain(.server, 0..<response.utf8.count, as: "X" + response.dropFirst())
        }))
    #expect(sink.diagnostics.map(\.code) == [.overlapConflict])
    #expect(sink.transactions.map(\.record.outcome) == [.ok])
    #expect(sink.connections.first?.serverToClient.overlapConflicts == 1)
  }

  @Test func keepAlivesAreNoPartOfTheStream() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, request)
    conversation.advance(milliseconds: 10)
    conversation.keepAlive(.client, byte: 0x58)
    conversation.keepAlive(.client)
    conversation.advance(milliseconds: 10)
    conversation.send(.server, response)
    conversation.close()
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    #expect(sink.diagnostics.isEmpty)
    #expect(sink.transactions.map(\.record.quality) == [.exact])
    #expect(sink.connections.first?.clientToServer.keepAlives == 2)
    #expect(sink.connections.first?.clientToServer.ledger.length == UInt64(request.utf8.count))
  }

  /// The capture joins an idle connection: a keep-alive of either kind is the first that it shows.
  @Test(arguments: [Conversation.Side.client, .server], [nil, 0x58] as [UInt8?])
  func joinedWithAKeepAlive(side: Conversation.Side, byte: UInt8?) throws {
    var conversation = Conversation()
    conversation.beginMidstream()
    conversation.keepAlive(side, byte: byte)
    conversation.advance(milliseconds: 10)
    conversation.send(.client, request)
    conversation.advance(milliseconds: 10)
    conversation.send(.server, response)
    conversation.advance(milliseconds: 10)
    conversation.close()
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    #expect(sink.diagnostics.isEmpty)
    #expect(sink.transactions.map(\.record.outcome) == [.ok])
    let connection = try #require(sink.connections.first)
    #expect(connection.clientToServer.ledger.length == UInt64(request.utf8.count))
    #expect(connection.serverToClient.ledger.length == UInt64(response.utf8.count))
    #expect(connection.clientToServer.keepAlives + connection.serverToClient.keepAlives == 1)
  }

  @Test func dataInSYNAndInFIN() throws {
    var conversation = Conversation()
    conversation.open(data: request)
    conversation.advance(milliseconds: 10)
    conversation.finish(.server, with: response)
    conversation.advance(milliseconds: 1)
    conversation.finish(.client)
    let record = try only(conversation)
    #expect(record.outcome == .ok)
    #expect(record.requestFrame == 1)
  }

  @Test func simultaneousOpenIsOneConnection() throws {
    var conversation = Conversation()
    conversation.openSimultaneously()
    conversation.send(.client, request)
    conversation.advance(milliseconds: 10)
    conversation.send(.server, response)
    conversation.close()
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    #expect(sink.connections.count == 1)
    #expect(sink.transactions.map(\.record.latency) == [10_000_000])
  }

  @Test func urgentBytesStayInLine() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, request, urgent: true)
    conversation.advance(milliseconds: 10)
    conversation.send(.server, response)
    #expect(try only(conversation).latency == 10_000_000)
  }

  @Test func aReusedUUIDIsUncertain() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, request)
    conversation.advance(milliseconds: 10)
    conversation.send(.client, request)
    conversation.advance(milliseconds: 10)
    conversation.send(.server, response)
    conversation.advance(milliseconds: 10)
    conversation.send(.server, response)
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    let records = sink.transactions.map(\.record).sorted { $0.number < $1.number }
    #expect(records.map(\.outcome) == [.unanswered, .ok])
    #expect(records.first?.unanswered == .superseded)
    #expect(records.last?.quality == .uncertain)
    #expect(records.last?.causes == .uuidReused)
    #expect(sink.diagnostics.map(\.code) == [.uuidReused, .duplicateResponse])
  }

  @Test func anAnswerWithoutARequestIsAnOrphan() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.server, response)
    conversation.advance(milliseconds: 500)
    conversation.close()
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    #expect(sink.transactions.isEmpty)
    #expect(sink.diagnostics.map(\.code) == [.orphanResponse])
    #expect(sink.diagnostics.first?.captureCouldMiss == false)
  }

  @Test func anAnswerBeforeTheEndOfItsRequestIsEarly() throws {
    var conversation = Conversation()
    conversation.open()
    let text = "Request room.create\r\n1\r\nname: somebody\r\n\r\n"
    conversation.send(.client, String(text.prefix(30)))
    conversation.advance(milliseconds: 10)
    conversation.send(.server, response)
    conversation.advance(milliseconds: 10)
    conversation.send(.client, String(text.dropFirst(30)))
    let record = try only(conversation)
    #expect(record.outcome == .ok)
    #expect(record.latency == 0)
    #expect(record.quality == .uncertain)
    #expect(record.causes == .earlyResponse)
  }

  @Test func dataBehindAFINTroublesNobody() throws {
    var conversation = exchange()
    conversation.send(.client, "Request room.create\r\n9\r\n\r\n")
    let sink = CollectingSink.inspect(ConversationCapture(conversation))
    #expect(sink.transactions.first?.record.latency == 40_000_000)
    for connection in sink.connections {
      #expect(connection.clientToServer.ledger.isBalanced)
      #expect(connection.serverToClient.ledger.isBalanced)
    }
  }
}
