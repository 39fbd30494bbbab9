import TestSupport
import Testing

/// Captures whose times cannot be trusted say so, and no figure that rests on them is called exact.
struct DoubtfulTimesTests {
  /// Eleven exchanges of 1 ms; the clock jumps between request and response of some of them.
  private func stepped(_ milliseconds: Int64, at steps: Set<Int>) throws -> SpokenCapture {
    var conversation = Conversation()
    conversation.open()
    for uuid in 1...11 {
      conversation.advance(milliseconds: 1)
      conversation.send(.client, "Request a\r\n\(uuid)\r\n\r\n")
      conversation.advance(milliseconds: 1)
      if steps.contains(uuid) { conversation.advance(milliseconds: milliseconds) }
      conversation.send(.server, "Response a\r\n\(uuid) OK\r\n\r\n")
    }
    conversation.advance(milliseconds: 1)
    conversation.close()
    return try SpokenCapture(conversation, isSorted: false)
  }

  private func health(of capture: SpokenCapture) throws -> [String: Any] {
    let summary = try #require(try capture.records("report").last)
    return try #require(summary["health"] as? [String: Any])
  }

  @Test(arguments: [1, 2])
  func aClockThatWasSetBackIsToldInTheHead(steps: Int) throws {
    let capture = try stepped(-3_600_000, at: Set([6, 9].prefix(steps)))
    let health = try health(of: capture)
    #expect(health.int("clock_steps") == steps)
    #expect(health.int("exact") == 11 - steps)
    #expect(health.int("uncertain") == 0)
    let run = try ProgramRun.script("COLUMNS=200 souptap report \(capture.path)")
    #expect(run.output.hasPrefix("capture  doubtful: "), "\(run.output)")
    let often = steps == 1 ? "once" : "2 times"
    #expect(run.output.contains("packet time was set back \(often), so rates and spans are wrong"))
    let untimed = steps == 1 ? "1 answer" : "2 answers"
    #expect(run.output.contains("latency  exact: all \(11 - steps) · \(untimed) not timed\n"))
    let page = try ProgramRun.script("souptap report --html - \(capture.path)")
    #expect(page.output.contains("packet time was set back \(often)"))
    let rows = try ProgramRun.souptap("transactions \(capture.path)")
    let times = steps == 1 ? "1 time" : "2 times"
    #expect(rows.errors.contains("packet time set back \(times)"), "\(rows.errors)")
  }

  /// What the rows say of the quality of latencies is what the totals count.
  @Test func rowsAndTotalsAgreeAboutQuality() throws {
    let capture = try stepped(-3_600_000, at: [6])
    let rows = try capture.records("transactions").filter {
      $0.string("record") == "transaction"
    }
    #expect(rows.count == 11)
    let health = try health(of: capture)
    for quality in ["exact", "degraded", "uncertain"] {
      let count = rows.count { $0.string("quality") == quality && $0.int("latency_ns") != nil }
      #expect(health.int(quality) == count, "\(quality)")
    }
    #expect(rows[5].string("outcome") == "ok")
    #expect(rows[5].int("latency_ns") == nil && rows[5].string("quality") == "uncertain")
    #expect(rows[5]["causes"] as? [String] == ["clock-step"])
  }

  /// Less than a second is disorder of the capture.
  @Test func disorderIsNoStep() throws {
    let capture = try stepped(-500, at: [6])
    #expect(try health(of: capture).int("clock_steps") == 0)
    let run = try ProgramRun.souptap("report \(capture.path)")
    #expect(run.output.hasPrefix("capture  complete as far as known: "), "\(run.output)")
  }

  /// Three exchanges of 250 ms in a pcapng file, some of whose packets have no time.
  ///
  /// - Parameters:
  ///   - digits: decimal places of a second in its times.
  private func untimed(
    port: UInt16 = 40_000, digits: UInt8 = 9, _ packets: (Int) -> Bool
  ) throws -> SpokenCapture {
    var conversation = Conversation(clientPort: port)
    conversation.acknowledgesAtOnce = false
    conversation.open()
    for uuid in 1...3 {
      conversation.advance(milliseconds: 250)
      conversation.send(.client, "Request a\r\n\(uuid)\r\n\r\n")
      conversation.advance(milliseconds: 250)
      conversation.send(.server, "Response a\r\n\(uuid) OK\r\n\r\n")
    }
    conversation.advance(milliseconds: 250)
    conversation.close()
    var file = FileBuilder()
    file.section()
    file.interface(options: [(9, [digits])])
    let unit = (digits..<9).reduce(1 as Int64) { product, _ in product * 10 }
    for (index, packet) in ConversationCapture(conversation).packets.enumerated() {
      if packets(index) {
        file.simple(packet.bytes)
      } else {
        file.enhanced(packet.bytes, units: UInt64(packet.time / unit))
      }
    }
    return try SpokenCapture(file: file.bytes)
  }

