/// Bytes that the capture lacks, for each reason.
extension StreamFixture {
  static var losses: [StreamFixture] {
    [
      gapAcknowledged, twoGaps, gapBehindTheLast, gapBeforeFIN, gapAtTheEnd, gapAged, gapWaiting,
      cut, cutOutOfOrder, midstream, beforeOrigin, beforeInitial, oneDirection,
    ]
  }

  /// Loses a segment that arrived, which its ACK shows.
  private static var gapAcknowledged: StreamFixture {
    var conversation = open()
    let asked = conversation.send(.client, request + request, sizes: [38], pause: 1_000_000)
    conversation.drop(asked[0])
    answer(&conversation)
    return StreamFixture(
      "gap-acked", "The capture lacks a segment that the receiver acknowledged",
      wireshark: "TCP ACKed unseen segment", [conversation],
      differences: [.tcpflow: "holes are filled with zeros there"])
  }

  private static var twoGaps: StreamFixture {
    var conversation = open { $0.acknowledgesAtOnce = false }
    let asked = conversation.send(
      .client, request + request, sizes: [10, 10, 10, 10], pause: 100_000)
    conversation.drop(asked[1])
    conversation.drop(asked[3])
    conversation.acknowledge(.server)
    conversation.acknowledgesAtOnce = true
    answer(&conversation)
    return StreamFixture(
      "gap-acked-twice", "Two segments are lacking that one ACK covers",
      wireshark: "TCP Previous segment not captured", [conversation],
      differences: [.tcpflow: "holes are filled with zeros there"])
  }

  private static var gapBehindTheLast: StreamFixture {
    var conversation = open()
    let asked = conversation.send(.client, request + request, sizes: [38], pause: 1_000_000)
    conversation.drop(asked[1])
    conversation.advance(milliseconds: 300)
    conversation.send(.server, response)
    return StreamFixture(
      "gap-behind-the-last", "An ACK shows bytes behind the last that were captured",
      wireshark: "TCP ACKed unseen segment", [conversation], ended: ["capture-ended"])
  }

  private static var gapBeforeFIN: StreamFixture {
    var conversation = open { $0.acknowledgesAtOnce = false }
    conversation.send(.server, response)
    let asked = conversation.send(.client, request, sizes: [20], pause: 1_000_000, arrives: false)
    conversation.drop(asked[1])
    conversation.finish(.client)
    if let last = conversation.segments.indices.last { conversation.drop(last) }
    return StreamFixture(
      "gap-before-fin", "A FIN shows bytes that nobody acknowledged",
      wireshark: "TCP Previous segment not captured", [conversation], ended: ["capture-ended"])
  }

  private static var gapAtTheEnd: StreamFixture {
    var conversation = open { $0.acknowledgesAtOnce = false }
    let asked = conversation.send(
      .client, request + request, sizes: [10, 28], pause: 1_000_000, arrives: false)
    conversation.drop(asked[1])
    conversation.advance(milliseconds: 500)
    conversation.send(.server, response, arrives: false)
    return StreamFixture(
      "gap-end", "Nobody acknowledged a hole, nor what lies behind it, until the capture ends",
      wireshark: "TCP Previous segment not captured", [conversation], ended: ["capture-ended"],
      differences: [
        .tshark: "what lies behind such a hole is dropped there",
        .tcpflow: "holes are filled with zeros there",
      ])
  }

  private static var gapAged: StreamFixture {
    var conversation = open { $0.acknowledgesAtOnce = false }
    let asked = conversation.send(
      .client, request + request, sizes: [10, 28], pause: 1_000_000, arrives: false)
    conversation.drop(asked[1])
    conversation.advance(milliseconds: 121_000)
    conversation.send(.server, response, arrives: false)
    return StreamFixture(
      "gap-aged", "Nobody acknowledged a hole for more than two minutes",
      wireshark: "TCP Previous segment not captured", [conversation], ended: ["capture-ended"],
      gapReason: "aged",
      differences: [
        .tshark: "what lies behind such a hole is dropped there",
        .tcpflow: "holes are filled with zeros there",
      ])
  }

