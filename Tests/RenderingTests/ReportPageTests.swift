import ControlProtocol
import Foundation
import Records
import Statistics
import TestSupport
import Testing
import Wire

@testable import Rendering

/// Records told to all that a page is made of.
private struct PageSample {
  private let summaries = SummaryCollector()
  private let reports: ReportCollectors?
  private var count: UInt64 = 0
  /// Nanoseconds; the times that requests are given lie behind it.
  static let start: Int64 = 1_700_000_000_000_000_000

  init(_ dimensions: [GroupingPlan.Dimension] = []) {
    var plan = ReportPlan()
    plan.hasTimeline = true
    plan.hasHeatMap = true
    plan.hasSample = true
    plan.grouping = dimensions.isEmpty ? nil : GroupingPlan(dimensions)
    reports = ReportCollectors(plan, seed: 1)
  }

  /// Tells a transaction that began so many nanoseconds after the start.
  mutating func tell(
    _ type: [UInt8]?, at time: Int64, _ outcome: Outcome = .ok, took: Int64,
    quality: Quality = .exact, code: [UInt8]? = nil
  ) {
    var text: [UInt8] = []
    func place(_ bytes: [UInt8]?) -> TextRange {
      guard let bytes else { return .absent }
      let range = TextRange(start: text.count, count: bytes.count)
      text += bytes
      return range
    }
    var record = TransactionRecord()
    record.number = count
    record.type = place(type)
    record.uuid = place(code ?? Array("\(count)".utf8))
    record.outcome = outcome
    record.start = CaptureTime(nanoseconds: Self.start + time)
    record.end = record.start.advanced(byNanoseconds: took)
    if outcome == .unanswered {
      record.unanswered = .timeout
      record.waited = took
    } else {
      record.latency = took
      record.quality = quality
      record.responseTransfer = 0
    }
    record.code = place(code)
    record.reason = place(code)
    record.identity.connection = count % 7
    record.requestFrame = count + 1
    count += 1
    unsafe text.withUnsafeBytes { bytes in
      let text = unsafe RawSpan(_unsafeBytes: bytes)
      var message = MessageRecord()
      message.identity = record.identity
      message.type = record.type
      message.uuid = record.uuid
      message.start = record.start
      message.end = record.start
      for sink in [summaries, reports] as [(any RecordSink)?] {
        sink?.take(message, parameters: Span(), text: text)
        sink?.take(record, text: text)
      }
    }
  }

  /// What was told, over so many nanoseconds.
  func summary(over length: Int64) -> Summary {
    var summary = summaries.summary(
      over: (
        CaptureTime(nanoseconds: Self.start), CaptureTime(nanoseconds: Self.start + length)
      ), ended: .endOfInput, health: CaptureHealth())
    reports?.complete(&summary)
    return summary
  }
}

@Suite(.enabled(if: PageJudge.isAvailable, "python3-html5lib is not installed"))
struct ReportPageTests {
  private static let byType =
    "Requests by type and direction, with counts and percentiles of latency"

  private func page(
    _ summary: Summary, inputs: [String] = ["ring.pcap"], survey: ReportSurvey? = nil
  ) throws -> PageJudge {
    let run = RunDescription(version: "1", command: "report", inputs: inputs, mode: .file)
    let sink = PageSink()
    ReportPage(run).write(summary, survey: survey, to: HTMLWriter(output: sink))
    return try PageJudge(sink.data)
  }

  private static let names: [[UInt8]?] = [
    nil, [], Array("<script>alert(1)</script>".utf8), Array("\"'><img src=x onerror=y>".utf8),
    Array("</style></svg></title>".utf8), Array("&lt;b&gt;".utf8),
    Array("\u{202e}evil\u{2066}".utf8),
    Array("\u{1b}[31mred\u{0}".utf8), [0xff, 0xfe, 0xc3], Array("<!--".utf8), Array("]]>".utf8),
    Array("http://example.org/".utf8), Array("עברית".utf8),
    Array("a".utf8) + Array(String(repeating: "\u{301}", count: 200).utf8),
  ]

