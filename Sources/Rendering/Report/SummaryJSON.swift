internal import ControlProtocol
internal import Records
public import Statistics

/// The `summary` and `interval` lines of `records.md`.
///
/// Counts that are zero are written, objects and arrays by captured text only when they have
/// something in them; what cannot be known (a rate over no time, a share of nothing) is left out.
public enum SummaryJSON {
  /// Writes the `summary` line.
  public static func appendLine(
    _ summary: Summary, views: ReportViews = ReportViews(), to writer: inout JSONWriter
  ) {
    writer.beginLine(record: "summary")
    appendFields(of: summary, views, to: &writer)
    appendLittlesLaw(summary, to: &writer)
    if let timeline = summary.timeline {
      if views.hasTimeline { append(timeline, to: &writer) }
      if views.hasHeatMap { appendHeatMap(timeline, to: &writer) }
    }
    writer.endLine()
  }

  static func appendFields(
    of summary: Summary, _ views: ReportViews, to writer: inout JSONWriter
  ) {
    let covered = summary.coveredNanoseconds
    let figures = FigureOptions(
      covered: covered, isCensored: views.isCensored, hasHistogram: views.histogram == .rows)
    writer.field("from", summary.from)
    writer.field("to", summary.to)
    writer.field("ended", summary.ended?.name)
    append(summary.health, qualityOf: summary.totals, to: &writer)
    writer.key("totals")
    writer.beginObject()
    var whole = figures
    whole.hasHistogram = views.histogram != .none
    append(summary.totals, whole, to: &writer)
    writer.endObject()
    writer.key("by_type")
    writer.beginArray()
    for row in summary.byType { append(row, figures, to: &writer) }
    if let rest = summary.otherTypes {
      writer.beginObject()
      writer.field("type", "(other)")
      writer.field("other", true)
      append(rest, figures, to: &writer)
      writer.endObject()
    }
    writer.endArray()
    if let groups = summary.groups { append(groups, figures, to: &writer) }
    append(summary.messages, to: &writer)
    writer.key("diagnostics")
    writer.beginObject()
    for item in summary.diagnostics {
      writer.key(item.code.name)
      writer.value(item.count)
    }
    writer.endObject()
  }

  private static func append(
    _ health: CaptureHealth?, qualityOf totals: Tally, to writer: inout JSONWriter
  ) {
    writer.key("health")
    writer.beginObject()
    if let health {
      writer.field("packets", health.packets)
      writer.field("bytes", health.bytes)
      writer.field("dropped_kernel", health.droppedKernel)
      writer.field("dropped_interface", health.droppedInterface)
      writer.key("undecoded")
      writer.beginObject()
      for item in health.undecoded {
        writer.key(item.reason)
        writer.value(item.count)
      }
      writer.endObject()
      writer.field("acked_unseen_bytes", health.ackedUnseenBytes)
      writer.field("gaps", health.gaps)
      writer.field("duplicate_packets", health.duplicatePackets)
      writer.field("skipped_bytes", health.skippedBytes)
      writer.field("discarded_bytes", health.discardedBytes)
      writer.field("missing_bytes", health.missingBytes)
      writer.field("time_resolution_ns", health.timeResolution)
      writer.field("packets_without_time", health.packetsWithoutTime)
      writer.field("clock_steps", health.clockSteps)
      writer.field("connections", health.connections)
      writer.field("protocol_connections", health.protocolConnections)
      writer.field("evicted_connections", health.evictedConnections)
      append(health.limits, to: &writer)
    }
    writer.field("exact", totals.exactLatency.count)
    writer.field("degraded", totals.degraded)
    writer.field("uncertain", totals.uncertain)
    writer.endObject()
  }

  /// By the names that `meta` has.
  private static func append(_ limits: ReachedLimits, to writer: inout JSONWriter) {
    let fields: [(String, UInt64)] = [
      ("waiting_bytes_per_stream", limits.waiting), ("held_bytes", limits.held),
      ("connections", limits.connections),
      ("pending_requests_per_connection", limits.pending), ("message_bytes", limits.messages),
      ("half_open_ns", limits.halfOpen), ("fragmented_datagrams", limits.datagrams),
      ("fragment_ns", limits.lateDatagrams),
    ]
    guard fields.contains(where: { $0.1 > 0 }) else { return }
    writer.key("limits_reached")
    writer.beginObject()
    for (name, count) in fields where count > 0 {
      writer.key(name)
      writer.value(count)
    }
    writer.endObject()
  }

  private static func append(
    _ row: Summary.TypeRow, _ options: FigureOptions, to writer: inout JSONWriter
  ) {
    writer.beginObject()
    if let type = row.type { unsafe writer.field("type", text: type.span.bytes) }
    writer.field("direction", row.direction.name)
    append(row.tally, options, to: &writer)
    writer.endObject()
  }

