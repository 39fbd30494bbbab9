/// How requests end, and why some have no answer.
extension TrustFixture {
  static var outcomes: [TrustFixture] {
    [
      TrustFixture(
        "outcomes", "One request with each outcome: OK, ERROR with code and reason, another status",
        exchange { conversation in
          for (uuid, status) in [
            (1, "OK"), (2, "ERROR\r\ncode: 404\r\nreason: No such room"), (3, "MAYBE"),
          ] {
            conversation.send(.client, request(uuid))
            conversation.advance(milliseconds: 4)
            conversation.send(.server, response(uuid, status: status))
            conversation.advance(milliseconds: 1)
          }
        },
        expected: [
          #""transaction":0,"outcome":"ok","status":"OK","latency_ns":4000000,"quality":"exact""#,
          #""transaction":1,"outcome":"error","status":"ERROR","code":"404","#
            + #""reason":"No such room","latency_ns":4000000,"quality":"exact""#,
          #""record":"diagnostic","code":"status-unknown""#,
          #""transaction":2,"outcome":"unknown-status","status":"MAYBE","latency_ns":4000000,"#
            + #""quality":"exact""#,
        ],
        words: ["4.00 ms · network 0.02 · server 3.98"])
    ]
  }

  static var reasons: [TrustFixture] {
    [
      oneSided, answerMissing, kernelDropped, timeout, closed, reset, ended, superseded, evicted,
      late,
    ]
  }

