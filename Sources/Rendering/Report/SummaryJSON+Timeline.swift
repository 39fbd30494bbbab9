internal import Records
internal import Statistics

extension SummaryJSON {
  /// Little's law; nothing where it cannot be checked.
  static func appendLittlesLaw(_ summary: Summary, to writer: inout JSONWriter) {
    guard let law = LittlesLaw(summary) else { return }
    writer.key("littles_law")
    writer.beginObject()
    writer.field("in_flight_mean", rate: law.inFlight)
    writer.field("rate_times_latency", rate: law.rateTimesLatency)
    writer.field("unanswered", rate: law.unanswered)
    writer.field("broken", law.isBroken)
    writer.endObject()
  }

  /// What happened over time.
  static func append(_ timeline: Timeline, to writer: inout JSONWriter) {
    writer.key("timeline")
    writer.beginObject()
    writer.field("from", timeline.start)
    writer.field("width_ns", timeline.width)
    writer.key("bins")
    writer.beginArray()
    for bin in timeline.bins {
      writer.beginObject()
      writer.field("requests", bin.requests)
      writer.field("answered", bin.answered)
      writer.field("errors", bin.errors)
      writer.field("late", bin.late)
      writer.field("failures", bin.failures)
      writer.field("artefacts", bin.artefacts)
      writer.field("notifications", bin.notifications)
      writer.field("answers_begun", bin.answersBegun)
      let shares = bin.latency.percentiles([5_000, 9_900])
      writer.field("p50_ns", shares.first)
      writer.field("p99_ns", shares.last)
      writer.field("in_flight_mean", rate: bin.inFlightMean)
      writer.field("in_flight_max", bin.inFlightMaximum)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
  }

  /// Types against time.
  static func appendHeatMap(_ timeline: Timeline, to writer: inout JSONWriter) {
    writer.key("heatmap")
    writer.beginObject()
    writer.field("from", timeline.start)
    writer.field("width_ns", timeline.width)
    writer.field("columns", timeline.bins.count)
    writer.key("rows")
    writer.beginArray()
    for row in timeline.rows {
      writer.beginObject()
      if row.isOther {
        writer.field("type", "(other)")
        writer.field("other", true)
      } else if let type = row.type {
        unsafe writer.field("type", text: type.span.bytes)
      }
      if let direction = row.direction { writer.field("direction", direction.name) }
      writer.key("cells")
      writer.beginArray()
      for (column, cell) in row.cells.enumerated() where !cell.isEmpty {
        writer.beginObject()
        writer.field("column", column)
        writer.field("requests", cell.requests)
        writer.field("answered", cell.answered)
        writer.field("errors", cell.errors)
        writer.field("failures", cell.failures)
        writer.field("artefacts", cell.artefacts)
        writer.field("p99_ns", cell.latency.percentiles([9_900]).first)
        writer.endObject()
      }
      writer.endArray()
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
  }
}
