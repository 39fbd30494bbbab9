/// What lowers the quality of a latency, one cause a capture.
extension TrustFixture {
  static var causes: [TrustFixture] {
    [
      retransmittedRequest, retransmittedResponse, retransmittedBefore, reordered, zeroWindow,
      gapInResponse, behindGap, kernelDrop, midstream, clockStep, snapshotLength, early,
      capturedBefore,
    ]
  }

  private static var retransmittedRequest: TrustFixture {
    TrustFixture(
      "retransmitted-request", "A request gets lost behind the tap and is sent again",
      exchange { conversation in
        let asked = conversation.send(.client, request(1), arrives: false)
        conversation.advance(milliseconds: 250)
        conversation.sendAgain(segment: asked[0])
        conversation.advance(milliseconds: 10)
        conversation.send(.server, response(1))
      },
      expected: [
        #""outcome":"ok","latency_ns":260000000,"quality":"degraded","causes":["retransmitted"],"#
          + #""hints":["retransmission-timeout"]"#
      ],
      words: [
        "260 ms · network 2 · server at most 258 · degraded: request retransmitted"
          + " · waited for a retransmission timeout"
      ])
  }

  private static var retransmittedResponse: TrustFixture {
    TrustFixture(
      "retransmitted-response", "The first of a response's two segments is sent again",
      exchange { conversation in
        conversation.send(.client, request(1))
        conversation.advance(milliseconds: 10)
        conversation.acknowledgesAtOnce = false
        let answered = conversation.send(.server, response(1, size: 40), sizes: [20, 10])
        conversation.advance(milliseconds: 30)
        conversation.sendAgain(segment: answered[0])
        conversation.edit(answered[2]) { $0.time += 31_000_000 }
        conversation.advance(milliseconds: 2)
        conversation.acknowledge(.client)
      },
      expected: [
        #""outcome":"ok","latency_ns":10000000,"quality":"degraded","causes":["retransmitted"]"#
      ],
      words: ["10.0 ms · network <0.1 · server at most 10.0", "degraded: response retransmitted"])
  }

  private static var retransmittedBefore: TrustFixture {
    TrustFixture(
      "retransmitted-before",
      "A notification before the request is sent again, which the request may have waited for",
      exchange { conversation in
        let told = conversation.send(
          .client, "Notification tick\r\nn: 1\r\n\r\n", arrives: false)
        conversation.acknowledgesAtOnce = false
        conversation.send(.client, request(1), arrives: false)
        conversation.advance(milliseconds: 30)
        conversation.sendAgain(segment: told[0])
        conversation.advance(milliseconds: 10)
        conversation.send(.server, response(1))
        conversation.acknowledge(.client)
      },
      expected: [
        #""outcome":"ok","latency_ns":40000000,"quality":"degraded","causes":["retransmitted"]"#
      ], words: ["degraded: request retransmitted"])
  }

  private static var reordered: TrustFixture {
    TrustFixture(
      "reordered", "The segments of a request are captured in another order",
      exchange { conversation in
        conversation.acknowledgesAtOnce = false
        let asked = conversation.send(.client, request(1), sizes: [10], pause: 500_000)
        conversation.swap(asked[0], asked[1])
        conversation.advance(milliseconds: 10)
        conversation.send(.server, response(1))
        conversation.acknowledge(.client)
      },
      expected: [
        #""outcome":"ok","latency_ns":10000000,"quality":"degraded","causes":["reordered"]"#
      ], words: ["degraded: request out of order"])
  }

  private static var zeroWindow: TrustFixture {
    TrustFixture(
      "zero-window", "The client has no room for a response for a while",
      exchange { conversation in
        conversation.send(.client, request(1))
        conversation.advance(milliseconds: 2)
        conversation.setWindow(.client, to: 0)
        conversation.advance(milliseconds: 40)
        conversation.setWindow(.client, to: 0x4000)
        conversation.advance(milliseconds: 1)
        conversation.send(.server, response(1))
      },
      expected: [
        #""outcome":"ok","latency_ns":43000000,"quality":"degraded","causes":["zero-window"]"#
      ], words: ["degraded: no room for the response (zero window)"])
  }

  private static var gapInResponse: TrustFixture {
    TrustFixture(
      "gap-in-response", "The capture lacks the end of a response",
      exchange { conversation in
        conversation.send(.client, request(1))
        conversation.advance(milliseconds: 10)
        let answered = conversation.send(.server, response(1, size: 40), sizes: [40])
        conversation.drop(answered[1])
      },
      expected: [
        #""record":"diagnostic","code":"gap-in-message""#,
        #""outcome":"ok","latency_ns":10000000,"quality":"uncertain","causes":["gap"]"#,
      ], words: ["uncertain: part of the response missing"])
  }

