import ControlProtocol
import Records
import Statistics
import TestSupport
import Testing
import Wire

@Suite struct SummaryCollectorTests {
  @Test func ratesAreThoseCountedByHand() {
    let collector = SummaryCollector()
    for number in 0..<6 {
      RecordBuilder.tell(to: collector, latency: 1_000_000, number: UInt64(number))
    }
    RecordBuilder.tell(to: collector, outcome: .error, latency: 2_000_000, code: "404")
    RecordBuilder.tell(to: collector, outcome: .error, latency: 2_000_000, code: "500")
    RecordBuilder.tell(to: collector, outcome: .unknownStatus, latency: 2_000_000)
    for reason in UnansweredReason.allCases {
      RecordBuilder.tell(to: collector, outcome: .unanswered, reason: reason, waited: 7)
    }
    let totals = summary(of: collector, seconds: 4).totals
    #expect(totals.requests == 18)
    #expect(totals.answered == 9)
    #expect(totals.ok == 6 && totals.errors == 2 && totals.unknownStatus == 1)
    #expect(totals.unanswered.total == 9)
    // Four of the nine reasons are failures; the other five leave 13 requests to fail.
    #expect(totals.errorRate == 2.0 / 9.0)
    #expect(totals.failureRate == 6.0 / 13.0)
    #expect(totals.ratePerSecond(over: 4_000_000_000) == 4.5)
  }

  @Test func whatCannotBeKnownIsAbsent() {
    let nothing = summary(of: SummaryCollector())
    #expect(nothing.isEmpty)
    #expect(nothing.totals.errorRate == nil && nothing.totals.failureRate == nil)
    #expect(nothing.totals.ratePerSecond(over: 0) == nil)
    #expect(nothing.totals.ratePerSecond(over: nil) == nil)
    #expect(nothing.totals.inFlightMean(over: 0) == nil)
    #expect(nothing.totals.unanswered.oldestWaited == nil)
    #expect(nothing.byType.isEmpty && nothing.otherTypes == nil)

    let artefacts = SummaryCollector()
    RecordBuilder.tell(to: artefacts, outcome: .unanswered, reason: .gap)
    #expect(summary(of: artefacts).totals.failureRate == nil)
    #expect(summary(of: artefacts).totals.errorRate == nil)
  }

  @Test func rowsAreByTypeAndDirection() throws {
    let collector = SummaryCollector()
    RecordBuilder.tell(to: collector, type: "a", latency: 1)
    RecordBuilder.tell(to: collector, type: "a", latency: 1)
    RecordBuilder.tell(to: collector, type: "a", latency: 1, direction: .serverToClient)
    RecordBuilder.tellMessage(to: collector, .notification, type: "a", direction: .serverToClient)
    RecordBuilder.tellMessage(to: collector, .notification, type: "b")
    let rows = summary(of: collector).byType
    #expect(rows.map(\.type) == [Array("a".utf8), Array("a".utf8), Array("b".utf8)])
    #expect(rows.map(\.direction) == [.clientToServer, .serverToClient, .clientToServer])
    #expect(rows.map(\.tally.requests) == [2, 1, 0])
    #expect(rows.map(\.tally.notifications) == [0, 1, 1])
  }

  @Test func missingTypeIsNotTheEmptyOne() {
    let collector = SummaryCollector()
    var record = TransactionRecord()
    record.outcome = .ok
    collector.take(record, text: RawSpan())
    record.type = TextRange(start: 0, count: 0)
    collector.take(record, text: RawSpan())
    #expect(summary(of: collector).byType.map(\.type) == [nil, []])
  }

  @Test func textRangesBeyondTheTextAreCutOff() {
    let collector = SummaryCollector()
    var record = TransactionRecord()
    record.outcome = .error
    record.latency = 1
    record.type = TextRange(start: 5, count: 1_000)
    record.code = TextRange(start: Int(UInt32.max) - 1, count: Int(UInt32.max))
    collector.take(record, text: RawSpan())
    #expect(summary(of: collector).totals.errors == 1)
  }

  @Test func messagesAreCountedByKind() {
    let collector = SummaryCollector()
    RecordBuilder.tellMessage(to: collector, .request)
    RecordBuilder.tellMessage(to: collector, .request, uuid: nil)
    RecordBuilder.tellMessage(to: collector, .request, isEchoed: true)
    RecordBuilder.tellMessage(to: collector, .response)
    RecordBuilder.tellMessage(to: collector, .notification, uuid: nil)
    RecordBuilder.tell(to: collector, .junk, count: 3)
    RecordBuilder.tell(to: collector, .bareLF)
    let result = summary(of: collector)
    #expect(result.messages.requests == 2)
    #expect(result.messages.withoutUUID == 1)
    #expect(result.messages.echoed == 1)
    #expect(result.messages.responses == 1)
    #expect(result.messages.notifications == 1)
    #expect(result.diagnostics.map(\.code) == [.bareLF, .junk])
    #expect(result.diagnostics.map(\.count) == [1, 3])
    // None of them is a transaction.
    #expect(result.totals.requests == 0)
  }

