import ControlProtocol
import Records
import Statistics

/// Gives every record to the statistics, and those that were selected to a renderer.
final class RecordTee: RecordSink {
  /// Counts everything.
  let collector: SummaryCollector
  /// Keeps the slowest of what was selected, for `--top` of transactions.
  private let slowest: SummaryCollector?
  private let selection: RecordSelection
  private let view: RunPlan.View
  private let output: (any RecordSink)?

  /// Creates a tee.
  ///
  /// - Parameters:
  ///   - output: the renderer; nil for a report, which is written at the end.
  ///   - seed: seeds the tables of the statistics.
  init(_ plan: RunPlan, output: (any RecordSink)?, seed: UInt64) {
    var limits = SummaryCollector.Limits()
    if plan.view == .report, let top = plan.selection.top { limits.slowest = top }
    collector = SummaryCollector(limits: limits, seed: seed)
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

  /// A report shows no messages, and only the slowest transactions whole.
  var readsMessages: Bool { view != .report }
  var wholeFromLatency: Int64 { view == .report ? collector.wholeFromLatency : .min }

  func take(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {
    collector.take(record, parameters: parameters, text: text)
    guard view == .messages, let output else { return }
    if selection.failedOnly {
      guard record.kind == .response, record.status == .error else { return }
    }
    output.take(record, parameters: parameters, text: text)
  }

  func take(_ record: borrowing TransactionRecord, text: RawSpan) {
    collector.take(record, text: text)
    guard view == .transactions, isSelected(record) else { return }
    if let slowest {
      slowest.take(record, text: text)
    } else {
      output?.take(record, text: text)
    }
  }

  func take(_ record: borrowing DiagnosticRecord, text: RawSpan) {
    collector.take(record, text: text)
    // Among selected records they would be noise; the totals count them.
    guard view != .report, !selection.isActive else { return }
    output?.take(record, text: text)
  }

  func take(_ record: borrowing ConnectionRecord) {
    collector.take(record)
    output?.take(record)
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
