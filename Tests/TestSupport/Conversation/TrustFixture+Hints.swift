/// What explains a slow transaction, and which response belongs to which request.
extension TrustFixture {
  static var hints: [TrustFixture] { [queued, large, delayed, heldBack, stall] }

  private static var queued: TrustFixture {
    TrustFixture(
      "queued", "Three requests at once to a server that takes 20 ms for each, one after the other",
      exchange { conversation in
        conversation.send(.client, request(1) + request(2) + request(3))
        for uuid in 1...3 {
          conversation.advance(milliseconds: 20)
          conversation.send(.server, response(uuid))
        }
      },
      expected: [
        #""transaction":0,"outcome":"ok","latency_ns":20000000,"quality":"exact","in_flight":0"#,
        #""transaction":1,"outcome":"ok","latency_ns":40000000,"quality":"exact","in_flight":1,"#
          + #""hints":["queued"]"#,
        #""transaction":2,"outcome":"ok","latency_ns":60000000,"quality":"exact","in_flight":2,"#
          + #""hints":["queued"]"#,
      ], words: ["60.0 ms · network <0.1 · server 60.0 · queued behind 2"])
  }

  private static var large: TrustFixture {
    TrustFixture(
      "behind-large-message", "A response comes behind one of 40,000 bytes",
      exchange { conversation in
        conversation.send(.client, request(1) + request(2))
        conversation.advance(milliseconds: 5)
        let answer = response(1, size: 40_000)
        conversation.send(
          .server, answer, sizes: Array(repeating: 1400, count: 28), pause: 1_000_000)
        conversation.advance(milliseconds: 1)
        conversation.send(.server, response(2))
      },
      expected: [
        #""transaction":0,"outcome":"ok","latency_ns":5000000,"quality":"exact""#,
        #""transaction":1,"outcome":"ok","latency_ns":34000000,"quality":"exact","#
          + #""hints":["behind-large-message"]"#,
      ], words: ["behind a large message"])
  }

  private static var delayed: TrustFixture {
    TrustFixture(
      "delayed-ack", "A response is held back until the delayed ACK, 40 ms later",
      exchange { conversation in
        conversation.acknowledgesAtOnce = false
        conversation.send(.client, request(1))
        conversation.advance(milliseconds: 40)
        conversation.acknowledge(.server)
        conversation.advance(milliseconds: 1)
        conversation.send(.server, response(1))
        conversation.acknowledge(.client)
      },
      expected: [
        #""outcome":"ok","latency_ns":41000000,"quality":"exact","hints":["delayed-ack"]"#
      ], words: ["a delayed ACK of 40 ms"])
  }

  private static var heldBack: TrustFixture {
    TrustFixture(
      "delayed-ack-request",
      "The end of a request is held back until its beginning is acknowledged, 40 ms later",
      exchange { conversation in
        conversation.acknowledgesAtOnce = false
        conversation.send(.client, "Request room.create\r\n1\r\n")
        conversation.advance(milliseconds: 40)
        conversation.acknowledge(.server)
        conversation.send(.client, "name: r1\r\n\r\n")
        conversation.advance(milliseconds: 1)
        conversation.send(.server, response(1))
        conversation.acknowledge(.client)
      },
      expected: [
        #""outcome":"ok","latency_ns":1000000,"request_transfer_ns":40000000,"quality":"exact","#
          + #""hints":["delayed-ack"]"#
      ], words: ["1.00 ms", "request took 40.0 ms", "a delayed ACK of 40 ms"])
  }

  /// The clients do not know of one another.
  private static var stall: TrustFixture {
    var first = open(40_001)
    first.send(.client, request(1))
    first.advance(milliseconds: 10)
    first.send(.server, response(1))
    first.advance(milliseconds: 10)
    for uuid in 2...4 {
      first.send(.client, request(uuid))
      first.advance(milliseconds: 100)
    }
    first.advance(milliseconds: 1700)
    first.send(.server, response(2) + response(3))
    first.advance(milliseconds: 1)
    first.send(.server, response(4))
    first.advance(milliseconds: 50)
    first.send(.client, request(5))
    first.advance(milliseconds: 10)
    first.send(.server, response(5))
    first.close()
    var second = open(40_002)
    second.advance(milliseconds: 1000)
    second.send(.client, request(1))
    second.advance(nanoseconds: 1_022_000_000)
    second.send(.server, response(1))
    second.close()
    return TrustFixture(
      "stall",
      "A server stops for two seconds: two connections have requests that waited for it, and others"
        + " behind them",
      ConversationCapture([first, second]).pcap(),
      expected: [
        #""transaction":0,"outcome":"ok","latency_ns":10000000,"quality":"exact""#,
        #""transaction":1,"outcome":"ok","latency_ns":2000000000,"quality":"exact","#
          + #""hints":["stall"]"#,
        #""transaction":2,"outcome":"ok","latency_ns":1900000000,"quality":"exact","#
          + #""hints":["queued"]"#,
        #""transaction":3,"outcome":"ok","latency_ns":1801000000,"quality":"exact","#
          + #""hints":["queued"]"#,
        #""transaction":4,"outcome":"ok","latency_ns":1022000000,"quality":"exact","#
          + #""hints":["stall"]"#,
        #""transaction":5,"outcome":"ok","latency_ns":10000000,"quality":"exact""#,
      ], words: ["2.00 s · network <0.01 · server 2.00 · stall: nothing was answered meanwhile"])
  }