  private static var behindGap: TrustFixture {
    TrustFixture(
      "behind-gap",
      "A request comes behind bytes that the capture lacks, before they are acknowledged",
      exchange { conversation in
        conversation.acknowledgesAtOnce = false
        let told = conversation.send(.client, "Notification tick\r\nn: 1\r\n\r\n")
        conversation.drop(told[0])
        conversation.send(.client, request(1))
        conversation.advance(milliseconds: 10)
        conversation.send(.server, response(1))
        conversation.acknowledge(.client)
      },
      expected: [
        #""outcome":"ok","latency_ns":10000000,"quality":"uncertain","causes":["gap"]"#
      ], words: ["uncertain: request behind missing bytes"])
  }

  private static var kernelDrop: TrustFixture {
    let conversation = exchange { conversation in
      conversation.send(.client, request(1))
      conversation.advance(milliseconds: 10)
      conversation.send(.server, response(1))
    }
    return TrustFixture(
      "kernel-drop", "The kernel dropped packets between a request and its response (pcapng)",
      pcapng(ConversationCapture(conversation), drops: [5: 3]),
      expected: [
        #""outcome":"ok","latency_ns":10000000,"quality":"uncertain","causes":["kernel-drop"]"#
      ], words: ["uncertain: the kernel dropped packets meanwhile"])
  }

  private static var midstream: TrustFixture {
    var conversation = Conversation()
    conversation.beginMidstream()
    for (uuid, pause) in [(1, Int64(40)), (2, 30)] {
      conversation.send(.client, request(uuid))
      conversation.advance(milliseconds: pause)
      conversation.send(.server, response(uuid))
      conversation.advance(milliseconds: 30)
    }
    return TrustFixture(
      "midstream", "The capture begins in the middle of a connection", conversation,
      expected: [
        #""transaction":0,"outcome":"ok","latency_ns":40000000,"quality":"uncertain","#
          + #""causes":["joined-midstream"]"#,
        #""transaction":1,"outcome":"ok","latency_ns":30000000,"quality":"exact""#,
      ], words: ["uncertain: the capture joined just before"])
  }

  private static var clockStep: TrustFixture {
    var conversation = open()
    for uuid in 1...3 {
      conversation.send(.client, request(uuid))
      conversation.advance(milliseconds: 10)
      if uuid == 2 { conversation.advance(milliseconds: -5000) }
      conversation.send(.server, response(uuid))
      conversation.advance(milliseconds: 10)
    }
    conversation.close()
    return TrustFixture(
      "clock-step", "The clock is set back by five seconds between a request and its response",
      conversation, isSorted: false,
      expected: [
        #""transaction":0,"outcome":"ok","latency_ns":10000000,"quality":"exact""#,
        #""transaction":1,"outcome":"ok","quality":"uncertain","causes":["clock-step"]"#,
        #""transaction":2,"outcome":"ok","latency_ns":10000000,"quality":"exact""#,
      ], words: ["latency not known · uncertain: the clock was set back meanwhile"])
  }

  private static var snapshotLength: TrustFixture {
    TrustFixture(
      "snaplen", "A response is longer than what was captured of its packet",
      exchange { conversation in
        conversation.send(.client, request(1))
        conversation.advance(milliseconds: 10)
        conversation.send(.server, response(1, size: 90))
        conversation.advance(milliseconds: 10)
        conversation.send(.client, request(2))
        conversation.advance(milliseconds: 10)
        conversation.send(.server, response(2))
      }, snapLength: 110,
      expected: [
        #""record":"diagnostic","code":"gap-in-message""#,
        #""transaction":0,"outcome":"ok","latency_ns":10000000,"quality":"uncertain","#
          + #""causes":["snaplen"]"#,
        #""transaction":1,"outcome":"ok","latency_ns":10000000,"quality":"exact""#,
      ], words: ["uncertain: response cut by the snapshot length"])
  }

  private static var early: TrustFixture {
    TrustFixture(
      "early-response", "A request is answered before its last line was sent",
      exchange { conversation in
        conversation.send(.client, "Request room.create\r\n1\r\n")
        conversation.advance(milliseconds: 10)
        conversation.send(.server, response(1))
        conversation.advance(milliseconds: 10)
        conversation.send(.client, "name: r1\r\n\r\n")
      },
      expected: [
        #""outcome":"ok","latency_ns":0,"quality":"uncertain","causes":["early-response"]"#
      ], words: ["uncertain: answered before the whole request had arrived"])
  }

  private static var capturedBefore: TrustFixture {
    var conversation = open()
    conversation.acknowledgesAtOnce = false
    let asked = conversation.send(.client, request(1))
    conversation.advance(nanoseconds: 50_000)
    conversation.send(.server, response(1))
    conversation.edit(asked[0]) { $0.time += 60_000 }
    conversation.advance(milliseconds: 1)
    conversation.acknowledge(.client)
    conversation.close()
    return TrustFixture(
      "response-captured-before", "A response is captured before its request", conversation,
      expected: [
        #""outcome":"ok","latency_ns":0,"quality":"uncertain","causes":["reordered"]"#
      ], words: ["uncertain: response captured before its request"])
  }
}
