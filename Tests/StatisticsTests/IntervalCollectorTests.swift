import ControlProtocol
import Records
import Statistics
import TestSupport
import Testing
import Wire

private let second: Int64 = 1_000_000_000

/// An interval collector with what it told.
private final class Intervals {
  var told: [Summary] = []
  private(set) var collector: IntervalCollector!

  init(length: Int64) {
    collector = IntervalCollector(length: length) { [unowned self] in told.append($0) }
  }

  var bounds: [[Int64]] {
    told.map { [$0.from?.nanoseconds ?? -1, $0.to?.nanoseconds ?? -1] }
  }
}

@Suite struct IntervalCollectorTests {
  @Test func intervalsBeginAtMultiplesOfTheirLength() {
    let intervals = Intervals(length: 10 * second)
    RecordBuilder.tell(to: intervals.collector, latency: 1, end: 13 * second)
    RecordBuilder.tell(to: intervals.collector, latency: 1, end: 20 * second - 1)
    RecordBuilder.tell(to: intervals.collector, latency: 1, end: 20 * second)
    intervals.collector.finish()
    #expect(intervals.bounds == [[10 * second, 20 * second], [20 * second, 30 * second]])
    #expect(intervals.told.map(\.totals.requests) == [2, 1])
    #expect(intervals.told[0].totals.ratePerSecond(over: 10_000_000_000) == 0.2)
  }

  @Test func timesBeforeTheEpochAreAlignedToo() {
    let intervals = Intervals(length: 10)
    RecordBuilder.tell(to: intervals.collector, latency: 1, end: -11)
    RecordBuilder.tell(to: intervals.collector, latency: 1, end: -10)
    RecordBuilder.tell(to: intervals.collector, latency: 1, end: -1)
    RecordBuilder.tell(to: intervals.collector, latency: 1, end: 0)
    intervals.collector.finish()
    #expect(intervals.bounds == [[-20, -10], [-10, 0], [0, 10]])
    #expect(intervals.told.map(\.totals.requests) == [1, 2, 1])
  }

