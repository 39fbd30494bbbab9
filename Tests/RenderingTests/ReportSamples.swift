import ControlProtocol
import Records
import Statistics
import TestSupport
import Wire

@testable import Rendering

/// Records told to a collector, for reports.
struct ReportSample {
  let collector: SummaryCollector
  private let collectors: ReportCollectors?
  private(set) var count: UInt64 = 0

  init(slowest: Int = 10, plan: ReportPlan = ReportPlan()) {
    collectors = ReportCollectors(plan, seed: 0)
    var limits = SummaryCollector.Limits()
    limits.slowest = slowest
    collector = SummaryCollector(limits: limits)
  }

  mutating func tell(
    _ type: [UInt8]?, outcome: Outcome = .ok, latency: Int64? = nil, code: [UInt8]? = nil,
    reason: [UInt8]? = nil, direction: Direction = .clientToServer,
    _ edit: (inout TransactionRecord) -> Void = { _ in }
  ) {
    var text: [UInt8] = []
    func place(_ bytes: [UInt8]?) -> TextRange {
      guard let bytes else { return .absent }
      let range = TextRange(start: text.count, count: bytes.count)
      text += bytes
      return range
    }
    var record = TransactionRecord()
    record.direction = direction
    record.number = count
    record.type = place(type)
    record.uuid = place(type.map { Array($0.reversed()) })
    record.outcome = outcome
    record.latency = latency
    record.quality = latency == nil ? nil : .exact
    record.code = place(code)
    record.reason = place(reason)
    record.requestFrame = 12 + count
    record.responseFrameEnd = 15 + count
    record.identity.client = Endpoint(address: IPAddress(ipv4: 0x0a00_0001), port: 40_000)
    record.identity.server = Endpoint(address: IPAddress(ipv4: 0x0a00_0002), port: 4080)
    record.identity.tcpStream = 3
    record.start = CaptureTime(nanoseconds: 1_700_000_000_123_456_789)
    edit(&record)
    count += 1
    unsafe text.withUnsafeBytes {
      unsafe collector.take(record, text: RawSpan(_unsafeBytes: $0))
      unsafe collectors?.take(record, text: RawSpan(_unsafeBytes: $0))
    }
  }

  func tellNotification(_ type: [UInt8]) {
    var record = MessageRecord()
    record.kind = .notification
    record.type = TextRange(start: 0, count: type.count)
    unsafe type.withUnsafeBytes {
      unsafe collector.take(record, parameters: Span(), text: RawSpan(_unsafeBytes: $0))
    }
  }

  func tellDiagnostic(_ code: DiagnosticCode, count: UInt64 = 1) {
    var record = DiagnosticRecord()
    record.code = code
    record.count = count
    collector.take(record, text: RawSpan())
  }

  /// What was told, over ten seconds from the epoch on.
  func summary(health: CaptureHealth? = nil, ended: RunEnd? = .endOfInput) -> Summary {
    var summary = collector.summary(
      over: (CaptureTime(nanoseconds: 0), CaptureTime(nanoseconds: 10_000_000_000)),
      ended: ended, health: health)
    collectors?.complete(&summary)
    return summary
  }

  /// Everything a report can hold, with texts that try to do harm.
  static func hostile(seed: UInt64) -> Summary {
    var random = SeededRandom(seed: seed)
    var plan = ReportPlan()
    plan.hasTimeline = true
    plan.hasHeatMap = true
    // Every other by groups.
    if seed % 2 == 1 { plan.grouping = GroupingPlan([.client, .type, .connection, .server]) }
    var sample = ReportSample(plan: plan)
    let seeds: [[UInt8]?] = [
      nil, [], Array("\u{1b}[31mred\u{1b}[0m".utf8), Array("a\r\n\u{7}b\u{8}".utf8),
      [0xff, 0xfe, 0x80], Array("\u{202e}名前\u{200b}\u{9b}31m".utf8),
      Array("e\u{301}\u{301}👩‍👩‍👧‍👦\u{fe0f}".utf8), Array(repeating: 0x41, count: 300),
      Array("\\x1b".utf8), [0x00],
    ]
    for _ in 0..<300 {
      var text = seeds[Int(random.next() % UInt64(seeds.count))]
      if random.next() % 2 == 0 {
        text = (0..<Int(random.next() % 30)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      }
      let latency = Int64(bitPattern: random.next() >> 1) >> Int64(random.next() % 63)
      switch random.next() % 4 {
      case 0: sample.tellNotification(text ?? [])
      case 1:
        sample.tell(text, outcome: .unanswered) {
          $0.unanswered = UnansweredReason.allCases[Int(random.next() % 9)]
          $0.waited = latency
          $0.start = CaptureTime(nanoseconds: Int64(random.next() % 10_000_000_000))
        }
      default:
        sample.tell(text, outcome: .error, latency: latency, code: text, reason: text) {
          $0.quality = Quality.allCases[Int(random.next() % 3)]
          $0.causes = Causes(rawValue: UInt16(truncatingIfNeeded: random.next()))
          $0.hints = Hints(rawValue: UInt8(truncatingIfNeeded: random.next()))
          $0.start = CaptureTime(nanoseconds: Int64(random.next() % 10_000_000_000))
          $0.network = latency
          $0.server = latency
          $0.identity.client = Endpoint(
            address: IPAddress(ipv6High: random.next(), low: random.next()), port: 65_535)
        }
      }
    }
    for code in DiagnosticCode.allCases { sample.tellDiagnostic(code, count: random.next()) }
    var health = CaptureHealth()
    health.packets = random.next()
    health.bytes = random.next()
    health.gaps = random.next()
    health.missingBytes = random.next()
    health.droppedKernel = random.next()
    health.ackedUnseenBytes = random.next()
    health.undecoded = [("arp", random.next() >> 8), ("udp", 3), ("ipv6-header-cut", 900)]
    return sample.summary(health: health, ended: .interrupted)
  }
}

extension ReportViews {
  /// Everything that a report can show.
  static func all(isCensored: Bool) -> ReportViews {
    var views = ReportViews()
    views.histogram = .rows
    views.hasTimeline = true
    views.hasHeatMap = true
    views.isCensored = isCensored
    return views
  }
}

/// The text of a report.
func report(
  _ summary: Summary, width: Int = 120, isColoured: Bool = false, survey: ReportSurvey? = nil,
  views: ReportViews = ReportViews()
) -> String {
  var buffer = OutputBuffer()
  var style = TableStyle()
  style.width = width
  style.palette = isColoured ? .ansi : .plain
  ReportText(style: style, views: views).append(summary, survey: survey, to: &buffer)
  return buffer.string
}

/// The lines of a text, without the escape sequences of the palette.
func lines(of text: String) -> [Substring] {
  var plain = text
  for sequence in [
    Palette.ansi.bold, Palette.ansi.dim, Palette.ansi.error, Palette.ansi.good,
    Palette.ansi.warning, Palette.ansi.alarm, Palette.ansi.reset,
  ] + Palette.ansi.heat {
    plain = plain.replacing(sequence, with: "")
  }
  return plain.split(separator: "\n", omittingEmptySubsequences: false)
}