  // MARK: Pairing

  static var pairing: [TrustFixture] {
    [bothDirections, leadingZeros, orphan, twice, mismatch, repeatedBefore]
  }

  private static var bothDirections: TrustFixture {
    TrustFixture(
      "both-directions", "Both sides ask with the same uuid at the same time",
      exchange { conversation in
        conversation.send(.client, request(7, "room.create"))
        conversation.send(.server, request(7, "client.ping"))
        conversation.advance(milliseconds: 10)
        conversation.send(.client, response(7, "client.ping"))
        conversation.advance(milliseconds: 10)
        conversation.send(.server, response(7, "room.create"))
      },
      expected: [
        #""transaction":1,"direction":"server-to-client","type":"client.ping","outcome":"ok","#
          + #""latency_ns":10000000,"quality":"exact""#,
        #""transaction":0,"direction":"client-to-server","type":"room.create","outcome":"ok","#
          + #""latency_ns":20000000,"quality":"exact""#,
      ])
  }

  private static var leadingZeros: TrustFixture {
    TrustFixture(
      "leading-zeros", "Uuids that differ in leading zeros are equal; other texts must be the same",
      exchange { conversation in
        conversation.send(.client, "Request a\r\n007\r\n\r\nRequest b\r\nx7\r\n\r\n")
        conversation.advance(milliseconds: 10)
        conversation.send(.server, "Response b\r\nX7 OK\r\n\r\nResponse a\r\n7 OK\r\n\r\n")
        conversation.advance(milliseconds: 10)
        conversation.send(.server, "Response b\r\nx7 OK\r\n\r\n")
      },
      expected: [
        #""record":"diagnostic","code":"uuid-not-integer""#,
        #""record":"diagnostic","code":"uuid-not-integer""#,
        #""transaction":0,"type":"a","uuid":7,"uuid_text":"007","outcome":"ok","#
          + #""latency_ns":10000000,"quality":"exact""#,
        #""record":"diagnostic","code":"uuid-not-integer""#,
        #""transaction":1,"type":"b","uuid_text":"x7","outcome":"ok","latency_ns":20000000,"#
          + #""quality":"exact","hints":["queued"]"#,
        #""record":"diagnostic","code":"orphan-response","capture_could_miss":false"#,
      ])
  }

  private static var orphan: TrustFixture {
    TrustFixture(
      "orphan", "A response that nobody asked for",
      exchange { $0.send(.server, response(9)) },
      expected: [#""record":"diagnostic","code":"orphan-response","capture_could_miss":false"#])
  }

  private static var twice: TrustFixture {
    TrustFixture(
      "duplicate-response", "A request is answered twice",
      exchange { conversation in
        conversation.send(.client, request(1))
        conversation.advance(milliseconds: 10)
        conversation.send(.server, response(1))
        conversation.advance(milliseconds: 10)
        conversation.send(.server, response(1))
      },
      expected: [
        #""outcome":"ok","latency_ns":10000000,"quality":"exact""#,
        #""record":"diagnostic","code":"duplicate-response""#,
      ])
  }

  private static var mismatch: TrustFixture {
    TrustFixture(
      "type-mismatch", "A response has another type than its request",
      exchange { conversation in
        conversation.send(.client, request(1))
        conversation.advance(milliseconds: 10)
        conversation.send(.server, response(1, "room.close"))
      },
      expected: [
        #""record":"diagnostic","code":"type-mismatch""#,
        #""outcome":"ok","latency_ns":10000000,"quality":"exact","response_type":"room.close""#,
      ])
  }

  private static var repeatedBefore: TrustFixture {
    TrustFixture(
      "repeated-before-next",
      "A second response comes right before the next request with its uuid, of which it knows nothing",
      exchange { conversation in
        conversation.send(.client, request(1))
        conversation.advance(milliseconds: 10)
        conversation.send(.server, response(1) + response(1))
        conversation.advance(milliseconds: 10)
        conversation.send(.client, request(1))
        conversation.advance(milliseconds: 10)
        conversation.send(.server, response(1))
      },
      expected: [
        #""transaction":0,"outcome":"ok","latency_ns":10000000,"quality":"exact""#,
        #""transaction":1,"outcome":"ok","latency_ns":10000000,"quality":"exact""#,
        #""record":"diagnostic","code":"duplicate-response""#,
      ])
  }
}
