import ControlProtocol
import Records
import Statistics
import TestSupport
import Testing
import Wire

@testable import Rendering

@Suite struct ReportTextTests {
  /// Columns by a rule of its own: what a terminal counts for the characters that reports hold.
  private func columns(_ line: Substring) -> Int {
    var total = 0
    for scalar in line.unicodeScalars {
      total += DisplayWidth.columns(of: scalar.value)
    }
    return total
  }

  @Test(arguments: [40, 60, 80, 100, 120, 200], [true, false])
  func everyLineFitsAndIsHarmless(width: Int, isColoured: Bool) {
    for seed in 1...4 as ClosedRange<UInt64> {
      // Half of them with all that a report can show.
      let text = report(
        ReportSample.hostile(seed: seed), width: width, isColoured: isColoured,
        views: seed > 2 ? .all(isCensored: seed == 4) : ReportViews())
      #expect(text.contains("p99 of types over time") == (seed > 2))
      for line in lines(of: text) {
        #expect(columns(line) <= width, "seed \(seed): \(line)")
        for scalar in line.unicodeScalars {
          #expect(
            scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value)
              && !(0x202a...0x202e).contains(scalar.value) && scalar.value != 0x200b,
            "seed \(seed): \(scalar.value)")
        }
      }
      if !isColoured { #expect(!text.contains("\u{1b}")) }
    }
  }

  @Test func colourOnlyAddsSequences() {
    let summary = ReportSample.hostile(seed: 9)
    let plain = report(summary, isColoured: false, views: .all(isCensored: false))
    let coloured = report(summary, isColoured: true, views: .all(isCensored: false))
    #expect(coloured != plain)
    #expect(lines(of: coloured) == lines(of: plain))
  }

  @Test func healthComesFirstWithItsVerdict() {
    var sample = ReportSample()
    sample.tell(Array("join".utf8), latency: 1_000_000)
    var health = CaptureHealth()
    health.packets = 18
    health.droppedKernel = 0
    health.droppedInterface = 0
    #expect(report(sample.summary(health: health)).hasPrefix("capture  complete: 18 packets"))
    #expect(report(sample.summary(health: health)).contains("nothing dropped · no gaps"))
    health.droppedKernel = nil
    health.droppedInterface = nil
    var text = report(sample.summary(health: health))
    #expect(text.hasPrefix("capture  complete as far as known: 18 packets"))
    #expect(text.contains("drops unknown") && !text.contains("nothing dropped"))
    health.droppedKernel = 7
    text = report(sample.summary(health: health))
    #expect(text.hasPrefix("capture  incomplete:"))
    #expect(text.contains("7 dropped by the kernel"))
    health.droppedKernel = 0
    health.ackedUnseenBytes = 100
    text = report(sample.summary(health: health), width: 200)
    #expect(text.hasPrefix("capture  incomplete:"))
    #expect(text.contains("100 B acknowledged but never captured"))
  }

  @Test func latencyAndServiceHaveTheirVerdicts() {
    var sample = ReportSample()
    for _ in 0..<19 { sample.tell(Array("join".utf8), latency: 1_000_000) }
    var text = report(sample.summary())
    #expect(text.contains("latency  exact: all 19"))
    #expect(text.contains("service  answering: no failure in 19 requests"))
    #expect(!text.contains("only the"))
    sample.tell(Array("join".utf8), outcome: .error, latency: 50_000_000) { $0.quality = .degraded }
    text = report(sample.summary())
    #expect(text.contains("latency  mostly exact: 95.0% of 20 exact · 1 degraded"))
    #expect(text.contains("service  failing: 5.00% of 20 requests · 1 error"))
    #expect(text.contains("only the 19 exact latencies: p50 1.00 ms"))
  }

  @Test func theTableTellsTypesAndTheirTotal() throws {
    var sample = ReportSample()
    for latency in [10, 20, 30, 40] as [Int64] {
      sample.tell(Array("createRoom".utf8), latency: latency * 1_000_000)
    }
    sample.tell(Array("join".utf8), outcome: .error, latency: 2_000_000, code: Array("404".utf8))
    sample.tell(Array("ask".utf8), outcome: .unanswered, direction: .serverToClient) {
      $0.unanswered = .timeout
      $0.waited = 30_000_000_000
    }
    let text = report(sample.summary(), width: 200)
    func cells(_ name: String) throws -> [Substring] {
      let line = try #require(lines(of: text).first { $0.hasPrefix("  \(name) ") })
      return line.replacing(" ms", with: "ms").split(separator: " ")
    }
    #expect(
      try cells("createRoom")
        == [
          "createRoom", "server", "4", "0.400/s", "4", "0%", "0", "20.0ms", "40.0ms", "40.0ms",
          "40.0ms", "40.0ms", "40.0ms", "25.0ms", "0", "0.000",
        ])
    #expect(try cells("join")[2...6] == ["1", "0.100/s", "1", "100%", "0"])
    // What is not known is a dash.
    #expect(
      try cells("ask") == ["ask", "client", "1", "0.100/s", "0", "-", "1"]
        + Array(repeating: "-", count: 7) + ["0", "0.000"])
    #expect(try cells("total")[1...5] == ["6", "0.600/s", "5", "20.0%", "1"])
    #expect(
      text.contains("1 request has no latency and is in no percentile; the oldest waited 30.0 s"))
  }

  @Test func rowsBeyondTheListAreSummedSoThatTheTotalHolds() {
    var sample = ReportSample()
    for number in 0..<100 { sample.tell(Array("type\(number)".utf8), latency: 5) }
    let text = report(sample.summary())
    #expect(text.contains("(76 more types)"))
    let table = lines(of: text).filter { $0.contains("type") || $0.contains("total") }
    #expect(table.contains { $0.contains("(76 more types)") && $0.contains(" 76 ") })
    #expect(table.contains { $0.hasPrefix("  total") && $0.contains(" 100 ") })
  }

  @Test func errorsWithoutACodeAreToldToo() {
    var sample = ReportSample()
    sample.tell([0x61], outcome: .error, code: Array("404".utf8), reason: Array("gone".utf8))
    sample.tell([0x61], outcome: .error)
    let text = report(sample.summary())
    #expect(text.contains("Errors by code") && text.contains("(without code)"))
    #expect(text.contains("gone"))
  }

  /// A type that both sides ask for is named with who is asked, and the commonest code with its count.
  @Test func theHeadSaysWhoIsAskedAndHowOften() {
    var sample = ReportSample()
    for direction in [Direction.clientToServer, .serverToClient] {
      sample.tell(Array("peer.join".utf8), latency: 5_000_000, direction: direction)
    }
    sample.tell(Array("room.join".utf8), latency: 1_000_000)
    for code in ["403", "404", "404"] {
      sample.tell(Array("room.close".utf8), outcome: .error, code: Array(code.utf8))
    }
    let text = report(sample.summary(), width: 200)
    #expect(text.contains("peer.join to server p99") && text.contains("peer.join to client p99"))
    #expect(text.contains("room.close 3 of 3: 3 errors, 2 with code 404"))
  }

  @Test func slowTransactionsAreExplained() {
    var sample = ReportSample()
    sample.tell(Array("join".utf8), latency: 42_100_000) {
      $0.network = 1_900_000
      $0.server = 40_200_000
      $0.quality = .degraded
      $0.causes = .retransmitted
      $0.responseCauses = .retransmitted
      $0.hints = .queued
      $0.inFlight = 3
    }
    for width in [80, 120, 200] {
      let text = report(sample.summary(), width: width).replacing("\n    ", with: " ")
      #expect(text.contains("42.1 ms  join"))
      #expect(text.contains("12→15"))
      #expect(text.contains("22:13:20.123456"))
      #expect(text.contains("10.0.0.1:40000 → 10.0.0.2:4080"))
      #expect(
        text.contains(
          "42.1 ms · network 1.9 · server at most 40.2 · degraded: response retransmitted · queued behind 3"
        ))
    }
  }

  @Test func aCaptureWithoutMessagesSaysWhatWasThere() {
    var health = CaptureHealth()
    health.packets = 5
    health.undecoded = [("arp", 2)]
    var survey = ReportSurvey()
    survey.segments = 3
    survey.filteredPackets = 4
    survey.expectedPorts = [4080]
    survey.busiestPorts = [ReportSurvey.Port(port: 443, packets: 3, look: "TLS\u{1b}")]
    let text = report(ReportSample().summary(health: health), survey: survey)
    #expect(text.contains("No ControlProtocol message was found."))
    #expect(text.contains("The capture filter took away 4 packets."))
    #expect(text.contains("2 packets were not decoded down to TCP: arp."))
    #expect(text.contains("443") && text.contains("TLS\\x1b"))
    #expect(text.contains("port 4080"))
    #expect(!text.contains("Requests by type"))
    survey.segments = 0
    #expect(
      report(ReportSample().summary(), survey: survey).contains("There was no TCP packet."))
  }

  @Test func requestsWithoutUUIDAreNotPassedOver() {
    let sample = ReportSample()
    var record = MessageRecord()
    record.kind = .request
    sample.collector.take(record, parameters: Span(), text: RawSpan())
    let text = report(sample.summary())
    #expect(text.contains("service  unknown: no request with a uuid was seen, 1 without"))
    #expect(!text.contains("No ControlProtocol message"))
  }

  @Test func nothingIsShownThatIsNotThere() {
    let text = report(ReportSample().summary())
    for title in ["Errors", "Unanswered", "Notifications", "Slowest", "Diagnostics", "capture"] {
      #expect(!text.contains(title))
    }
  }

  @Test(arguments: [40, 80, 120, 200])
  func intervalLinesFit(width: Int) {
    let text = IntervalText(width: width, isColoured: false)
    var buffer = OutputBuffer()
    text.appendTitles(to: &buffer)
    text.append(ReportSample.hostile(seed: 4), to: &buffer)
    text.append(ReportSample().summary(), to: &buffer)
    let all = lines(of: buffer.string)
    for line in all { #expect(columns(line) <= width) }
    let flat = buffer.string.replacing("\n", with: " ")
    #expect(flat.contains("nothing until 1970-01-01 00:00:10"))
  }
}