  /// A hole that is filled after 60 s: nothing is missing.
  private static var gapWaiting: StreamFixture {
    var conversation = open { $0.acknowledgesAtOnce = false }
    let asked = conversation.send(
      .client, request + request, sizes: [10, 28], pause: 1_000_000, arrives: false)
    conversation.drop(asked[1])
    conversation.advance(milliseconds: 60_000)
    conversation.sendAgain(segment: asked[1])
    conversation.acknowledgesAtOnce = true
    answer(&conversation)
    return StreamFixture(
      "hole-filled-late", "A hole that nobody acknowledged is filled after a minute",
      wireshark: "TCP Retransmission", [conversation],
      counts: [[.client: ["retransmitted_segments": 1]]])
  }

  private static var cut: StreamFixture {
    var conversation = open()
    conversation.send(.client, request, sizes: [30], pause: 1_000_000)
    answer(&conversation)
    return StreamFixture(
      "snapshot-length", "Packets are cut by the snapshot length",
      [conversation], snapLength: 70,
      differences: [.tcpflow: "holes are filled with zeros there"])
  }

  private static var cutOutOfOrder: StreamFixture {
    var conversation = open { $0.acknowledgesAtOnce = false }
    let asked = conversation.send(.client, request, sizes: [20], pause: 100_000)
    conversation.swap(asked[0], asked[1])
    conversation.acknowledge(.server)
    conversation.acknowledgesAtOnce = true
    answer(&conversation)
    return StreamFixture(
      "snapshot-length-out-of-order", "Packets out of order are cut by the snapshot length",
      wireshark: "Packet size limited during capture", [conversation],
      counts: [[.client: ["out_of_order_segments": 1]]], snapLength: 60,
      differences: [.tcpflow: "holes are filled with zeros there"])
  }

  private static var midstream: StreamFixture {
    var conversation = Conversation()
    conversation.beginMidstream()
    let asked = conversation.send(.client, request + request, sizes: [20], pause: 1_000_000)
    conversation.drop(before: asked[1])
    answer(&conversation)
    return StreamFixture(
      "midstream", "The capture begins inside a message", [conversation])
  }

  private static var beforeOrigin: StreamFixture {
    var conversation = Conversation()
    conversation.beginMidstream()
    let asked = conversation.send(.client, request + request, sizes: [20], pause: 1_000_000)
    conversation.swap(asked[0], asked[1])
    answer(&conversation)
    return StreamFixture(
      "before-origin", "A capture without the SYN begins with the second of two segments",
      [conversation], counts: [[.client: ["before_origin": 20]]],
      differences: [.tcpflow: "the earlier segment is put in front there"])
  }

  /// A straggler of an earlier connection.
  private static var beforeInitial: StreamFixture {
    var conversation = open()
    conversation.acknowledgesAtOnce = false
    let stray = conversation.sendAgain(.client, 0..<0, as: "an old straggler", arrives: false)
    conversation.edit(stray) {
      $0.sequenceNumber &-= 16
      $0.offset = nil
    }
    conversation.acknowledgesAtOnce = true
    conversation.advance(milliseconds: 1)
    conversation.send(.client, request)
    answer(&conversation)
    return StreamFixture(
      "before-initial", "Bytes from before the initial sequence number", [conversation],
      counts: [[.client: ["before_origin": 16]]])
  }

  private static var oneDirection: StreamFixture {
    var conversation = open()
    conversation.send(.client, request, sizes: [10, 10], pause: 1_000_000)
    answer(&conversation)
    conversation.drop(allOf: .server)
    return StreamFixture(
      "one-direction", "Only what the client sent was captured",
      [conversation], ended: ["capture-ended"])
  }
}