  @Test(arguments: [1, 2] as [UInt64])
  func whateverWasCapturedThePageIsWellFormed(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var sample = PageSample([.type, .client, .connection])
    for _ in 0..<800 {
      let name = Self.names[Int(random.next() % UInt64(Self.names.count))]
      let took = Int64(random.next() >> 1) >> Int64(random.next() % 62)
      let outcome = Outcome.allCases[Int(random.next() % 4)]
      sample.tell(
        name, at: Int64(random.next() % 10_000_000_000), outcome, took: took,
        quality: Quality.allCases[Int(random.next() % 3)],
        code: outcome == .error ? name : nil)
    }
    let page = try page(
      sample.summary(over: 10_000_000_000),
      inputs: ["/tmp/<b>&\"\u{1b}.pcap", "\u{202e}gpj.pcap"])
    #expect(page.faults.isEmpty, "seed \(seed): \(page.faults)")
    // As a reader sees it, what was captured is there.
    #expect(page.text.contains("<script>alert(1)</script>"))
    #expect(page.text.contains("\\u{202e}evil\\u{2066}"))
    #expect(page.text.contains("\\xff\\xfe\\xc3"))
    #expect(page.text.contains("/tmp/<b>&\"\\x1b.pcap"))
  }

  /// A hundred thousand types, codes and reasons, with names that grow most when they are escaped.
  @Test func aPageIsBoundedAndItsRowsAddUp() throws {
    var sample = PageSample([.type, .connection])
    for number in 0..<100_000 {
      let name =
        Array("\(number)".utf8) + [UInt8](repeating: number % 2 == 0 ? 0x26 : 0xff, count: 480)
      sample.tell(
        name, at: Int64(number) * 100_000, number % 3 == 0 ? .error : .ok,
        took: Int64(number % 977) * 3_001 + 1_000,
        quality: number % 5 == 0 ? .uncertain : .exact, code: number % 3 == 0 ? name : nil)
    }
    let page = try page(sample.summary(over: 10_000_000_000))
    #expect(page.faults.isEmpty, "\(page.faults)")
    #expect(page.size < 2 << 20, "\(page.size)")
    for caption in [Self.byType, "Requests by group, with counts and percentiles of latency"] {
      let rows = page.tables[caption] ?? []
      let column = try #require(rows.first?.firstIndex(of: "count"))
      let counts = rows.dropFirst().map { Int($0[column].replacing(",", with: "")) ?? -1 }
      #expect(rows.contains { $0[0] == "(other)" })
      let total = try #require(rows.firstIndex { $0[0] == "total" })
      #expect(counts.prefix(total - 1).reduce(0, +) == 100_000)
      #expect(counts[total - 1] == 100_000)
    }
  }

  @Test func everyOutcomeHasItsShape() throws {
    var sample = PageSample()
    for number in 0..<10 as Range<Int64> {
      sample.tell([0x61], at: number * 1_000_000, took: 1_000_000)
    }
    for number in 0..<5 as Range<Int64> {
      sample.tell([0x61], at: number * 1_000_000, .error, took: 2_000_000)
    }
    for number in 0..<3 as Range<Int64> {
      sample.tell([0x61], at: number * 1_000_000, .unanswered, took: 30_000_000_000)
    }
    for number in 0..<2 as Range<Int64> {
      sample.tell([0x61], at: number * 1_000_000, took: 3_000_000, quality: .uncertain)
    }
    sample.tell([0x61], at: 0, .error, took: 3_000_000, quality: .uncertain)
    let page = try page(sample.summary(over: 100_000_000))
    let shapes = try #require(page.shapes["latency-plot-title"])
    func count(_ name: String, _ letter: Character) -> Int {
      (shapes[name] ?? []).joined().count { $0 == letter }
    }
    #expect(count("ok few", "M") == 10)
    #expect(count("err", "m") == 6)
    #expect(count("una", "z") == 3)
    #expect(count("unc", "z") == 3)
    #expect(page.text.contains("no answer, at the time it waited"))
  }