  private static var oneSided: TrustFixture {
    var conversation = exchange { conversation in
      conversation.send(.client, request(1))
      conversation.advance(milliseconds: 4)
      conversation.send(.server, response(1))
    }
    conversation.drop(allOf: .server)
    return TrustFixture(
      "one-sided", "Only what the client sent was captured", conversation,
      expected: [#""outcome":"unanswered","unanswered":"one-sided","waited_ns":304060000"#],
      words: ["unanswered after 304 ms: only one direction was captured"])
  }

  private static var answerMissing: TrustFixture {
    let conversation = exchange { conversation in
      conversation.send(.client, request(1))
      conversation.advance(milliseconds: 4)
      let answered = conversation.send(.server, response(1))
      conversation.drop(answered[0])
    }
    return TrustFixture(
      "gap-answer", "The capture lacks the answer, which the client acknowledged", conversation,
      expected: [#""outcome":"unanswered","unanswered":"gap","waited_ns":304040000"#],
      words: ["unanswered after 304 ms: the answer may be missing from the capture"])
  }

  /// The kernel says with a packet how many it dropped before that.
  private static var kernelDropped: TrustFixture {
    let conversation = exchange { conversation in
      conversation.send(.client, request(1))
    }
    let capture = ConversationCapture(conversation)
    return TrustFixture(
      "kernel-drop-answer", "The kernel dropped packets while a request waited (pcapng)",
      pcapng(capture, drops: [capture.packets.count - 3: 7]),
      expected: [#""outcome":"unanswered","unanswered":"kernel-drop","waited_ns":300040000"#],
      words: ["unanswered after 300 ms: the kernel dropped packets meanwhile"])
  }

  private static var timeout: TrustFixture {
    let conversation = exchange { conversation in
      conversation.send(.client, request(1))
      conversation.advance(milliseconds: 700)
      conversation.send(.client, "Notification tick\r\nn: 1\r\n\r\n")
    }
    return TrustFixture(
      "timeout", "A request waits for longer than it may", options: ["--timeout", "500ms"],
      conversation,
      expected: [#""outcome":"unanswered","unanswered":"timeout","waited_ns":500000000"#],
      words: ["unanswered after 500 ms: timeout"])
  }

  private static var closed: TrustFixture {
    TrustFixture(
      "connection-closed", "The connection ends while a request waits",
      exchange { $0.send(.client, request(1)) },
      expected: [
        #""outcome":"unanswered","unanswered":"connection-closed","waited_ns":300040000"#
      ], words: ["unanswered after 300 ms: the connection was closed"])
  }

  private static var reset: TrustFixture {
    var conversation = open()
    conversation.send(.client, request(1))
    conversation.advance(milliseconds: 10)
    conversation.reset(.server)
    return TrustFixture(
      "connection-reset", "The server resets the connection while a request waits", conversation,
      expected: [
        #""outcome":"unanswered","unanswered":"connection-reset","waited_ns":10000000"#
      ], words: ["unanswered after 10.0 ms: the connection was reset"])
  }

  private static var ended: TrustFixture {
    var conversation = open()
    conversation.send(.client, request(1))
    conversation.advance(milliseconds: 10)
    conversation.keepAlive(.client)
    return TrustFixture(
      "capture-ended", "The capture ends while a request waits", conversation,
      expected: [#""outcome":"unanswered","unanswered":"capture-ended","waited_ns":10020000"#],
      words: ["unanswered after 10.0 ms: the capture ended"])
  }

  private static var superseded: TrustFixture {
    TrustFixture(
      "superseded", "A uuid is used again while a request with it waits; both are answered",
      exchange { conversation in
        conversation.send(.client, request(1))
        conversation.advance(milliseconds: 10)
        conversation.send(.client, request(1))
        conversation.advance(milliseconds: 10)
        conversation.send(.server, response(1))
        conversation.advance(milliseconds: 10)
        conversation.send(.server, response(1))
      },
      expected: [
        #""record":"diagnostic","code":"uuid-reused""#,
        #""transaction":0,"outcome":"unanswered","unanswered":"superseded","waited_ns":10000000"#,
        #""transaction":1,"outcome":"ok","latency_ns":10000000,"quality":"uncertain","#
          + #""causes":["uuid-reused"]"#,
        #""record":"diagnostic","code":"duplicate-response""#,
      ],
      words: [
        "unanswered after 10.0 ms: its uuid was used again",
        "uncertain: uuid used again, so this may answer an older request",
      ])
  }

  private static var evicted: TrustFixture {
    TrustFixture(
      "evicted", "More requests wait in a connection than may be kept",
      options: ["--max-pending", "1"],
      exchange { conversation in
        conversation.send(.client, request(1))
        conversation.advance(milliseconds: 10)
        conversation.send(.client, request(2))
        conversation.advance(milliseconds: 10)
        conversation.send(.server, response(2))
      },
      expected: [
        #""transaction":0,"outcome":"unanswered","unanswered":"evicted","waited_ns":10000000"#,
        #""transaction":1,"outcome":"ok","latency_ns":10000000,"quality":"exact""#,
      ], words: ["unanswered after 10.0 ms: too many requests waited to keep it"])
  }

  private static var late: TrustFixture {
    TrustFixture(
      "late", "An answer comes after the request's time was up", options: ["--timeout", "500ms"],
      exchange { conversation in
        conversation.send(.client, request(1))
        conversation.advance(milliseconds: 800)
        conversation.send(.server, response(1))
      },
      expected: [
        #""transaction":0,"revision":0,"outcome":"unanswered","unanswered":"timeout","#
          + #""waited_ns":500000000"#,
        #""transaction":0,"revision":1,"late":true,"outcome":"ok","latency_ns":800000000,"#
          + #""quality":"exact""#,
      ], words: ["800 ms · late · network <1 · server 800"])
  }

  /// A pcapng file of one interface with nanoseconds.
  ///
  /// - Parameter drops: by a packet's index, how many were dropped since the one before.
  public static func pcapng(_ capture: ConversationCapture, drops: [Int: UInt64]) -> [UInt8] {
    var file = FileBuilder()
    file.section()
    file.interface(options: [(9, [9])])
    for (index, packet) in capture.packets.enumerated() {
      file.enhanced(
        packet.bytes, units: UInt64(packet.time), original: UInt32(packet.originalLength),
        options: drops[index].map { [(UInt16(4), file.number($0))] } ?? [])
    }
    return file.bytes
  }
}
