/// What is no data, though it looks so, or is, though it looks odd.
extension StreamFixture {
  static var oddities: [StreamFixture] {
    [
      keepAlive, keepAliveWithByte, keepAliveFirst, zeroWindow, zeroWindowProbe, urgent,
      outOfWindow, padded, offloaded, fragments, fragmentsOutOfOrder,
    ]
  }

  private static var keepAlive: StreamFixture {
    var conversation = open()
    conversation.send(.client, request)
    conversation.advance(milliseconds: 10_000)
    conversation.keepAlive(.client)
    answer(&conversation)
    return StreamFixture(
      "keep-alive", "A keep-alive without a byte", wireshark: "TCP Keep-Alive", [conversation],
      counts: [[.client: ["keep_alives": 1]]])
  }

  private static var keepAliveWithByte: StreamFixture {
    var conversation = open()
    conversation.send(.client, request)
    conversation.advance(milliseconds: 10_000)
    conversation.keepAlive(.client, byte: 0x58)
    answer(&conversation)
    return StreamFixture(
      "keep-alive-byte", "A keep-alive whose byte is not the stream's",
      wireshark: "TCP Keep-Alive", [conversation], counts: [[.client: ["keep_alives": 1]]])
  }

  private static var keepAliveFirst: StreamFixture {
    var conversation = Conversation()
    conversation.beginMidstream()
    conversation.keepAlive(.client)
    conversation.advance(milliseconds: 10)
    conversation.send(.client, request)
    answer(&conversation)
    return StreamFixture(
      "keep-alive-first", "The capture begins with a keep-alive", [conversation],
      counts: [[.client: ["keep_alives": 1]]])
  }

  private static var zeroWindow: StreamFixture {
    var conversation = open()
    conversation.send(.client, request)
    conversation.advance(milliseconds: 1)
    conversation.setWindow(.server, to: 0)
    conversation.advance(milliseconds: 500)
    conversation.setWindow(.server, to: 0xffff)
    conversation.send(.client, request)
    answer(&conversation)
    return StreamFixture(
      "zero-window", "The receiver has no room for half a second", wireshark: "TCP ZeroWindow",
      [conversation], counts: [[.server: ["zero_windows": 1]]])
  }

  private static var zeroWindowProbe: StreamFixture {
    var conversation = open()
    conversation.send(.client, request)
    conversation.advance(milliseconds: 1)
    conversation.setWindow(.server, to: 0)
    conversation.advance(milliseconds: 200)
    // The next byte of the stream, which the receiver does not take yet.
    conversation.send(.client, String(request.prefix(1)), arrives: false)
    conversation.acknowledge(.server, upTo: request.utf8.count)
    conversation.advance(milliseconds: 300)
    conversation.setWindow(.server, to: 0xffff)
    let rest = conversation.send(.client, String(request.dropFirst()), arrives: false)
    conversation.drop(rest[0])
    conversation.sendAgain(.client, request.utf8.count..<2 * request.utf8.count)
    answer(&conversation)
    return StreamFixture(
      "zero-window-probe", "A probe carries the next byte, which is sent again with the rest",
      wireshark: "TCP ZeroWindowProbe", [conversation],
      counts: [
        [
          .client: ["retransmitted_segments": 1, "zero_window_probes": 1],
          .server: ["zero_windows": 1],
        ]
      ])
  }

  private static var urgent: StreamFixture {
    var conversation = open()
    conversation.send(.client, request, sizes: [20], pause: 1_000, urgent: true)
    answer(&conversation)
    return StreamFixture("urgent", "Urgent data stays in line (RFC 6093)", [conversation])
  }

  private static var outOfWindow: StreamFixture {
    var conversation = open()
    conversation.send(.client, request)
    conversation.acknowledgesAtOnce = false
    let stray = conversation.sendAgain(.client, 0..<4, as: "stray", arrives: false)
    conversation.edit(stray) {
      $0.sequenceNumber &+= 1_500_000_000
      $0.offset = nil
    }
    conversation.acknowledgesAtOnce = true
    answer(&conversation)
    return StreamFixture(
      "out-of-window", "A segment lies far outside any window",
      wireshark: "TCP Previous segment not captured", [conversation],
      counts: [[.client: ["out_of_window_segments": 1]]],
      differences: [.tcpflow: "a file of its own holds it there"])
  }

  /// Ethernet pads what is shorter than 60 bytes: the padding is no payload.
  private static var padded: StreamFixture {
    var conversation = open()
    conversation.send(.client, request, sizes: Array(repeating: 1, count: 12), pause: 1_000)
    answer(&conversation)
    return StreamFixture(
      "padding", "Segments of one byte in padded frames", [conversation])
  }

  /// What a host captures of its own segments before the network card cuts them.
  private static var offloaded: StreamFixture {
    var conversation = open()
    let many = String(repeating: request, count: 60)
    let asked = conversation.send(.client, many)
    conversation.edit(asked[0]) { $0.leavesLength = true }
    answer(&conversation)
    return StreamFixture(
      "segmentation-offload", "A segment of 2,340 bytes whose IP header says a length of 0",
      [conversation], differences: [.tcpflow: "the segment is left out there"])
  }

  private static var fragments: StreamFixture {
    var conversation = open()
    let asked = conversation.send(.client, request)
    conversation.fragment(asked[0], length: 16)
    answer(&conversation)
    return StreamFixture(
      "fragments", "A segment comes in IP fragments", wireshark: "Fragmented IP protocol",
      [conversation], counts: [[.client: ["fragmented_segments": 1]]],
      differences: [.tcpflow: "only the first fragment counts there"])
  }

  private static var fragmentsOutOfOrder: StreamFixture {
    var conversation = open()
    let asked = conversation.send(.client, request, sizes: [24], pause: 1_000_000)
    for index in asked { conversation.fragment(index, length: 8) }
    answer(&conversation)
    return StreamFixture(
      "fragments-small", "Segments come in IP fragments that are smaller than a TCP header",
      wireshark: "Fragmented IP protocol", [conversation],
      counts: [[.client: ["fragmented_segments": 2]]],
      differences: [.tcpflow: "only the first fragment counts there"])
  }
}
