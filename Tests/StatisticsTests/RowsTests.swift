import ControlProtocol
import Records
import Statistics
import TestSupport
import Testing

/// Buckets, histograms, and rows that are sorted and cut.
@Suite struct RowsTests {
  @Test(arguments: Shape.allCases, [1, 17, 2_000])
  func histogramsHoldEverySample(shape: Shape, count: Int) throws {
    var random = SeededRandom(seed: UInt64(count))
    var distribution = LatencyDistribution()
    var samples: [UInt64] = []
    for _ in 0..<count {
      let sample = shape.sample(&random)
      distribution.record(sample)
      samples.append(UInt64(sample))
    }
    for limit in [20, 24, 60] {
      let rows = try #require(LatencyHistogram(distribution, rows: limit)).rows
      #expect(rows.count <= limit)
      #expect(rows.reduce(0) { $0 + $1.count } == UInt64(count))
      #expect(rows.first?.count ?? 0 > 0 && rows.last?.count ?? 0 > 0)
      for (row, next) in zip(rows, rows.dropFirst()) { #expect(row.to == next.from) }
      for row in rows {
        // Within the resolution of the distribution of both cuts.
        func near(_ cut: UInt64) -> UInt64 { max(512, cut / 1_000) }
        let surely = samples.count {
          $0 >= row.from + near(row.from) && $0 < row.to - min(row.to, near(row.to))
        }
        let perhaps = samples.count {
          $0 >= row.from - min(row.from, near(row.from)) && $0 / 2 < row.to / 2 + near(row.to) / 2
        }
        #expect(row.count >= UInt64(surely) && row.count <= UInt64(perhaps))
      }
    }
    #expect(LatencyHistogram(LatencyDistribution(), rows: 20) == nil)
  }

  @Test(arguments: Shape.allCases)
  func coarseDistributionsAreWithinTheirBound(shape: Shape) {
    var random = SeededRandom(seed: 5)
    for count in [1, 16, 17, 5_000] {
      var distribution = LatencyDistribution(precision: .coarse)
      let samples = (0..<count).map { _ in shape.sample(&random) }
      for sample in samples { distribution.record(sample) }
      let sorted = samples.sorted().map(UInt64.init)
      for (share, value) in zip(
        [5_000, 9_900] as [UInt64], distribution.percentiles([5_000, 9_900]))
      {
        let truth = sorted[max(1, (Int(share) * count + 9_999) / 10_000) - 1]
        let error = max(value, truth) - min(value, truth)
        #expect(error <= max(1_000, truth / 31), "\(shape), \(count)")
      }
      #expect(distribution.estimatedBytes < 8_192)
    }
  }

  @Test(arguments: RowOrder.allCases)
  func cutRowsAddUp(order: RowOrder) throws {
    var random = SeededRandom(seed: 31)
    let collector = SummaryCollector()
    for number in 0..<3_000 {
      let type = "t\(random.next() % 90)"
      if random.next() % 9 == 0 {
        RecordBuilder.tell(
          to: collector, type: type, outcome: .unanswered, reason: .timeout, waited: 50)
      } else {
        RecordBuilder.tell(
          to: collector, type: type, outcome: random.next() % 5 == 0 ? .error : .ok,
          latency: Int64(random.next() % 1_000_000), number: UInt64(number))
      }
    }
    var cut = summary(of: collector)
    let whole = cut
    cut.arrange(by: order, top: 10)
    #expect(cut.byType.count == 10)
    let sum = cut.byType.map(\.tally).reduce(try #require(cut.otherTypes)) { $0.adding($1) }
    #expect(sum.requests == whole.totals.requests && sum.errors == whole.totals.errors)
    #expect(LatencyFigures(sum.latency) == LatencyFigures(whole.totals.latency))
    #expect(sum.unanswered.total == whole.totals.unanswered.total)
    // What was kept is no less than what was cut.
    var all = whole
    all.arrange(by: order, top: nil)
    #expect(all.byType.prefix(10).map(\.type) == cut.byType.map(\.type))
    #expect(all.byType.count == whole.byType.count)
  }

  /// Types of which there are only notifications take no room, and stand where their figure is.
  @Test(arguments: [nil, 3] as [Int?])
  func rowsOfNotificationsStandInTheOrder(top: Int?) {
    let collector = SummaryCollector()
    for number in 1...6 {
      for _ in 0..<number {
        RecordBuilder.tell(to: collector, type: "asked\(number)", latency: 5)
        RecordBuilder.tellMessage(to: collector, .notification, type: "told\(number)", uuid: nil)
      }
    }
    RecordBuilder.tellMessage(to: collector, .notification, type: "asked6", uuid: nil)
    var rows = summary(of: collector)
    rows.arrange(by: .notifications, top: top)
    let asked = top == nil ? ["asked6", "asked5", "asked4", "asked3", "asked2", "asked1"] : []
    let told = ["told6", "told5", "told4", "told3", "told2"]
    let names = rows.byType.map { String(decoding: $0.type ?? [], as: UTF8.self) }
    #expect(Array(names.prefix(5)) == told)
    #expect(names.dropFirst(5).prefix(2).sorted() == ["asked6", "told1"])
    #expect(names.count == 6 + (top ?? asked.count))
    let counts = rows.byType.map(\.tally.notifications)
    #expect(counts == counts.sorted(by: >))
  }
}