  /// What is told of every tally of a line.
  struct FigureOptions {
    /// The packet time covered, nanoseconds.
    var covered: UInt64?
    var isCensored: Bool
    var hasHistogram: Bool
  }

  static func append(_ tally: Tally, _ options: FigureOptions, to writer: inout JSONWriter) {
    let covered = options.covered

    writer.field("requests", tally.requests)
    writer.field("answered", tally.answered)
    writer.field("ok", tally.ok)
    writer.field("errors", tally.errors)
    writer.field("unknown_status", tally.unknownStatus)
    writer.field("late", tally.late)
    writer.key("unanswered")
    writer.beginObject()
    for reason in UnansweredReason.allCases where tally.unanswered[reason] > 0 {
      writer.key(reason.name)
      writer.value(tally.unanswered[reason])
    }
    writer.endObject()
    writer.field("oldest_waited_ns", tally.unanswered.oldestWaited)
    writer.field("notifications", tally.notifications)
    writer.field("error_rate", rate: tally.errorRate)
    writer.field("failure_rate", rate: tally.failureRate)
    writer.field("rate_per_second", rate: tally.ratePerSecond(over: covered))
    writer.field("in_flight_mean", rate: tally.inFlightMean(over: covered))
    writer.field("in_flight_max", tally.inFlightMaximum)
    append(tally.latency, "latency", to: &writer)
    if tally.hasInexactLatency { append(tally.exactLatency, "latency_exact", to: &writer) }
    if options.isCensored {
      appendCensored(tally, to: &writer)
    } else {
      writer.field("censored_changes", CensoredChange.changes(of: tally).map(\.name))
    }
    if options.hasHistogram { appendHistogram(tally, to: &writer) }
    append(
      tally.errorsByCode, "errors_by_code", exactly: "errors_by_code_base64", to: &writer)
    append(
      tally.errorsByReason, "errors_by_reason", exactly: "errors_by_reason_base64", to: &writer)
  }

  private static func append(
    _ distribution: LatencyDistribution, _ name: StaticString, to writer: inout JSONWriter
  ) {
    guard let figures = LatencyFigures(distribution) else { return }
    writer.key(name)
    writer.beginObject()
    writer.field("count", figures.count)
    writer.field("min_ns", figures.minimum)
    writer.field("mean_ns", figures.mean)
    writer.field("p50_ns", figures.p50)
    writer.field("p90_ns", figures.p90)
    writer.field("p95_ns", figures.p95)
    writer.field("p99_ns", figures.p99)
    writer.field("p999_ns", figures.p999)
    writer.field("max_ns", figures.maximum)
    writer.endObject()
  }

  /// An object by text, and where texts are not UTF-8 another by their exact bytes in base64. Texts
  /// that look the same once they are repaired are counted together in the first.
  private static func append(
    _ counts: TextCounts, _ name: StaticString, exactly base64Name: StaticString,
    to writer: inout JSONWriter
  ) {
    guard !counts.isEmpty else { return }
    var numbers: [[UInt8]: Int] = [:]
    var repaired: [(text: [UInt8], count: UInt64)] = []
    var inexact: [TextCounts.Entry] = []
    func add(_ text: [UInt8], _ count: UInt64) {
      if let number = numbers[text] {
        repaired[number].count &+= count
      } else {
        numbers[text] = repaired.count
        repaired.append((text, count))
      }
    }
    for entry in counts.entries {
      let text = Array(String(decoding: entry.text, as: UTF8.self).utf8)
      if text != entry.text { inexact.append(entry) }
      add(text, entry.count)
    }
    if counts.other > 0 { add(Array("(other)".utf8), counts.other) }
    writer.key(name)
    writer.beginObject()
    for item in repaired {
      writer.key(String(decoding: item.text, as: UTF8.self))
      writer.value(item.count)
    }
    writer.endObject()
    guard !inexact.isEmpty else { return }
    writer.key(base64Name)
    writer.beginObject()
    for entry in inexact {
      var key = OutputBuffer(capacity: 64)
      unsafe key.append(base64: entry.text.span.bytes)
      writer.key(key.string)
      writer.value(entry.count)
    }
    writer.endObject()
  }

  private static func append(
    _ messages: Summary.MessageCounts, to writer: inout JSONWriter
  ) {
    writer.key("messages")
    writer.beginObject()
    writer.field("requests", messages.requests)
    writer.field("responses", messages.responses)
    writer.field("notifications", messages.notifications)
    writer.field("echoed", messages.echoed)
    writer.field("without_uuid", messages.withoutUUID)
    writer.endObject()
  }
}
