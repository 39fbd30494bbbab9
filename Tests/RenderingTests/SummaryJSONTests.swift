import ControlProtocol
import Foundation
import Records
import Statistics
import TestSupport
import Testing
import Wire

@testable import Rendering

@Suite struct SummaryJSONTests {
  /// A line as Foundation reads it.
  private func parsed(_ write: (inout JSONWriter) -> Void) throws -> [String: Any] {
    var writer = JSONWriter()
    write(&writer)
    let line = writer.buffer.string
    #expect(line.hasSuffix("}\n") && line.filter { $0 == "\n" }.count == 1)
    return try #require(
      JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  private func summaryLine(_ summary: Summary) throws -> [String: Any] {
    try parsed { SummaryJSON.appendLine(summary, to: &$0) }
  }

  @Test func figuresAreThoseCountedByHand() throws {
    var sample = ReportSample()
    for latency in [1, 2, 3] as [Int64] { sample.tell([0x61], latency: latency) }
    sample.tell([0x61], outcome: .error, latency: 4, code: Array("404".utf8)) {
      $0.quality = .degraded
    }
    sample.tell([0x62], outcome: .unanswered, direction: .serverToClient) {
      $0.unanswered = .captureEnded
      $0.waited = 70
    }
    sample.tellNotification([0x63])
    sample.tellDiagnostic(.bareLF, count: 2)
    var health = CaptureHealth()
    health.packets = 9
    health.droppedKernel = 0
    health.undecoded = [("arp", 2)]
    let line = try summaryLine(sample.summary(health: health))
    #expect(line["record"] as? String == "summary")
    #expect(line["from"] as? String == "1970-01-01T00:00:00.000000000Z")
    #expect(line["to"] as? String == "1970-01-01T00:00:10.000000000Z")
    #expect(line["ended"] as? String == "end-of-input")
    let told = try #require(line["health"] as? [String: Any])
    #expect(told["packets"] as? Int == 9)
    #expect(told["dropped_kernel"] as? Int == 0)
    #expect(told["dropped_interface"] == nil)
    #expect(told["undecoded"] as? [String: Int] == ["arp": 2])
    #expect(told["exact"] as? Int == 3 && told["degraded"] as? Int == 1)
    #expect(told["uncertain"] as? Int == 0)
    let totals = try #require(line["totals"] as? [String: Any])
    #expect(totals["requests"] as? Int == 5 && totals["answered"] as? Int == 4)
    #expect(totals["ok"] as? Int == 3 && totals["errors"] as? Int == 1)
    #expect(totals["unanswered"] as? [String: Int] == ["capture-ended": 1])
    #expect(totals["oldest_waited_ns"] as? Int == 70)
    #expect(totals["notifications"] as? Int == 1)
    #expect(totals["error_rate"] as? Double == 0.25)
    #expect(totals["failure_rate"] as? Double == 0.25)
    #expect(totals["rate_per_second"] as? Double == 0.5)
    #expect(totals["errors_by_code"] as? [String: Int] == ["404": 1])
    #expect(totals["errors_by_code_base64"] == nil)
    #expect(totals["errors_by_reason"] == nil)
    #expect(
      totals["latency"] as? [String: Int]
        == [
          "count": 4, "min_ns": 1, "mean_ns": 3, "p50_ns": 2, "p90_ns": 4, "p95_ns": 4,
          "p99_ns": 4, "p999_ns": 4, "max_ns": 4,
        ])
    #expect((totals["latency_exact"] as? [String: Int])?["max_ns"] == 3)
    let rows = try #require(line["by_type"] as? [[String: Any]])
    #expect(rows.map { $0["type"] as? String } == ["a", "b", "c"])
    #expect(
      rows.map { $0["direction"] as? String }
        == ["client-to-server", "server-to-client", "client-to-server"])
    #expect(rows[1]["latency"] == nil && rows[1]["error_rate"] == nil)
    #expect(rows[2]["notifications"] as? Int == 1)
    #expect((line["messages"] as? [String: Int])?["notifications"] == 1)
    #expect(line["diagnostics"] as? [String: Int] == ["bare-lf": 2])
  }

  @Test func whatCannotBeKnownIsAbsent() throws {
    let nothing = SummaryCollector().summary(over: nil, ended: nil, health: nil)
    let line = try summaryLine(nothing)
    for name in ["from", "to", "ended"] { #expect(line[name] == nil) }
    let totals = try #require(line["totals"] as? [String: Any])
    for name in [
      "error_rate", "failure_rate", "rate_per_second", "in_flight_mean", "latency",
      "latency_exact", "oldest_waited_ns", "errors_by_code",
    ] {
      #expect(totals[name] == nil, "\(name)")
    }
    #expect((line["health"] as? [String: Any])?["packets"] == nil)
  }

  @Test func textsThatAreNotUTF8KeepTheirBytes() throws {
    var sample = ReportSample()
    sample.tell([0xff], outcome: .error, code: [0xfe], reason: [0x80])
    sample.tell([0xff], outcome: .error, code: [0xfd], reason: [0x80])
    sample.tell(nil)
    sample.tell([])
    let line = try summaryLine(sample.summary())
    let totals = try #require(line["totals"] as? [String: Any])
    #expect(totals["errors_by_code"] as? [String: Int] == ["\u{fffd}": 2])
    #expect(
      totals["errors_by_code_base64"] as? [String: Int]
        == [Data([0xfe]).base64EncodedString(): 1, Data([0xfd]).base64EncodedString(): 1])
    #expect(totals["errors_by_reason_base64"] as? [String: Int] == ["gA==": 2])
    let rows = try #require(line["by_type"] as? [[String: Any]])
    #expect(rows.map { $0["type"] as? String } == ["\u{fffd}", nil, ""])
    #expect(rows.map { $0["type_base64"] as? String } == ["/w==", nil, nil])
  }

  @Test func theRestHasARowThatIsMarked() throws {
    var sample = ReportSample()
    for number in 0..<400 {
      sample.tell(Array("t\(number)".utf8), outcome: .error, code: Array("c\(number)".utf8))
    }
    let line = try summaryLine(sample.summary())
    let rows = try #require(line["by_type"] as? [[String: Any]])
    #expect(rows.count == 257)
    let last = try #require(rows.last)
    #expect(last["type"] as? String == "(other)" && last["other"] as? Bool == true)
    #expect(last["direction"] == nil)
    #expect(last["requests"] as? Int == 144)
    let codes = try #require(
      (line["totals"] as? [String: Any])?["errors_by_code"] as? [String: Int])
    #expect(codes.count == 257 && codes["(other)"] == 144)
    #expect(codes.values.reduce(0, +) == 400)
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func anyTextMakesValidLines(seed: UInt64) throws {
    let summary = ReportSample.hostile(seed: seed)
    let line = try summaryLine(summary)
    let rows = try #require(line["by_type"] as? [[String: Any]])
    #expect(rows.count == summary.byType.count, "seed \(seed)")
    let interval = try parsed { IntervalJSON.appendLine(summary, to: &$0) }
    #expect(interval["record"] as? String == "interval")
    var writer = JSONWriter()
    SummaryJSON.appendLine(summary, to: &writer)
    for scalar in writer.buffer.string.unicodeScalars where scalar != "\n" {
      #expect(scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value), "seed \(seed)")
    }
  }
}
