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
}
