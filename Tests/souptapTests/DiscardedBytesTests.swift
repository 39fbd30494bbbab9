import TestSupport
import Testing
import Wire

/// Captured payload that no stream can hold: the health of the report tells how much it is, and what is
/// harmless does not count.
struct DiscardedBytesTests {
  /// A conversation with the payload that no stream can hold, in bytes.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let conversation: Conversation
    let discarded: Int

    init(_ name: String, discarded: Int = 0, _ script: (inout Conversation) -> Void) {
      testDescription = name
      var conversation = Conversation()
      script(&conversation)
      self.conversation = conversation
      self.discarded = discarded
    }
  }

  private static let request = "Request a\r\n1\r\n\r\n"
  private static let response = "Response a\r\n1 OK\r\n\r\n"

  private static func exchange(_ conversation: inout Conversation) {
    conversation.open()
    conversation.send(.client, request)
    conversation.advance(milliseconds: 10)
    conversation.send(.server, response)
    conversation.advance(milliseconds: 10)
  }

  static let losses = [
    Case("behind a FIN", discarded: request.utf8.count) {
      exchange(&$0)
      $0.finish(.client)
      $0.advance(milliseconds: 10)
      $0.send(.client, request)
      $0.advance(milliseconds: 10)
      $0.finish(.server)
    },
    Case("in a reset", discarded: 13) {
      exchange(&$0)
      $0.reset(.server, with: "out of memory")
    },
    Case("after a reset", discarded: 2 * response.utf8.count) {
      exchange(&$0)
      $0.send(.client, request)
      $0.reset(.client)
      $0.acknowledgesAtOnce = false
      for _ in 1...2 {
        $0.advance(milliseconds: 10)
        $0.send(.server, response)
      }
    },
    Case("before the first byte", discarded: 20) {
      $0.beginMidstream()
      let asked = $0.send(.client, request + request, sizes: [20], pause: 1_000_000)
      $0.swap(asked[0], asked[1])
      $0.advance(milliseconds: 10)
      $0.send(.server, response)
    },
    Case("out of window", discarded: 5) {
      exchange(&$0)
      $0.acknowledgesAtOnce = false
      let stray = $0.sendAgain(.client, 0..<4, as: "stray", arrives: false)
      $0.edit(stray) {
        $0.sequenceNumber &+= 1_500_000_000
        $0.offset = nil
      }
      $0.acknowledgesAtOnce = true
      $0.advance(milliseconds: 10)
      $0.close()
    },
    // The first stream's end and the handshake of the second were not captured.
    Case("of a later connection between the same ports", discarded: 3 * request.utf8.count) {
      exchange(&$0)
      $0.acknowledgesAtOnce = false
      for _ in 1...3 {
        $0.advance(milliseconds: 1000)
        let index = $0.send(.client, request)[0]
        $0.edit(index) { $0.sequenceNumber &-= 1_500_000_000 }
      }
    },
  ]

  static let harmless = [
    Case("keep-alives") {
      exchange(&$0)
      for side in [Conversation.Side.client, .server] {
        $0.advance(milliseconds: 5000)
        $0.keepAlive(side, byte: 0)
      }
      $0.advance(milliseconds: 10)
      $0.close()
    },
    Case("a keep-alive behind a FIN") {
      exchange(&$0)
      $0.finish(.client)
      $0.advance(milliseconds: 5000)
      $0.keepAlive(.client, byte: 0)
      $0.advance(milliseconds: 10)
      $0.finish(.server)
    },
    Case("retransmissions and copies of packets") {
      exchange(&$0)
      $0.advance(milliseconds: 300)
      $0.sendAgain(.client, 0..<request.utf8.count)
      let again = $0.sendAgain(.server, 5..<response.utf8.count)
      $0.duplicate(again)
      $0.advance(milliseconds: 10)
      $0.close()
    },
    Case("what is sent again after a reset") {
      exchange(&$0)
      $0.reset(.client)
      $0.acknowledgesAtOnce = false
      $0.advance(milliseconds: 300)
      $0.sendAgain(.server, 0..<response.utf8.count, arrives: false)
      $0.advance(milliseconds: 10)
      $0.keepAlive(.server, byte: 0)
    },
    Case("a FIN with data that is sent again") {
      $0.open()
      $0.finish(.client, with: request)
      $0.advance(milliseconds: 300)
      var again = $0.segments[3]
      again.time = $0.time
      $0.insert(again, at: $0.segments.count)
      $0.advance(milliseconds: 10)
      $0.finish(.server, with: response)
    },
  ]

  private func discarded(_ capture: SpokenCapture) throws -> Int? {
    let summary = try capture.records("report").last
    return (summary?["health"] as? [String: Any])?.int("discarded_bytes")
  }

  @Test(arguments: losses)
  func theReportTellsWhatWasCapturedInVain(loss: Case) throws {
    let capture = try SpokenCapture(loss.conversation)
    #expect(try discarded(capture) == loss.discarded)
    let run = try ProgramRun.script("COLUMNS=200 souptap report \(capture.path)")
    #expect(run.output.hasPrefix("capture  incomplete: "), "\(run.output)")
    #expect(run.output.contains(" · \(loss.discarded) B discarded as no part of a stream"))
    let page = try ProgramRun.script("souptap report --html - \(capture.path)")
    #expect(page.output.contains("\(loss.discarded)"))
    #expect(page.output.contains("discarded as no part of a stream"))
  }

  @Test(arguments: harmless)
  func whatIsHarmlessRaisesNoAlarm(harmless: Case) throws {
    let capture = try SpokenCapture(harmless.conversation)
    #expect(try discarded(capture) == 0)
    let run = try ProgramRun.script("COLUMNS=200 souptap report \(capture.path)")
    #expect(run.output.hasPrefix("capture  complete as far as known: "), "\(run.output)")
    #expect(!run.output.contains("discarded"))
  }

  /// What other protocols send is not read, and so not discarded.
  @Test func otherProtocolsDoNotCount() throws {
    var other = Conversation(clientPort: 40_001, serverPort: 443)
    other.open()
    other.send(.client, "\u{16}\u{3}\u{1} hello")
    other.advance(milliseconds: 10)
    other.reset(.server, with: "out of memory")
    var own = Conversation()
    Self.exchange(&own)
    own.close()
    let capture = try SpokenCapture([own, other])
    #expect(try discarded(capture) == 0)
  }

  /// The records of the connections add up to what the report says.
  @Test func connectionsTellWhatTheReportSums() throws {
    for loss in Self.losses {
      let capture = try SpokenCapture(loss.conversation)
      var sum = 0
      for record in try capture.records("connections") {
        for name in ["client_to_server", "server_to_client"] {
          guard let counts = record[name] as? [String: Any] else { continue }
          for count in [
            "before_origin", "after_fin", "reset_bytes", "after_reset", "out_of_window_bytes",
          ] {
            sum += counts.int(count) ?? 0
          }
        }
      }
      #expect(sum == loss.discarded, "\(loss.testDescription)")
    }
  }
}
