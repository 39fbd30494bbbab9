import ControlProtocol
import Records
import Statistics
import Wire

/// Gives every record that was chosen to the statistics, and those that are to be shown to a renderer.
final class RecordTee: RecordSink {
  /// Counts everything.
  let collector: SummaryCollector
  /// Keeps the slowest of what was selected, for `--top` of transactions.
  private let slowest: SummaryCollector?
  private let selection: RecordSelection
  /// What `--where`, `--since` and `--until` choose.
  private(set) var choice: RecordChoice
  private let anonymizer: Anonymizer?
  /// Shows the bytes of messages; nil unless asked for.
  var byteWriter: MessageByteWriter?
  private var messagesTaken: UInt64 = 0
  private var taken: (messages: UInt64, transactions: UInt64, connections: UInt64) = (0, 0, 0)
  private let view: RunPlan.View
  private let output: (any RecordSink)?
  /// What a report gathers beyond the summary, if it was asked for.
  private let reports: ReportCollectors?

  /// Creates a tee.
  ///
  /// - Parameters:
  ///   - output: the renderer; nil for a report, which is written at the end.
  ///   - anonymizer: puts other addresses in place of the real ones; nil for the real ones.
  ///   - seed: seeds the tables of the statistics.
  ///   - intervals: takes every record, too, if a row for each interval was asked for.
  init(
    _ plan: RunPlan, output: (any RecordSink)?, intervals: IntervalCollector? = nil,
    anonymizer: Anonymizer? = nil, seed: UInt64
  ) {
    choice = RecordChoice(
      expression: plan.expression, for: plan.view.selectableKinds, since: plan.since,
      until: plan.until)
    self.anonymizer = anonymizer
    var limits = SummaryCollector.Limits()
    if plan.view == .report, let top = plan.selection.top { limits.slowest = top }
    collector = SummaryCollector(limits: limits, seed: seed)
    reports = ReportCollectors(plan.report.plan, intervals: intervals, limits: limits, seed: seed)
    if plan.view == .transactions, let top = plan.selection.top {
      limits.slowest = top
      slowest = SummaryCollector(limits: limits, seed: seed)
    } else {
      slowest = nil
    }
    selection = plan.selection
    view = plan.view
    self.output = output
  }

  /// What counts transactions that need no record: all those that are not shown. Nil where records are
  /// read whole: to choose among them, to change their addresses, or for what a report gathers beyond
  /// its summary.
  var counter: (any RecordCounter)? {
    let isPlain =
      choice.isEverything && anonymizer == nil && reports == nil && byteWriter == nil
    return isPlain ? collector : nil
  }

  var countsMessages: Bool { counter != nil && view != .messages }

  var countsTransactions: Bool { counter != nil && view != .transactions }

  /// Messages that were read, chosen or not.
  var messagesRead: UInt64 { countsMessages ? collector.messagesCounted : messagesTaken }

  /// Tells the time of the first packet.
  func begin(at start: CaptureTime) {
    choice.begin(at: start)
  }

