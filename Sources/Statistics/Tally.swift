import ControlProtocol
import Records

/// What is counted of the transactions and notifications of one row: a type, a group, or all.
///
/// Source: `semantics.md` section 5.
public struct Tally: Sendable {
  /// Transactions answered OK.
  public internal(set) var ok: UInt64 = 0
  /// Transactions answered ERROR.
  public internal(set) var errors: UInt64 = 0
  /// Transactions answered with another status, or none.
  public internal(set) var unknownStatus: UInt64 = 0
  /// Answers that came after the timeout. Of an interval they are counted only here.
  public internal(set) var late: UInt64 = 0
  /// Transactions without an answer, by reason.
  public internal(set) var unanswered = UnansweredCounts()
  /// Notifications of the type; they are no transactions.
  public internal(set) var notifications: UInt64 = 0
  /// Latencies whose quality is `degraded`.
  public internal(set) var degraded: UInt64 = 0
  /// Latencies whose quality is `uncertain`.
  public internal(set) var uncertain: UInt64 = 0
  /// Latencies whose quality is `exact`.
  public internal(set) var exactLatency = LatencyDistribution()
  /// All the others.
  public internal(set) var otherLatency = LatencyDistribution()
  /// How long those without an answer waited, as far as that is known: observations cut off.
  public internal(set) var waits = LatencyDistribution()
  /// ERROR answers by code; those without one are in none.
  public internal(set) var errorsByCode: TextCounts
  /// ERROR answers by reason; those without one are in none.
  public internal(set) var errorsByReason: TextCounts
  /// The time that requests were outstanding, summed over them; nanoseconds. It is integrated over
  /// packet time from the requests and answers as they came, and never from latencies.
  public internal(set) var outstandingNanoseconds: UInt128 = 0
  /// The most requests that were outstanding at once.
  public internal(set) var inFlightMaximum: UInt64 = 0

  /// Whether latencies go into the distributions, or are only told apart by quality because they
  /// are added up from other tallies in the end.
  private let keepsLatencies: Bool

  /// - Parameter distinctTexts: how many error codes, and how many reasons, are counted by name.
  init(distinctTexts: Int, seed: UInt64, keepsLatencies: Bool = true) {
    self.keepsLatencies = keepsLatencies
    errorsByCode = TextCounts(limit: distinctTexts, seed: seed)
    errorsByReason = TextCounts(limit: distinctTexts, seed: seed)
  }

  /// Transactions with a Response, late ones included.
  public var answered: UInt64 { ok &+ errors &+ unknownStatus }

  /// Transactions.
  public var requests: UInt64 { answered &+ unanswered.total }

  /// Whether nothing was counted.
  public var isEmpty: Bool { requests == 0 && notifications == 0 && late == 0 }

  /// Errors among the answers, from 0 to 1; absent without answers.
  public var errorRate: Double? { share(errors, of: answered) }

  /// Errors and unanswered requests that are no artefact of the capture, among the requests that are
  /// none; from 0 to 1; absent without such requests.
  public var failureRate: Double? {
    let failures = unanswered.failures
    return share(errors &+ failures, of: answered &+ failures)
  }

  /// Requests a second over so many nanoseconds; absent over none.
  public func ratePerSecond(over nanoseconds: UInt64?) -> Double? {
    perSecond(requests, over: nanoseconds)
  }

  /// Notifications a second over so many nanoseconds; absent over none.
  public func notificationsPerSecond(over nanoseconds: UInt64?) -> Double? {
    perSecond(notifications, over: nanoseconds)
  }

  /// The mean number of requests outstanding over so many nanoseconds; absent over none.
  public func inFlightMean(over nanoseconds: UInt64?) -> Double? {
    guard let nanoseconds, nanoseconds > 0 else { return nil }
    return Double(outstandingNanoseconds) / Double(nanoseconds)
  }

  /// All latencies, whatever their quality.
  public var latency: LatencyDistribution { allLatency ?? merged }

  /// All of them, where they were put together because they are asked for again and again.
  private var allLatency: LatencyDistribution?

  private var merged: LatencyDistribution {
    var all = exactLatency
    all.merge(otherLatency)
    return all
  }

