/// Segments that come twice, too late, or in another order. No byte is missing.
extension StreamFixture {
  public static let request = "Request room.create\r\n1\r\nname: first\r\n\r\n"
  public static let response = "Response room.create\r\n1 OK\r\n\r\n"

  /// An open connection.
  static func open(_ body: (inout Conversation) -> Void = { _ in }) -> Conversation {
    var conversation = Conversation()
    body(&conversation)
    conversation.open(roundTrip: 1_000_000)
    conversation.advance(milliseconds: 5)
    return conversation
  }

  /// The server's answer, and the end.
  static func answer(_ conversation: inout Conversation) {
    conversation.advance(milliseconds: 40)
    conversation.send(.server, response)
    conversation.advance(milliseconds: 300)
    conversation.close()
  }

  static var repeats: [StreamFixture] {
    [
      retransmission, partialRetransmission, retransmissionWithMore, outOfOrder, backwards,
      duplicate, duplicateOnAnotherHop, conflictDelivered, conflictWaiting, acknowledgedBefore,
      wrapped, selective,
    ]
  }

  private static var retransmission: StreamFixture {
    var conversation = open()
    let asked = conversation.send(.client, request)
    conversation.advance(milliseconds: 250)
    conversation.sendAgain(segment: asked[0])
    answer(&conversation)
    return StreamFixture(
      "retransmission", "A segment that arrived is sent again",
      wireshark: "TCP Spurious Retransmission", [conversation],
      counts: [[.client: ["retransmitted_segments": 1, "spurious_retransmissions": 1]]])
  }

  private static var partialRetransmission: StreamFixture {
    var conversation = open()
    conversation.send(.client, request, sizes: [10, 10], pause: 100_000)
    conversation.advance(milliseconds: 250)
    conversation.sendAgain(.client, 5..<25)
    answer(&conversation)
    return StreamFixture(
      "partial-retransmission", "Parts of three segments are sent again as one",
      wireshark: "TCP Spurious Retransmission", [conversation],
      counts: [[.client: ["retransmitted_segments": 1, "spurious_retransmissions": 1]]])
  }

  private static var retransmissionWithMore: StreamFixture {
    var conversation = open()
    let asked = conversation.send(.client, request, sizes: [12], pause: 100_000)
    conversation.drop(asked[1])
    if let acknowledgment = conversation.segments.indices.last { conversation.drop(acknowledgment) }
    conversation.advance(milliseconds: 250)
    conversation.sendAgain(.client, 4..<request.utf8.count)
    answer(&conversation)
    return StreamFixture(
      "retransmission-with-more", "A retransmission begins with old bytes and ends with new ones",
      wireshark: "TCP Retransmission", [conversation],
      counts: [[.client: ["retransmitted_segments": 1]]])
  }

  private static var outOfOrder: StreamFixture {
    var conversation = open { $0.acknowledgesAtOnce = false }
    let asked = conversation.send(.client, request, sizes: [10, 10], pause: 200_000)
    conversation.swap(asked[0], asked[1])
    conversation.acknowledge(.server)
    conversation.acknowledgesAtOnce = true
    answer(&conversation)
    return StreamFixture(
      "out-of-order", "The second segment is captured before the first",
      wireshark: "TCP Out-Of-Order", [conversation],
      counts: [[.client: ["out_of_order_segments": 1]]])
  }

  private static var backwards: StreamFixture {
    var conversation = open { $0.acknowledgesAtOnce = false }
    let asked = conversation.send(
      .client, request, sizes: Array(repeating: 4, count: 8), pause: 10_000)
    for index in 0..<asked.count / 2 {
      conversation.swap(asked[index], asked[asked.count - 1 - index])
    }
    conversation.acknowledge(.server)
    conversation.acknowledgesAtOnce = true
    answer(&conversation)
    return StreamFixture(
      "backwards", "Nine segments are captured last first", wireshark: "TCP Out-Of-Order",
      [conversation], counts: [[.client: ["out_of_order_segments": asked.count - 1]]])
  }

  private static var duplicate: StreamFixture {
    var conversation = open()
    let asked = conversation.send(.client, request)
    conversation.duplicate(asked[0])
    answer(&conversation)
    return StreamFixture(
      "duplicate-packet", "The capture shows a packet twice", wireshark: "TCP Retransmission",
      [conversation], counts: [[.client: ["duplicate_packets": 1]]])
  }