  func take(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {
    messagesTaken &+= 1
    defer { byteWriter?.pass(record) }
    if !choice.isEverything {
      guard choice.takes(record, parameters: parameters, text: text) else {
        return note(record, parameters: parameters, text: text)
      }
    }
    guard let anonymizer else { return tell(record, parameters: parameters, text: text) }
    anonymizer.change(record, parameters: parameters, text: text) {
      tell($0, parameters: $1, text: $2)
    }
  }

  func take(_ record: borrowing TransactionRecord, text: RawSpan) {
    guard !choice.isEverything else { return choose(record, text: text) }
    switch choice.decide(on: record, text: text) {
    case .leftOut: return
    case .taken: choose(record, text: text)
    case .takenLate:
      // Nothing was counted that it could correct.
      var first = copy record
      first.missedDeadline = nil
      choose(first, text: text)
    }
  }

  func take(_ record: borrowing DiagnosticRecord, text: RawSpan) {
    if !choice.isEverything {
      guard choice.takes(record) else { return }
    }
    guard let anonymizer else { return tell(record, text: text) }
    anonymizer.change(record, text: text) { tell($0, text: $1) }
  }

  /// Whether messages were read, and nothing of what the run is about was chosen.
  var hasChosenNothing: Bool {
    guard messagesRead > 0, !choice.isEverything else { return false }
    switch view {
    case .report: return taken.messages == 0 && taken.transactions == 0
    case .transactions: return taken.transactions == 0
    case .messages: return taken.messages == 0
    case .connections: return taken.connections == 0
    case .streams: return false
    }
  }

  func take(_ record: borrowing ConnectionRecord) {
    if !choice.isEverything {
      guard choice.takes(record) else { return }
    }
    guard let anonymizer else { return tell(record) }
    anonymizer.change(record) { tell($0) }
  }

  /// A transaction may be chosen whose request was not.
  private func note(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {
    guard let reports else { return }
    guard let anonymizer else {
      return reports.note(record, parameters: parameters, text: text)
    }
    anonymizer.change(record, parameters: parameters, text: text) {
      reports.note($0, parameters: $1, text: $2)
    }
  }

  // MARK: - What was chosen

  private func choose(_ record: borrowing TransactionRecord, text: RawSpan) {
    guard let anonymizer else { return tell(record, text: text) }
    anonymizer.change(record, text: text) { tell($0, text: $1) }
  }

  private func tell(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {
    taken.messages &+= 1
    collector.take(record, parameters: parameters, text: text)
    reports?.take(record, parameters: parameters, text: text)
    guard view == .messages, let output else { return }
    if selection.failedOnly {
      guard record.kind == .response, record.status == .error else { return }
    }
    output.take(record, parameters: parameters, text: text)
    byteWriter?.write(record)
  }

  private func tell(_ record: borrowing TransactionRecord, text: RawSpan) {
    taken.transactions &+= 1
    collector.take(record, text: text)
    reports?.take(record, text: text)
    guard view == .transactions, isSelected(record) else { return }
    if let slowest {
      slowest.take(record, text: text)
    } else {
      output?.take(record, text: text)
    }
  }

  private func tell(_ record: borrowing DiagnosticRecord, text: RawSpan) {
    collector.take(record, text: text)
    reports?.take(record, text: text)
    // Among selected records they would be noise; the totals count them.
    guard view != .report, !selection.isActive, choice.showsDiagnostics else { return }
    output?.take(record, text: text)
  }

  private func tell(_ record: borrowing ConnectionRecord) {
    taken.connections &+= 1
    collector.take(record)
    output?.take(record)
  }

  /// Everything that was counted.
  ///
  /// - Parameters:
  ///   - range: the packet time covered; absent when there was no packet.
  ///   - ended: why the run ended.
  ///   - health: how much of the traffic the capture saw.
  func summary(
    over range: (first: CaptureTime, last: CaptureTime)?, ended: RunEnd?, health: CaptureHealth
  ) -> Summary {
    var summary = collector.summary(over: range, ended: ended, health: health)
    reports?.complete(&summary)
    return summary
  }

  /// Tells what was kept for the end: the slowest transactions, the slowest first.
  func finish() {
    guard let slowest, let output else { return }
    for transaction in slowest.summary(over: nil, ended: nil, health: nil).slowest {
      unsafe output.take(transaction.record, text: transaction.text.span.bytes)
    }
  }

  private func isSelected(_ record: borrowing TransactionRecord) -> Bool {
    if selection.failedOnly {
      let outcome = record.outcome
      guard outcome == .error || outcome == .unanswered else { return false }
    }
    if let least = selection.slowerNanoseconds {
      let latency = record.latency
      let waited = record.waited
      guard let took = latency ?? waited, took >= least else { return false }
    }
    return true
  }
}
