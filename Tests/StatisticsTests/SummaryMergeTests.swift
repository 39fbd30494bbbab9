import ControlProtocol
import Records
import Statistics
import TestSupport
import Testing
import Wire

@Suite struct SummaryMergeTests {
  /// Tells the same random records to a whole and to one of its parts.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func partsMakeTheWhole(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let whole = SummaryCollector(seed: 1)
    let parts = [SummaryCollector(seed: 2), SummaryCollector(seed: 3)]
    for number in 0..<4_000 {
      let part = parts[Int(random.next() % 2)]
      let type = "type-\(random.next() % 20)"
      let latency = Int64(random.next() % 10_000_000_000)
      let error = random.next() % 4 == 0
      let unanswered = random.next() % 8 == 0
      let quality = Quality.allCases[Int(random.next() % 3)]
      let direction: Direction = random.next() % 2 == 0 ? .clientToServer : .serverToClient
      for collector in [whole, part] {
        if unanswered {
          RecordBuilder.tell(
            to: collector, type: type, outcome: .unanswered, reason: .timeout, waited: latency,
            direction: direction, number: UInt64(number))
        } else {
          RecordBuilder.tell(
            to: collector, type: type, outcome: error ? .error : .ok, latency: latency,
            quality: quality, code: "c\(number % 7)", direction: direction,
            number: UInt64(number))
        }
        RecordBuilder.tellMessage(to: collector, .notification, type: type, direction: direction)
        RecordBuilder.tell(to: collector, .junk)
      }
    }
    var merged = summary(of: parts[0])
    merged.merge(summary(of: parts[1]))
    let expected = summary(of: whole)
    #expect(merged.byType.count == expected.byType.count)
    for (a, b) in zip(merged.byType, expected.byType) {
      #expect(a.type == b.type && a.direction == b.direction, "seed \(seed)")
      expectEqual(a.tally, b.tally)
    }
    expectEqual(merged.totals, expected.totals)
    #expect(merged.messages == expected.messages)
    #expect(merged.diagnostics == expected.diagnostics)
    #expect(merged.slowest.map(\.record.number) == expected.slowest.map(\.record.number))
  }

  private func expectEqual(_ a: Tally, _ b: Tally) {
    #expect(a.requests == b.requests && a.ok == b.ok && a.errors == b.errors)
    #expect(a.notifications == b.notifications)
    #expect(a.unanswered.total == b.unanswered.total)
    #expect(a.unanswered.oldestWaited == b.unanswered.oldestWaited)
    #expect(LatencyFigures(a.latency) == LatencyFigures(b.latency))
    #expect(LatencyFigures(a.exactLatency) == LatencyFigures(b.exactLatency))
    #expect(a.errorsByCode.entries.map(\.text) == b.errorsByCode.entries.map(\.text))
    #expect(a.errorsByCode.entries.map(\.count) == b.errorsByCode.entries.map(\.count))
    #expect(a.outstandingNanoseconds == b.outstandingNanoseconds)
  }

  @Test func rowsStayWithinTheLimitAndAddUp() {
    let parts = [SummaryCollector(), SummaryCollector()]
    for (index, part) in parts.enumerated() {
      for number in 0..<300 {
        RecordBuilder.tell(to: part, type: "\(index)-\(number)", latency: 1)
      }
    }
    var merged = summary(of: parts[0])
    merged.merge(summary(of: parts[1]))
    #expect(merged.byType.count == 256)
    let rows = merged.byType.reduce(0) { $0 + $1.tally.requests }
    #expect(rows + (merged.otherTypes?.requests ?? 0) == 600)
    #expect(merged.totals.requests == 600)
  }

  @Test func timesSpanBothAndUnknownDropsStayUnknown() {
    var first = CaptureHealth()
    first.packets = 3
    first.droppedKernel = 2
    first.droppedInterface = 0
    first.undecoded = [("arp", 1)]
    var second = CaptureHealth()
    second.packets = 4
    second.droppedKernel = 5
    second.undecoded = [("udp", 2), ("arp", 1)]
    let collector = SummaryCollector()
    func part(_ from: Int64, _ to: Int64, _ health: CaptureHealth?) -> Summary {
      collector.summary(
        over: (CaptureTime(nanoseconds: from), CaptureTime(nanoseconds: to)), ended: nil,
        health: health)
    }
    var merged = part(10, 20, first)
    merged.merge(part(5, 12, second))
    #expect(merged.from?.nanoseconds == 5 && merged.to?.nanoseconds == 20)
    #expect(merged.health?.packets == 7)
    #expect(merged.health?.droppedKernel == 7)
    #expect(merged.health?.droppedInterface == nil)
    #expect(merged.health?.undecoded.map(\.reason) == ["arp", "udp"])
    #expect(merged.health?.undecoded.map(\.count) == [2, 2])
  }
}