  @Test func lateAnswersAreCountedOnceAsAnswered() {
    let collector = SummaryCollector()
    let timeout: Int64 = 30_000_000_000
    for _ in 0..<3 { RecordBuilder.tellMessage(to: collector, .request, end: 0) }
    for number in 0..<3 {
      RecordBuilder.tell(
        to: collector, outcome: .unanswered, reason: .timeout, waited: timeout,
        number: UInt64(number), end: timeout)
    }
    RecordBuilder.tell(
      to: collector, outcome: .error, latency: 35_000_000_000, code: "late", revision: 1, number: 1)
    var result = summary(of: collector, seconds: 100)
    #expect(result.totals.requests == 3)
    #expect(result.totals.answered == 1 && result.totals.errors == 1)
    #expect(result.totals.late == 1)
    #expect(result.totals.unanswered[.timeout] == 2)
    #expect(result.totals.latency.count == 1)
    #expect(result.totals.errorRate == 1)
    #expect(result.totals.failureRate == 1)
    #expect(result.byType[0].tally.late == 1 && result.byType[0].tally.requests == 3)
    // 35 s of the answered one and 30 s of each of the others, over 100 s.
    #expect(result.totals.inFlightMean(over: 100_000_000_000) == 0.95)
    for number in [0, 2] {
      RecordBuilder.tell(
        to: collector, latency: 31_000_000_000, revision: 1, number: UInt64(number))
    }
    result = summary(of: collector, seconds: 100)
    #expect(result.totals.unanswered.total == 0)
    #expect(result.totals.unanswered.oldestWaited == nil)
    #expect(result.totals.requests == 3 && result.totals.answered == 3)
  }

  @Test func lateAnswerTakesBackAnArtefactToo() {
    let collector = SummaryCollector()
    RecordBuilder.tell(to: collector, outcome: .unanswered, reason: .timeout, waited: 30)
    RecordBuilder.tell(to: collector, outcome: .unanswered, reason: .gap, waited: 30)
    RecordBuilder.tell(to: collector, outcome: .unanswered, reason: .gap, waited: 20)
    RecordBuilder.tell(to: collector, latency: 40, reason: .gap, revision: 1)
    let totals = summary(of: collector).totals
    #expect(totals.requests == 3 && totals.ok == 1)
    // The one that was answered is taken back, not another that waited as long.
    #expect(totals.unanswered[.timeout] == 1 && totals.unanswered[.gap] == 1)
  }

  @Test func qualitiesAreKeptApart() throws {
    let collector = SummaryCollector()
    RecordBuilder.tell(to: collector, latency: 1_000)
    #expect(!summary(of: collector).totals.hasInexactLatency)
    RecordBuilder.tell(to: collector, latency: 9_000, quality: .degraded)
    RecordBuilder.tell(to: collector, latency: 7_000, quality: .uncertain)
    RecordBuilder.tell(to: collector, outcome: .ok)
    let totals = summary(of: collector).totals
    #expect(totals.hasInexactLatency)
    #expect(totals.degraded == 1 && totals.uncertain == 1)
    #expect(totals.exactLatency.count == 1 && totals.latency.count == 3)
    #expect(try #require(LatencyFigures(totals.latency)).maximum == 9_000)
    #expect(try #require(LatencyFigures(totals.exactLatency)).maximum == 1_000)
    // Answered without a latency: counted, and in no distribution.
    #expect(totals.answered == 4)
  }

  @Test func theMeanInFlightIsTheIntegral() {
    let collector = SummaryCollector()
    // Two overlap for half a second: 0 to 1 s and 0.5 to 2 s.
    RecordBuilder.tellMessage(to: collector, .request, uuid: "1", end: 0)
    RecordBuilder.tellMessage(to: collector, .request, uuid: "2", end: 500_000_000)
    RecordBuilder.tell(to: collector, latency: 1_000_000_000, end: 1_000_000_000)
    RecordBuilder.tell(
      to: collector, outcome: .unanswered, reason: .connectionClosed, waited: 1_500_000_000,
      end: 2_000_000_000, inFlight: 1)
    let totals = summary(of: collector).totals
    #expect(totals.inFlightMean(over: 5_000_000_000) == 0.5)
    #expect(totals.inFlightMaximum == 2)
  }

