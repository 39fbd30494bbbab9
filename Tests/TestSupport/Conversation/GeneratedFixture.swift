import Wire

/// A capture in `Fixtures/generated` that is made by a script, with the records that are expected.
public struct GeneratedFixture: Sendable, CustomStringConvertible {
  public let name: String
  /// What the capture is good for.
  public let behaviour: String
  public let capture: ConversationCapture
  /// Lines of JSON: fields that the tool's `transaction` records must have, in their order.
  public let expected: String

  public var description: String { name }

  /// - Parameters:
  ///   - unanswered: why requests without an answer in the script have none.
  init(
    _ name: String, _ behaviour: String, _ conversations: [Conversation],
    unanswered: String = "capture-ended"
  ) {
    self.name = name
    self.behaviour = behaviour
    capture = ConversationCapture(conversations)
    let transactions = capture.truths.enumerated()
      .flatMap { index, truth in truth.transactions.map { (index, $0) } }
      .sorted {
        ($0.1.request.delivered ?? 0, $0.1.request.offset)
          < ($1.1.request.delivered ?? 0, $1.1.request.offset)
      }
    var lines = ""
    for (number, (connection, transaction)) in transactions.enumerated() {
      let fields: [(String, Any?)] = [
        ("transaction", number), ("tcp_stream", connection),
        ("src_port", Int(transaction.sourcePort(in: conversations[connection]))),
        ("type", transaction.request.message.type), ("uuid", transaction.request.message.uuid),
        ("outcome", transaction.outcome),
        ("unanswered", transaction.response == nil ? unanswered : nil),
        ("latency_ns", transaction.latency),
        ("request_transfer_ns", transaction.requestTransfer),
        ("response_transfer_ns", transaction.responseTransfer),
        ("request_frame", transaction.request.firstPacket),
        ("request_frame_end", transaction.request.lastPacket),
        ("response_frame", transaction.response?.firstPacket),
        ("response_frame_end", transaction.response?.lastPacket),
        ("request_offset", transaction.request.offset),
        ("response_offset", transaction.response?.offset),
      ]
      let members = fields.compactMap { name, value in
        value.map { $0 is String ? "\"\(name)\":\"\($0)\"" : "\"\(name)\":\($0)" }
      }
      lines += "{\(members.joined(separator: ","))}\n"
    }
    expected = lines
  }

  /// All of them.
  public static let all = [acceptance, wrapped, fragmented, fastOpen]

  /// Four connections whose latencies are known to the nanosecond.
  private static let acceptance: GeneratedFixture = {
    var pipelined = Conversation(clientPort: 40_001)
    pipelined.open()
    pipelined.advance(milliseconds: 1)
    pipelined.send(.client, request(1) + request(2) + request(3))
    pipelined.advance(milliseconds: 15)
    pipelined.send(.server, response(3))
    pipelined.advance(milliseconds: 85)
    pipelined.send(.server, response(1))
    pipelined.advance(milliseconds: 150)
    pipelined.send(.server, response(2))
    pipelined.advance(milliseconds: 1)
    pipelined.close()

    var split = Conversation(clientPort: 40_002, start: 1_700_000_001)
    split.open()
    split.advance(milliseconds: 1)
    split.send(.client, request(4) + request(5), sizes: [9, 12], pause: 7_000_000)
    split.advance(milliseconds: 28)
    split.send(.server, response(4) + response(5))
    split.advance(milliseconds: 1)
    split.close()

    var again = Conversation(clientPort: 40_003, start: 1_700_000_002)
    again.open()
    again.advance(milliseconds: 1)
    again.send(.client, request(6))
    again.advance(milliseconds: 50)
    let answer = again.send(.server, response(6), arrives: false)
    again.advance(milliseconds: 250)
    again.sendAgain(segment: answer[0])
    again.advance(milliseconds: 1)
    again.close()

    var silent = Conversation(clientPort: 40_004, start: 1_700_000_003)
    silent.open()
    silent.advance(milliseconds: 1)
    silent.send(.client, request(7))

    return GeneratedFixture(
      "acceptance",
      "Pipelined requests answered out of order after 100, 250 and 15 ms; a request in three segments"
        + " with a second one behind it, answered 28 ms after the last; an answer after 50 ms that is"
        + " sent again 250 ms later; a request without an answer",
      [pipelined, split, again, silent])
  }()

  /// Sequence numbers that wrap inside a request, whose segments are captured in another order and
  /// sent again with others in one piece.
  private static let wrapped: GeneratedFixture = {
    var conversation = Conversation(
      clientPort: 40_011, clientInitial: 0xffff_fff0, serverInitial: 0xffff_ffff)
    conversation.open()
    let asked = conversation.send(.client, request(1), sizes: [12, 12], pause: 1_000_000)
    conversation.swap(asked[0], asked[2])
    conversation.advance(milliseconds: 20)
    conversation.sendAgain(.client, 6..<36)
    conversation.advance(milliseconds: 10)
    conversation.send(.server, response(1), sizes: [9], pause: 2_000_000)
    conversation.advance(milliseconds: 1)
    conversation.close()
    return GeneratedFixture(
      "wrapped",
      "Sequence numbers that wrap inside messages, segments captured in another order, a part of"
        + " three of them sent again in one",
      [conversation])
  }()

  /// A VLAN with IPv4 and IPv6, and messages in IP fragments.
  private static let fragmented: GeneratedFixture = {
    var conversations: [Conversation] = []
    for (index, isIPv6) in [false, true].enumerated() {
      var conversation = Conversation(
        clientPort: 40_021, isIPv6: isIPv6, start: 1_700_000_000 + Int64(index))
      conversation.vlans = [100]
      conversation.open()
      let asked = conversation.send(.client, request(1))
      conversation.fragment(asked[0], length: 24)
      conversation.advance(milliseconds: 20)
      let answered = conversation.send(.server, response(1))
      conversation.fragment(answered[0], length: 32)
      conversation.advance(milliseconds: 1)
      conversation.close()
      conversations.append(conversation)
    }
    return GeneratedFixture(
      "fragmented", "A VLAN with IPv4 and IPv6 whose messages come in IP fragments", conversations)
  }()

  /// A request in the SYN, the last answer in the FIN, and a second connection of the same ports.
  private static let fastOpen: GeneratedFixture = {
    var first = Conversation(clientPort: 40_031)
    first.open(data: request(1))
    first.advance(milliseconds: 12)
    first.finish(.server, with: response(1))
    first.advance(milliseconds: 1)
    first.finish(.client)
    var second = Conversation(
      clientPort: 40_031, clientInitial: 7_000_000, serverInitial: 8_000_000,
      start: 1_700_000_001)
    second.openSimultaneously()
    second.send(.client, request(1))
    second.advance(milliseconds: 9)
    second.send(.server, response(1))
    second.advance(milliseconds: 1)
    second.close()
    return GeneratedFixture(
      "fast-open",
      "A request in the SYN and its answer in the FIN; then the same ports again, opened by both"
        + " sides at once",
      [first, second])
  }()

  private static func request(_ uuid: Int) -> String {
    "Request room.create\r\n\(uuid)\r\nname: r\(uuid)\r\n\r\n"
  }

  private static func response(_ uuid: Int) -> String {
    "Response room.create\r\n\(uuid) OK\r\n\r\n"
  }
}

extension ConversationTruth.Transaction {
  fileprivate func sourcePort(in conversation: Conversation) -> UInt16 {
    request.side == .client ? conversation.client.port : conversation.server.port
  }
}