  /// Latencies of one, ten and a hundred milliseconds stand at equal distances, the greatest on top,
  /// and requests at equal times, too.
  @Test func pointsStandWhereTheirTimeAndLatencyAre() throws {
    var sample = PageSample()
    for (index, took) in [1_000_000, 10_000_000, 100_000_000].enumerated() {
      sample.tell([0x61], at: Int64(index) * 1_000_000_000, took: Int64(took))
    }
    let page = try page(sample.summary(over: 4_000_000_000))
    let path = try #require(page.shapes["latency-plot-title"]?["ok few"]?.first)
    let points = path.split(separator: "M").map { point in
      point.replacing("h0", with: "").split(separator: " ").compactMap { Double($0) }
    }
    #expect(points.count == 3 && points.allSatisfy { $0.count == 2 })
    #expect(abs((points[1][0] - points[0][0]) - (points[2][0] - points[1][0])) < 0.21)
    #expect(abs((points[1][1] - points[0][1]) - (points[2][1] - points[1][1])) < 0.21)
    #expect(points[2][1] < points[0][1] && points[2][0] > points[0][0])
    // A second of four is a quarter of the axis, which is 880 wide.
    #expect(abs(points[1][0] - points[0][0] - 220) < 0.11)
  }

  /// Rows of the heat map that a stall of the whole server hits have their darkest cells in the same
  /// columns, and nowhere else.
  @Test func aStallFillsItsColumns() throws {
    var sample = PageSample()
    for step in 0..<640 as Range<Int64> {
      let time = step * 15_625_000
      for type in 0..<6 as Range<UInt8> {
        let isStalled = (4_000_000_000..<6_000_000_000).contains(time)
        sample.tell(
          [0x61 + type], at: time, took: isStalled ? 6_000_000_000 - time + 1_000_000 : 900_000)
      }
    }
    let page = try page(sample.summary(over: 10_000_000_000))
    let dark = try #require(page.shapes["heatmap-plot-title"]?["h6"]?.first)
    let pale = try #require(page.shapes["heatmap-plot-title"]?["h0"]?.first)
    func columns(_ path: String) -> [Double: Set<Double>] {
      var rows: [Double: Set<Double>] = [:]
      for cell in path.split(separator: "M") {
        let numbers = cell.prefix { $0 != "h" }.split(separator: " ").compactMap { Double($0) }
        rows[numbers[1], default: []].insert(numbers[0])
      }
      return rows
    }
    let rows = columns(dark)
    #expect(rows.count == 6)
    #expect(Set(rows.values).count == 1)
    let stalled = try #require(rows.values.first).sorted()
    let calm = try #require(columns(pale).values.first)
    let all = stalled + calm
    let (left, right) = (all.min() ?? 0, all.max() ?? 0)
    // The darkest step is not all of the stall: its last requests waited little.
    #expect((stalled.first ?? 0) - left >= 0.38 * (right - left))
    #expect((stalled.last ?? 0) - left <= 0.61 * (right - left))
    #expect(stalled.count >= 8)
    #expect(calm.isDisjoint(with: stalled))
  }

  @Test func aCaptureWithoutMessagesSaysWhatWasThere() throws {
    var survey = ReportSurvey()
    survey.segments = 12
    survey.expectedPorts = [4080]
    survey.busiestPorts = [ReportSurvey.Port(port: 443, packets: 12, look: "TLS")]
    let page = try page(PageSample().summary(over: 1), survey: survey)
    #expect(page.faults.isEmpty, "\(page.faults)")
    #expect(page.text.contains("No ControlProtocol message was found."))
    #expect(
      page.tables["Busiest TCP ports"] == [
        ["port", "packets", "looks like"], ["443", "12", "TLS"],
      ])
    #expect(page.shapes.isEmpty)
  }
}