  @Test func rowsAndTheRestAddUpWithManyTypes() {
    let collector = SummaryCollector(seed: 5)
    var random = SeededRandom(seed: 5)
    for number in 0..<100_000 {
      let type = "type-\(number)"
      if random.next() % 4 == 0 {
        RecordBuilder.tellMessage(to: collector, .notification, type: type)
      } else {
        let isError = random.next() % 3 == 0
        RecordBuilder.tell(
          to: collector, type: type, outcome: isError ? .error : .ok,
          latency: Int64(random.next() % 1_000_000_000),
          quality: random.next() % 2 == 0 ? .exact : .degraded, code: "code-\(number)",
          text: "reason-\(number)", number: UInt64(number))
      }
    }
    let result = summary(of: collector)
    #expect(result.byType.count == 256)
    let tallies = result.byType.map(\.tally) + [result.otherTypes].compactMap { $0 }
    #expect(tallies.count == 257)
    func sum(_ field: (Tally) -> UInt64) -> UInt64 { tallies.reduce(0) { $0 + field($1) } }
    #expect(sum(\.requests) == result.totals.requests)
    #expect(sum(\.notifications) == result.totals.notifications)
    #expect(result.totals.requests + result.totals.notifications == 100_000)
    #expect(sum(\.errors) == result.totals.errors)
    #expect(sum(\.latency.count) == result.totals.latency.count)
    #expect(sum(\.degraded) == result.totals.degraded)
    #expect(sum(\.errorsByCode.total) == result.totals.errors)
    #expect(result.totals.errorsByCode.total == result.totals.errors)
    #expect(result.totals.errorsByCode.entries.count == 256)
    #expect(result.totals.errorsByReason.total == result.totals.errors)
    #expect(collector.estimatedBytes < 4 << 20)
  }

  @Test func memoryIsBoundedWhateverTheLengthOfTexts() {
    let collector = SummaryCollector()
    for number in 0..<3_000 {
      var type = [UInt8](repeating: 0xff, count: 600 - number % 200)
      type.replaceSubrange(0..<4, with: [UInt8](String(1_000 + number).utf8))
      RecordBuilder.tell(
        to: collector, bytes: type, outcome: .error, latency: 1,
        code: String(repeating: "c", count: 500) + "\(number)",
        text: String(repeating: "r", count: 2_000), number: UInt64(number))
    }
    let result = summary(of: collector)
    #expect(result.byType.count == 256)
    let tallies = result.byType.map(\.tally) + [result.otherTypes].compactMap { $0 }
    #expect(tallies.reduce(0) { $0 + $1.errors } == 3_000)
    #expect(result.totals.errorsByReason.other == 3_000)
    #expect(collector.estimatedBytes < 16 << 20)
  }

  @Test func codesAreSortedByFrequency() {
    let collector = SummaryCollector()
    for code in ["b", "a", "c", "c"] {
      RecordBuilder.tell(to: collector, outcome: .error, code: code)
    }
    RecordBuilder.tell(to: collector, outcome: .error)
    let counts = summary(of: collector).totals.errorsByCode
    #expect(counts.entries.map(\.text) == ["c", "a", "b"].map { Array($0.utf8) })
    #expect(counts.entries.map(\.count) == [2, 1, 1])
    #expect(counts.total == 4)
  }

  @Test func theSlowestAreKept() {
    var limits = SummaryCollector.Limits()
    limits.slowest = 7
    let collector = SummaryCollector(limits: limits)
    let seed: UInt64 = 11
    var random = SeededRandom(seed: seed)
    var all: [(latency: Int64, number: UInt64)] = []
    for number in 0..<500 {
      let latency = Int64(random.next() % 50)
      all.append((latency, UInt64(number)))
      RecordBuilder.tell(
        to: collector, type: "t\(number)", latency: latency, number: UInt64(number))
      RecordBuilder.tell(
        to: collector, outcome: .unanswered, reason: .timeout, waited: 1 << 40, number: 9_999)
    }
    all.sort { $0.latency != $1.latency ? $0.latency > $1.latency : $0.number < $1.number }
    let slowest = summary(of: collector).slowest
    #expect(slowest.map(\.record.number) == all.prefix(7).map(\.number), "seed \(seed)")
    for slow in slowest {
      #expect(slow.type == Array("t\(slow.record.number)".utf8))
      #expect(slow.uuid == Array("\(slow.record.number)".utf8))
    }
  }

  @Test func noSlowestWhenNoneWereAskedFor() {
    var limits = SummaryCollector.Limits()
    limits.slowest = 0
    let collector = SummaryCollector(limits: limits)
    RecordBuilder.tell(to: collector, latency: 5)
    #expect(summary(of: collector).slowest.isEmpty)
  }
}