  /// Puts all latencies together, of a tally that only changes by merging from now on.
  mutating func settle() { allLatency = merged }

  /// Whether the latencies that are exact are other than all.
  public var hasInexactLatency: Bool { !otherLatency.isEmpty }

  /// Memory held, in bytes, from above.
  public var estimatedBytes: Int {
    MemoryLayout<Self>.size + exactLatency.estimatedBytes + otherLatency.estimatedBytes
      + waits.estimatedBytes + errorsByCode.estimatedBytes + errorsByReason.estimatedBytes
  }

  /// Adds a transaction that is told for the first time.
  mutating func add(_ record: borrowing TransactionRecord, text: RawSpan) {
    guard record.outcome != .unanswered else {
      unanswered.add(
        record.unanswered ?? .captureEnded, waited: record.waited,
        isOverdue: record.missedDeadline != nil)
      if let waited = record.waited { waits.record(waited) }
      return
    }
    addAnswer(record, text: text)
  }

  /// Corrects the telling of a transaction as unanswered: it was answered late.
  ///
  /// - Returns: how much longer it was outstanding than was told before, nanoseconds.
  mutating func correct(_ record: borrowing TransactionRecord, text: RawSpan) -> Int64 {
    guard record.outcome != .unanswered else { return 0 }
    addAnswer(record, text: text)
    guard let told = record.missedDeadline else { return 0 }
    let waited = unanswered.takeBack(told)
    // Of a request that was captured in part no wait is known, nor was told.
    guard let latency = record.latency, let waited else { return 0 }
    waits.takeBack(waited)
    return latency &- waited
  }

  /// What this tally and `other` counted together.
  public func adding(_ other: Tally) -> Tally {
    var sum = self
    sum.merge(other)
    return sum
  }

  /// Adds all that `other` counted. The most in flight is then that of the two which had more.
  mutating func merge(_ other: Tally) {
    ok &+= other.ok
    errors &+= other.errors
    unknownStatus &+= other.unknownStatus
    late &+= other.late
    unanswered.merge(other.unanswered)
    notifications &+= other.notifications
    degraded &+= other.degraded
    uncertain &+= other.uncertain
    exactLatency.merge(other.exactLatency)
    otherLatency.merge(other.otherLatency)
    allLatency = nil
    waits.merge(other.waits)
    errorsByCode.merge(other.errorsByCode)
    errorsByReason.merge(other.errorsByReason)
    outstandingNanoseconds &+= other.outstandingNanoseconds
    inFlightMaximum = max(inFlightMaximum, other.inFlightMaximum)
  }

  private mutating func addAnswer(_ record: borrowing TransactionRecord, text: RawSpan) {
    switch record.outcome {
    case .ok: ok &+= 1
    case .unknownStatus, .unanswered: unknownStatus &+= 1
    case .error:
      errors &+= 1
      if record.code.isPresent { errorsByCode.add(text.text(record.code)) }
      if record.reason.isPresent { errorsByReason.add(text.text(record.reason)) }
    }
    guard let latency = record.latency else { return }
    add(latency, record.quality ?? .uncertain)
  }

  /// Adds a plain answer.
  @inline(__always)
  mutating func add(_ answer: CountedAnswer) {
    ok &+= 1
    add(answer.latency, answer.quality)
  }

  @inline(__always)
  private mutating func add(_ latency: Int64, _ quality: Quality) {
    switch quality {
    case .exact:
      if keepsLatencies { exactLatency.record(latency) }
      return
    case .degraded: degraded &+= 1
    case .uncertain: uncertain &+= 1
    }
    if keepsLatencies { otherLatency.record(latency) }
  }

  /// Adds the latencies of another tally, whose transactions are counted in this one already.
  mutating func addLatencies(of other: Tally) {
    exactLatency.merge(other.exactLatency)
    otherLatency.merge(other.otherLatency)
    allLatency = nil
  }

  private func share(_ part: UInt64, of whole: UInt64) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }

  private func perSecond(_ count: UInt64, over nanoseconds: UInt64?) -> Double? {
    guard let nanoseconds, nanoseconds > 0 else { return nil }
    return Double(count) * 1e9 / Double(nanoseconds)
  }
}
