import Foundation
import TestSupport
import Testing
import Wire

@testable import Rendering

struct PlotScaleTests {
  @Test func logarithmsEqualTheLibrarys() {
    var random = SeededRandom(seed: 3)
    for _ in 0..<2_000 {
      let value = Double(random.next() >> (random.next() % 64)) / 1_000 + 1e-6
      #expect(abs(Logarithm.base10(value) - log10(value)) < 1e-9, "\(value)")
    }
    #expect(Logarithm.base10(0) == 0)
    #expect(Logarithm.base10(-1) == 0)
    #expect(Logarithm.base10(.infinity) == 0)
  }

  /// Every value lies between the ends, in order, and the decades at equal distances.
  @Test func logarithmicAxesHoldTheirValues() {
    var random = SeededRandom(seed: 4)
    for _ in 0..<500 {
      let values = (0..<2).map { _ in random.next() >> (1 + random.next() % 62) }
      let (least, most) = (values.min() ?? 0, values.max() ?? 0)
      let scale = LogScale(least: least, most: most, start: 0, end: 100)
      #expect(scale.bounds.lowerBound <= max(1_000, Double(least)))
      #expect(scale.bounds.upperBound >= Double(most))
      #expect(scale(Double(least)) <= scale(Double(most)))
      #expect((0...100).contains(scale(Double(least))))
      #expect((0...100).contains(scale(Double(most))))
      let names = scale.ticks.filter { !$0.label.isEmpty }
      #expect(names.count >= 2, "\(least) \(most)")
      #expect(Set(names.map(\.label)).count == names.count)
      #expect(scale.ticks.map(\.position) == scale.ticks.map(\.position).sorted())
      #expect(scale(0) == 0)
    }
    let scale = LogScale(least: 1_000, most: 1_000_000_000, start: 0, end: 60)
    #expect(
      scale.ticks.filter { !$0.label.isEmpty }.map(\.label)
        == ["1 µs", "10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s"])
    for (index, tick) in scale.ticks.filter({ !$0.label.isEmpty }).enumerated() {
      #expect(abs(tick.position - Double(index) * 10) < 1e-6)
    }
  }

  @Test func countsHaveRoundMarks() {
    func marks(_ most: Double) -> [String] {
      LinearScale(most: most, start: 100, end: 0).ticks.map(\.label)
    }
    #expect(marks(1) == ["0", "1"])
    #expect(marks(4) == ["0", "1", "2", "3", "4"])
    #expect(marks(20) == ["0", "5", "10", "15", "20"])
    #expect(marks(1_511) == ["0", "500", "1,000", "1,500", "2,000"])
    #expect(LinearScale(most: 20, start: 100, end: 0)(10) == 50)
    #expect(LinearScale(most: 20, start: 100, end: 0)(1e9) == 0)
  }

  private func marks(from: Int64, length: Int64, ahead: Int32 = 0) -> [PlotTick] {
    TimeScale(
      from: CaptureTime(nanoseconds: from), to: CaptureTime(nanoseconds: from + length), start: 0,
      end: 880, secondsFromUTC: { _ in ahead }
    ).ticks
  }

  @Test func timesHaveRoundMarksInTheUsersZone() {
    // 2023-11-14 22:13:20 UTC
    let start: Int64 = 1_700_000_000_000_000_000
    #expect(
      marks(from: start, length: 2_500_000_000).map(\.label) == [
        "22:13:20.0", "22:13:20.5", "22:13:21.0", "22:13:21.5", "22:13:22.0", "22:13:22.5",
      ])
    #expect(marks(from: start, length: 3_600_000_000_000).first?.label == "22:20")
    #expect(marks(from: start, length: 3_600_000_000_000, ahead: 5_400).first?.label == "23:50")
    #expect(marks(from: start, length: 10 * 86_400_000_000_000).first?.label == "11-15")
    #expect(marks(from: start, length: 0).count <= 8)
  }

  /// From a nanosecond to centuries there are a few marks, in order and with names of their own.
  @Test func anyTimeHasAFewMarks() {
    for exponent in 3..<18 {
      for factor in [1.0, 1.7, 3, 6.5] {
        let length = Int64(factor * pow(10, Double(exponent)))
        let ticks = marks(from: 1_700_000_123_456_789_012, length: length)
        #expect((2...9).contains(ticks.count), "\(length): \(ticks.map(\.label))")
        #expect(ticks.map(\.position) == ticks.map(\.position).sorted())
        if length > 10_000, length < 80_000_000_000_000 {
          #expect(Set(ticks.map(\.label)).count == ticks.count, "\(ticks.map(\.label))")
        }
      }
    }
  }
}
