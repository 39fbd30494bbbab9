import ControlProtocol
import Records
import Statistics
import TestSupport
import Testing
import Wire

@Suite struct TimelineCollectorTests {
  /// Requests with their fates, told as an inspector would: in the order of their ends.
  private struct Told {
    var start: Int64
    var latency: Int64?
    var type: String
    var isError = false
    var isLate = false
  }

  private static let timeout: Int64 = 1_000_000_000

  private func told(_ count: Int, over range: ClosedRange<Int64>, seed: UInt64) -> [Told] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in
      let latency = Int64.random(in: 0...1_300_000_000, using: &random)
      return Told(
        start: Int64.random(in: range, using: &random),
        latency: random.next() % 10 == 0 ? nil : latency, type: "t\(random.next() % 60)",
        isError: random.next() % 4 == 0, isLate: latency > Self.timeout)
    }
  }

  private func tell(_ all: [Told], to collector: TimelineCollector) {
    var events: [(time: Int64, act: () -> Void)] = []
    for (number, item) in all.enumerated() {
      func record(_ end: Int64, _ edit: (inout TransactionRecord) -> Void) {
        var record = TransactionRecord()
        var text: [UInt8] = []
        record.type = TextRange(start: 0, count: item.type.utf8.count)
        text += Array(item.type.utf8)
        record.number = UInt64(number)
        record.start = CaptureTime(nanoseconds: item.start)
        record.end = CaptureTime(nanoseconds: end)
        edit(&record)
        unsafe text.withUnsafeBytes {
          unsafe collector.take(record, text: RawSpan(_unsafeBytes: $0))
        }
      }
      events.append(
        (
          item.start,
          { RecordBuilder.tellMessage(to: collector, .request, type: item.type, end: item.start) }
        ))
      if item.latency == nil || item.isLate {
        let end = item.start + Self.timeout
        events.append(
          (
            end,
            {
              record(end) {
                $0.unanswered = .timeout
                $0.missedDeadline = .timeout
                $0.waited = Self.timeout
              }
            }
          ))
      }
      if let latency = item.latency {
        let end = item.start + latency
        events.append(
          (
            end,
            {
              record(end) {
                $0.outcome = item.isError ? .error : .ok
                $0.latency = latency
                $0.quality = .exact
                $0.revision = item.isLate ? 1 : 0
                if item.isLate { $0.missedDeadline = .timeout }
              }
            }
          ))
      }
    }
    for event in events.sorted(by: { $0.time < $1.time }) { event.act() }
  }

  @Test(
    arguments: [
      (0, 10_000_000), (1_000, 400_000_000_000), (-50_000_000_000, 50_000_000_000),
      (1_700_000_000_123_456_789, 1_700_100_000_000_000_000),
    ] as [(Int64, Int64)])
  func binsAndRowsAddUp(from: Int64, to: Int64) throws {
    let seed: UInt64 = 12
    let all = told(4_000, over: from...to, seed: seed)
    let collector = TimelineCollector(hasRows: true)
    tell(all, to: collector)
    let whole = try #require(
      collector.timeline(over: (CaptureTime(nanoseconds: from), CaptureTime(nanoseconds: to))))
    #expect(whole.bins.count <= TimelineCollector.mostBins)
    #expect(whole.rows.count == TimelineCollector.mostRows + 1 && whole.rows.last?.isOther == true)
    for columns in [1_000, 200, 64, 7, 1] {
      let timeline = whole.fitted(to: columns)
      // The bins of a width begin at its multiples, so one more may be needed.
      #expect(timeline.bins.count <= max(2, columns))
      #expect(timeline.start.nanoseconds % timeline.width == 0)
      for (index, bin) in timeline.bins.enumerated() {
        let range =
          timeline.start(of: index).nanoseconds..<timeline.start(of: index + 1).nanoseconds
        let mine = all.filter { range.contains($0.start) }
        #expect(bin.requests == UInt64(mine.count), "seed \(seed)")
        let answered = mine.filter { $0.latency != nil }
        #expect(bin.answered == UInt64(answered.count))
        #expect(bin.errors == UInt64(answered.count { $0.isError }))
        #expect(bin.late == UInt64(answered.count { $0.isLate }))
        #expect(bin.failures == UInt64(mine.count - answered.count))
        #expect(bin.latency.maximum == answered.compactMap(\.latency).max().map(UInt64.init))
        let cells = timeline.rows.map { $0.cells[index] }
        #expect(cells.reduce(0) { $0 + $1.requests } == bin.requests)
        #expect(cells.reduce(0) { $0 + $1.errors } == bin.errors)
        #expect(cells.reduce(0) { $0 + $1.failures } == bin.failures)
        #expect(cells.reduce(0) { $0 + $1.latency.count } == bin.latency.count)
        // Outstanding until the answer or the timeout, whichever is first.
        let outstanding = all.reduce(Int64(0)) { sum, item in
          let end = item.start + min(item.latency ?? Self.timeout, Self.timeout)
          return sum + max(0, min(end, range.upperBound) - max(item.start, range.lowerBound))
        }
        let mean = Double(outstanding) / Double(timeline.width)
        #expect(abs(bin.inFlightMean - mean) < 1e-6 * max(1, mean), "\(columns), bin \(index)")
      }
    }
  }

  @Test func widthsDoubleUntilAllFits() throws {
    let collector = TimelineCollector(hasRows: false)
    var width: Int64 = 0
    for second in [0, 1, 10, 100, 1_000, 1_000_000] as [Int64] {
      RecordBuilder.tellMessage(to: collector, .notification, end: second * 1_000_000_000)
      let timeline = try #require(collector.timeline(over: nil))
      #expect(timeline.width >= width && timeline.width % 1_953_125 == 0)
      #expect((timeline.width / 1_953_125).nonzeroBitCount == 1)
      width = timeline.width
    }
    let bins = try #require(collector.timeline(over: nil)).bins
    #expect(bins.count <= 256 && bins.count > 128)
    #expect(bins.reduce(0) { $0 + $1.notifications } == 6)
  }

  @Test func anyTimesAreTaken() {
    var random = SeededRandom(seed: 9)
    let collector = TimelineCollector(hasRows: true)
    for time in [Int64.min, .max, 0, -1] + (0..<500).map({ _ in Int64(bitPattern: random.next()) })
    {
      RecordBuilder.tellMessage(to: collector, .request, end: time)
      RecordBuilder.tell(to: collector, latency: time, end: time)
    }
    let timeline = collector.timeline(over: nil)
    #expect(timeline?.bins.reduce(0) { $0 + $1.requests } == 504)
    #expect(timeline?.bins.count ?? 0 <= 256)
    #expect(timeline?.fitted(to: 10).bins.count ?? 0 <= 10)
    #expect(TimelineCollector(hasRows: true).timeline(over: nil) == nil)
  }

  @Test func memoryIsBoundedWhateverTheTypesAndLatencies() {
    var random = SeededRandom(seed: 3)
    let collector = TimelineCollector(hasRows: true)
    for number in 0..<200_000 {
      RecordBuilder.tell(
        to: collector, type: "type-\(number % 1_000)",
        latency: Int64(random.next() >> 1) >> Int64(random.next() % 63),
        end: Int64(number) * 1_000_000)
    }
    #expect(collector.estimatedBytes < 60 << 20)
  }
}
