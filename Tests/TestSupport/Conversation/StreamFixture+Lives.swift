/// How connections begin and end.
extension StreamFixture {
  static var lives: [StreamFixture] {
    [
      synAgain, synWithData, synWithDataRefused, simultaneousOpen, simultaneousClose, finWithData,
      finAgain, dataAfterFIN, halfOpen, halfClosed, resetWithData, refusedThenOpened, portReused,
      portReusedWithoutEnd,
    ]
  }

  private static var synAgain: StreamFixture {
    var conversation = open()
    // The first SYN got lost behind the capture.
    var again = conversation.segments[0]
    again.time -= 1_000_000_000
    again.identification = 99
    conversation.insert(again, at: 0)
    conversation.send(.client, request)
    answer(&conversation)
    return StreamFixture(
      "syn-again", "A SYN is sent twice", wireshark: "TCP Retransmission", [conversation],
      counts: [[.client: ["retransmitted_segments": 1]]])
  }

  private static var synWithData: StreamFixture {
    var conversation = Conversation()
    conversation.open(roundTrip: 1_000_000, data: request)
    answer(&conversation)
    return StreamFixture("syn-with-data", "A SYN carries a request (TCP Fast Open)", [conversation])
  }

  private static var synWithDataRefused: StreamFixture {
    var conversation = Conversation()
    conversation.open(roundTrip: 1_000_000, data: request)
    // The server takes the SYN alone; the client sends the data again.
    let origin = conversation.sequenceNumber(of: .client, at: 0)
    conversation.edit(1) { $0.acknowledgmentNumber = origin }
    conversation.advance(milliseconds: 10)
    conversation.sendAgain(.client, 0..<request.utf8.count)
    answer(&conversation)
    return StreamFixture(
      "syn-with-data-refused", "The data of a SYN is not taken and sent again",
      wireshark: "TCP Retransmission", [conversation],
      counts: [[.client: ["retransmitted_segments": 1]]])
  }

  private static var simultaneousOpen: StreamFixture {
    var conversation = Conversation()
    conversation.openSimultaneously()
    conversation.send(.client, request)
    answer(&conversation)
    return StreamFixture(
      "simultaneous-open", "Both sides send a SYN before they see the other's", [conversation])
  }

  private static var simultaneousClose: StreamFixture {
    var conversation = open()
    conversation.send(.client, request)
    conversation.advance(milliseconds: 10)
    conversation.send(.server, response)
    conversation.advance(milliseconds: 10)
    conversation.finish(.client)
    conversation.finish(.server)
    return StreamFixture(
      "simultaneous-close", "Both sides send a FIN before they see the other's", [conversation])
  }

  private static var finWithData: StreamFixture {
    var conversation = open()
    conversation.finish(.client, with: request)
    conversation.advance(milliseconds: 10)
    conversation.finish(.server, with: response)
    return StreamFixture(
      "fin-with-data", "The last bytes of both sides come with the FIN", [conversation])
  }

  private static var finAgain: StreamFixture {
    var conversation = open()
    conversation.send(.client, request)
    conversation.advance(milliseconds: 10)
    conversation.finish(.client, with: request)
    var again = conversation.segments[conversation.segments.count - 2]
    again.time += 200_000_000
    again.identification = 99
    conversation.insert(again, at: conversation.segments.count)
    conversation.advance(milliseconds: 300)
    conversation.finish(.server, with: response)
    return StreamFixture(
      "fin-again", "A FIN with data is sent twice", wireshark: "TCP Spurious Retransmission",
      [conversation],
      counts: [[.client: ["retransmitted_segments": 1, "spurious_retransmissions": 1]]])
  }

  private static var dataAfterFIN: StreamFixture {
    var conversation = open()
    conversation.finish(.client, with: request)
    conversation.advance(milliseconds: 10)
    conversation.send(.client, request)
    conversation.advance(milliseconds: 10)
    conversation.finish(.server, with: response)
    return StreamFixture(
      "data-after-fin", "Bytes lie behind the end that a FIN gave",
      [conversation], counts: [[.client: ["after_fin": request.utf8.count]]],
      differences: [
        .tshark: "bytes behind a FIN are shown there",
        .tcpflow: "bytes behind a FIN are written there",
      ])
  }

  private static var halfOpen: StreamFixture {
    var first = Conversation(clientPort: 40_001)
    first.open()
    for index in [1, 2] { first.drop(index) }
    var second = Conversation(clientPort: 40_002, start: 1_700_000_070)
    second.open(roundTrip: 1_000_000)
    second.send(.client, request)
    answer(&second)
    return StreamFixture(
      "half-open", "A SYN that nobody answers, and a minute later another connection",
      [first, second], ended: ["idle", "fin"])
  }

  private static var halfClosed: StreamFixture {
    var conversation = open()
    conversation.finish(.client, with: request)
    for _ in 0..<3 {
      conversation.advance(milliseconds: 4_000)
      conversation.send(.server, response)
    }
    conversation.advance(milliseconds: 10)
    conversation.finish(.server)
    return StreamFixture(
      "half-close", "One side ends its stream, the other goes on for long", [conversation])
  }

  private static var resetWithData: StreamFixture {
    var conversation = open()
    conversation.send(.client, request)
    conversation.advance(milliseconds: 10)
    conversation.reset(.server, with: "out of memory")
    return StreamFixture(
      "reset-with-data", "A RST carries a text, which is no part of the stream",
      [conversation], counts: [[.server: ["reset_bytes": 13]]], ended: ["reset"],
      differences: [
        .tshark: "the payload of a RST is shown there",
        .tcpflow: "the payload of a RST is written there",
      ])
  }

  private static var refusedThenOpened: StreamFixture {
    var refused = Conversation(clientPort: 40_001)
    refused.open()
    for index in [1, 2] { refused.drop(index) }
    refused.advance(milliseconds: 1)
    refused.reset(.server)
    var opened = Conversation(clientPort: 40_001, clientInitial: 500_000, start: 1_700_000_001)
    opened.open(roundTrip: 1_000_000)
    opened.send(.client, request)
    answer(&opened)
    return StreamFixture(
      "reset-then-syn", "A refused connection is tried again with the same ports",
      wireshark: "TCP Port numbers reused", [refused, opened], ended: ["reset", "fin"],
      differences: [.tcpflow: "ports used again are taken for one stream there"])
  }

  private static var portReused: StreamFixture {
    var first = open()
    first.send(.client, request)
    answer(&first)
    var second = Conversation(
      clientInitial: 5_000_000, serverInitial: 6_000_000, start: 1_700_000_001)
    second.open(roundTrip: 1_000_000)
    second.send(.client, request)
    answer(&second)
    return StreamFixture(
      "port-reuse", "Two connections with the same ports, both ended",
      wireshark: "TCP Port numbers reused", [first, second])
  }

  private static var portReusedWithoutEnd: StreamFixture {
    var first = open()
    first.send(.client, request)
    var second = Conversation(
      clientInitial: 900_000_000, serverInitial: 1_500_000_000, start: 1_700_000_001)
    second.open(roundTrip: 1_000_000)
    second.send(.client, request)
    answer(&second)
    return StreamFixture(
      "port-reuse-open", "A connection with the same ports begins while the first seems open",
      wireshark: "TCP Port numbers reused", [first, second], ended: ["reused", "fin"])
  }
}