  @Test func runsOfEmptyIntervalsAreToldAsOne() {
    let intervals = Intervals(length: 10)
    let collector = intervals.collector!
    collector.advance(to: CaptureTime(nanoseconds: 5))
    collector.advance(to: CaptureTime(nanoseconds: 25))
    RecordBuilder.tell(to: collector, latency: 1, end: 31)
    RecordBuilder.tell(to: collector, latency: 1, end: 95)
    RecordBuilder.tell(to: collector, latency: 1, end: 101)
    collector.advance(to: CaptureTime(nanoseconds: 125))
    collector.advance(to: CaptureTime(nanoseconds: 155))
    collector.finish()
    #expect(
      intervals.bounds == [
        [0, 30], [30, 40], [40, 90], [90, 100], [100, 110], [110, 160],
      ])
    #expect(intervals.told.map(\.isEmpty) == [true, false, true, false, false, true])
  }

  @Test func nothingAtAllTellsNothing() {
    let intervals = Intervals(length: 10)
    intervals.collector.finish()
    #expect(intervals.told.isEmpty)
  }

  @Test func lateAnswersCountOnlyAsLate() {
    let intervals = Intervals(length: 10)
    RecordBuilder.tell(
      to: intervals.collector, outcome: .unanswered, reason: .timeout, waited: 30, end: 5)
    RecordBuilder.tell(to: intervals.collector, latency: 35, revision: 1, end: 15)
    intervals.collector.finish()
    #expect(intervals.told.map(\.totals.requests) == [1, 0])
    #expect(intervals.told.map(\.totals.late) == [0, 1])
    #expect(intervals.told.map(\.totals.unanswered.total) == [1, 0])
    #expect(intervals.told[1].totals.latency.isEmpty)
    #expect(intervals.told[1].byType.map(\.tally.late) == [1])
  }

  @Test func whatIsToldLateStaysInTheCurrentInterval() {
    let intervals = Intervals(length: 10)
    RecordBuilder.tell(to: intervals.collector, latency: 1, end: 25)
    RecordBuilder.tell(to: intervals.collector, .junk, time: 4)
    intervals.collector.finish()
    #expect(intervals.bounds == [[20, 30]])
    #expect(intervals.told[0].diagnostics.map(\.count) == [1])
  }

  @Test func aClockThatIsSetBackBeginsAnew() {
    let intervals = Intervals(length: second)
    let collector = intervals.collector!
    collector.advance(to: CaptureTime(nanoseconds: 100 * second))
    RecordBuilder.tell(to: collector, latency: 1, end: 100 * second)
    collector.advance(to: CaptureTime(nanoseconds: 50 * second))
    RecordBuilder.tell(to: collector, latency: 1, end: 50 * second)
    #expect(!collector.isDue(at: CaptureTime(nanoseconds: 50 * second + 1)))
    #expect(collector.isDue(at: CaptureTime(nanoseconds: 51 * second)))
    collector.finish()
    #expect(intervals.bounds == [[100 * second, 101 * second], [50 * second, 51 * second]])
  }

  @Test func timeInFlightIsSharedOutOverTheIntervals() {
    let intervals = Intervals(length: 10)
    let collector = intervals.collector!
    // Outstanding from 5 to 25; another from 12 to 18.
    RecordBuilder.tellMessage(to: collector, .request, uuid: "1", end: 5)
    RecordBuilder.tellMessage(to: collector, .request, uuid: "2", end: 12)
    RecordBuilder.tell(to: collector, latency: 6, number: 2, end: 18)
    RecordBuilder.tell(to: collector, latency: 20, number: 1, end: 25)
    collector.finish()
    #expect(intervals.told.map { $0.totals.inFlightMean(over: 10) } == [0.5, 1.6, 0.5])
    #expect(intervals.told.map { $0.byType[0].tally.inFlightMean(over: 10) } == [0.5, 1.6, 0.5])
    #expect(intervals.told.map(\.totals.inFlightMaximum)[1] == 2)
  }

  @Test func healthIsWhatWasAddedSinceTheLastInterval() {
    let intervals = Intervals(length: 10)
    let collector = intervals.collector!
    var health = CaptureHealth()
    health.packets = 3
    health.droppedKernel = 1
    collector.advance(to: CaptureTime(nanoseconds: 5), health: CaptureHealth())
    RecordBuilder.tell(to: collector, latency: 1, end: 6)
    collector.advance(to: CaptureTime(nanoseconds: 15), health: health)
    RecordBuilder.tell(to: collector, latency: 1, end: 16)
    health.packets = 10
    health.droppedKernel = 1
    collector.finish(health: health)
    #expect(intervals.told.map { $0.health?.packets } == [3, 7])
    #expect(intervals.told.map { $0.health?.droppedKernel } == [1, 0])
  }

  @Test(arguments: [1, 7, 1_000, Int64.max, 0, -5])
  func anyTimesAndLengthsAreTaken(length: Int64) {
    let seed: UInt64 = 3
    var random = SeededRandom(seed: seed)
    let intervals = Intervals(length: length)
    for _ in 0..<200 {
      let time = Int64(bitPattern: random.next())
      if intervals.collector.isDue(at: CaptureTime(nanoseconds: time)) {
        intervals.collector.advance(to: CaptureTime(nanoseconds: time))
      }
      RecordBuilder.tell(to: intervals.collector, latency: time, end: time)
    }
    for time in [Int64.min, .max, 0] {
      RecordBuilder.tellMessage(to: intervals.collector, .request, end: time)
      intervals.collector.advance(to: CaptureTime(nanoseconds: time))
    }
    intervals.collector.finish()
    let requests = intervals.told.reduce(0) { $0 + $1.totals.requests }
    #expect(requests == 200, "seed \(seed)")
    for interval in intervals.told {
      #expect((interval.from ?? .distantFuture) <= (interval.to ?? .distantPast))
    }
  }

  @Test func intervalsAddUpToTheWhole() {
    let seed: UInt64 = 21
    var random = SeededRandom(seed: seed)
    let intervals = Intervals(length: 1_000)
    let whole = SummaryCollector()
    var time: Int64 = 0
    for number in 0..<3_000 {
      time += Int64(random.next() % 700)
      let latency = Int64(random.next() % 900)
      let type = "t\(random.next() % 5)"
      for sink in [whole as any RecordSink, intervals.collector!] {
        RecordBuilder.tellMessage(to: sink, .request, type: type, end: time - latency)
        RecordBuilder.tell(
          to: sink, type: type, latency: latency, number: UInt64(number), end: time)
      }
    }
    intervals.collector.finish()
    var merged = Summary()
    for interval in intervals.told { merged.merge(interval) }
    let expected = summary(of: whole)
    #expect(merged.totals.requests == 3_000, "seed \(seed)")
    #expect(LatencyFigures(merged.totals.latency) == LatencyFigures(expected.totals.latency))
    #expect(merged.totals.outstandingNanoseconds == expected.totals.outstandingNanoseconds)
    #expect(merged.byType.map(\.type) == expected.byType.map(\.type))
    let ends = intervals.told.dropLast().map { $0.to }
    let begins = intervals.told.dropFirst().map { $0.from }
    #expect(ends == begins, "the intervals follow on each other")
  }
}