  /// Of one answer, or of one request, the packet has no time: the other two are timed as ever. Who
  /// reads several files at once does the same.
  @Test(arguments: [3, 4])
  func packetsWithoutATimeMakeNoLatency(place: Int) throws {
    let capture = try untimed { $0 == place }
    let other = try untimed(port: 40_001) { _ in false }
    for (options, exact, told) in [("", 2, 3), (other.path, 5, 6)] {
      let rows = try capture.records("transactions", options).filter {
        $0.string("record") == "transaction"
      }
      #expect(rows.count == told)
      #expect(rows.allSatisfy { $0.string("outcome") == "ok" })
      let timed = rows.compactMap { $0.int("latency_ns") }
      #expect(timed == Array(repeating: 250_000_000, count: exact))
      #expect(rows.count { $0.string("quality") == "exact" } == exact)
      let run = try ProgramRun.script("COLUMNS=200 souptap report \(options) \(capture.path)")
      #expect(run.status == 0)
      #expect(run.output.hasPrefix("capture  doubtful: "), "\(run.output)")
      #expect(run.output.contains("· 1 packet without a time, so rates and spans are wrong"))
      #expect(run.output.contains("latency  exact: all \(exact) · 1 answer not timed\n"))
      #expect(
        run.errors == "souptap: \(capture.path): gives 1 packet no time;"
          + " that of the packet before stands in its place\n")
    }
  }

  /// An acknowledgment without a time takes nothing from the exchange around it.
  @Test func otherPacketsMayLackATime() throws {
    let health = try health(of: try untimed { $0 < 3 && $0 > 0 || $0 > 8 })
    #expect(health.int("exact") == 3)
    #expect((health.int("packets_without_time") ?? 0) > 3)
  }

  /// Where no packet has a time nothing is timed.
  @Test func aFileWithoutTimesHasNoLatencies() throws {
    let capture = try untimed { _ in true }
    let run = try ProgramRun.script("COLUMNS=200 souptap report \(capture.path)")
    #expect(run.output.hasPrefix("capture  doubtful: "), "\(run.output)")
    #expect(run.output.contains("latency  none: no answer was timed"))
    #expect(run.output.contains("answering: no failure in 3 requests"))
    #expect(run.errors.contains(": gives 13 packets no time;"), "\(run.errors)")
    let health = try health(of: capture)
    #expect(health.int("exact") == 0 && health.int("packets_without_time") == 13)
  }

  /// Times in whole seconds, or in hundredths, make no finer latencies, and the head says so.
  @Test(
    arguments: [(0, 1_000_000_000, "1.00 s"), (2, 10_000_000, "10.0 ms")] as [(UInt8, Int, String)])
  func coarseTimesAreTold(digits: UInt8, nanoseconds: Int, words: String) throws {
    let capture = try untimed(digits: digits) { _ in false }
    let other = try untimed(port: 40_001) { _ in false }
    for options in ["", other.path] {
      let summary = try capture.records("report", options).last
      let health = try #require(summary?["health"] as? [String: Any])
      #expect(health.int("time_resolution_ns") == nanoseconds)
      let run = try ProgramRun.script("COLUMNS=200 souptap report \(options) \(capture.path)")
      #expect(run.output.hasPrefix("capture  doubtful: "), "\(run.output)")
      #expect(run.output.contains("· times have a resolution of \(words), latencies are no better"))
    }
    let rows = try ProgramRun.souptap("transactions \(capture.path)")
    #expect(rows.errors.contains("times have a resolution of \(words)"), "\(rows.errors)")
  }

  /// A millisecond is fine enough to go without a word.
  @Test(arguments: [3, 6, 9] as [UInt8])
  func fineTimesNeedNoWord(digits: UInt8) throws {
    let capture = try untimed(digits: digits) { _ in false }
    #expect(try health(of: capture)["time_resolution_ns"] == nil)
    let run = try ProgramRun.souptap("report \(capture.path)")
    #expect(run.output.hasPrefix("capture  complete as far as known: "), "\(run.output)")
  }
}