  private static var duplicateOnAnotherHop: StreamFixture {
    var conversation = open()
    let asked = conversation.send(.client, request)
    conversation.duplicate(asked[0], hops: 1)
    answer(&conversation)
    return StreamFixture(
      "duplicate-packet-routed", "The capture shows a packet before and behind a router",
      wireshark: "TCP Retransmission", [conversation],
      counts: [[.client: ["duplicate_packets": 1]]])
  }

  private static var conflictDelivered: StreamFixture {
    var conversation = open()
    conversation.send(.client, request)
    conversation.advance(milliseconds: 250)
    conversation.sendAgain(.client, 8..<12, as: "hall")
    answer(&conversation)
    return StreamFixture(
      "conflict-delivered", "Bytes that were delivered are sent again with other content",
      wireshark: "TCP Spurious Retransmission", [conversation],
      counts: [
        [
          .client: [
            "retransmitted_segments": 1, "spurious_retransmissions": 1, "overlap_conflicts": 1,
          ]
        ]
      ],
      differences: [.tcpflow: "the last copy wins there"])
  }

  private static var conflictWaiting: StreamFixture {
    var conversation = open { $0.acknowledgesAtOnce = false }
    let asked = conversation.send(.client, request, sizes: [8, 11], pause: 100_000, arrives: false)
    conversation.drop(asked[0])
    conversation.advance(milliseconds: 20)
    conversation.sendAgain(.client, 8..<12, as: "hall", arrives: false)
    conversation.advance(milliseconds: 20)
    conversation.sendAgain(.client, 0..<8)
    conversation.acknowledge(.server)
    conversation.acknowledgesAtOnce = true
    answer(&conversation)
    return StreamFixture(
      "conflict-waiting", "Of bytes that wait behind a hole a second copy differs",
      wireshark: "TCP Previous segment not captured", [conversation],
      counts: [[.client: ["retransmitted_segments": 2, "overlap_conflicts": 1]]],
      differences: [.tcpflow: "the last copy wins there"])
  }

  private static var acknowledgedBefore: StreamFixture {
    var conversation = open()
    let asked = conversation.send(.client, request)
    conversation.swap(asked[0], asked[0] + 1)
    answer(&conversation)
    return StreamFixture(
      "acknowledged-before", "An ACK is captured before the data it covers",
      wireshark: "TCP ACKed unseen segment", [conversation])
  }

  private static var wrapped: StreamFixture {
    var conversation = Conversation(clientInitial: 0xffff_fff8, serverInitial: 0xffff_ffff)
    conversation.acknowledgesAtOnce = false
    conversation.open(roundTrip: 1_000_000)
    let asked = conversation.send(.client, request, sizes: [4, 10], pause: 100_000)
    conversation.swap(asked[0], asked[1])
    conversation.acknowledge(.server)
    conversation.acknowledgesAtOnce = true
    answer(&conversation)
    return StreamFixture(
      "wrap-around", "Sequence numbers wrap inside a message, between segments out of order",
      wireshark: "TCP Out-Of-Order", [conversation],
      counts: [[.client: ["out_of_order_segments": 1]]])
  }

  private static var selective: StreamFixture {
    var conversation = open { $0.acknowledgesAtOnce = false }
    let asked = conversation.send(.client, request, sizes: [12], pause: 100_000, arrives: false)
    conversation.drop(asked[0])
    let partial = conversation.acknowledge(.server)
    let block = (
      left: conversation.sequenceNumber(of: .client, at: 12),
      right: conversation.sequenceNumber(of: .client, at: request.utf8.count)
    )
    conversation.edit(partial) { $0.selectiveAcknowledgments = [block] }
    conversation.advance(milliseconds: 50)
    conversation.sendAgain(.client, 0..<12)
    conversation.acknowledge(.server)
    conversation.acknowledgesAtOnce = true
    answer(&conversation)
    return StreamFixture(
      "selective-acknowledgment", "The receiver has the second segment only, and says so (SACK)",
      wireshark: "TCP Previous segment not captured", [conversation],
      counts: [[.client: ["retransmitted_segments": 1]]])
  }
}
