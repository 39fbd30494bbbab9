extension JSONSchema {
  static var littlesLaw: [SchemaField] {
    [
      .always("in_flight_mean", .number, "Requests outstanding, integrated over time."),
      .always("rate_times_latency", .number, "Answers a second times their mean latency."),
      .always("unanswered", .number, "What requests without a latency explain of a difference."),
      .always("broken", .flag, "Whether the difference is larger than that."),
    ]
  }

  static var timeline: [SchemaField] {
    [
      .always("from", .time, "Where the first bin begins."),
      .always("width_ns", .integer, "How long a bin is. Nanoseconds."),
      .always(
        "bins", .list(.object(bin)),
        "Bins that follow on each other; transactions by the time of their request."),
    ]
  }

  private static var bin: [SchemaField] {
    [
      .always("requests", .integer, "Transactions."),
      .always("answered", .integer, "Those with an answer, late ones too."),
      .always("errors", .integer, "Those answered ERROR."),
      .always("late", .integer, "Those answered after the timeout."),
      .always("failures", .integer, "Those without an answer because of the server's side."),
      .always("artefacts", .integer, "Those without an answer because of the capture."),
      .always("notifications", .integer, "Notifications."),
      .always("answers_begun", .integer, "Answers whose first byte lies in the bin."),
      .duration("p50", "The median of the latencies."),
      .duration("p99", "99 % of the latencies are at most this."),
      .always("in_flight_mean", .number, "Requests outstanding, mean."),
      .always("in_flight_max", .integer, "Requests outstanding, most."),
    ]
  }

  static var heatMap: [SchemaField] {
    [
      .always("from", .time, "Where the first bin begins."),
      .always("width_ns", .integer, "How long a bin is. Nanoseconds."),
      .always("columns", .integer, "How many bins there are."),
      .always("rows", .list(.object(heatRow)), "Types, the busiest first."),
    ]
  }

  private static var heatRow: [SchemaField] {
    SchemaField.captured("type", "The type; absent when missing.") + [
      .optional("other", .flag, "True in the row of the types that have none of their own."),
      .optional(
        "direction", .choice(["client-to-server", "server-to-client"]),
        "The direction of the requests."),
      .always("cells", .list(.object(heatCell)), "The bins in which there were requests."),
    ]
  }

  private static var heatCell: [SchemaField] {
    [
      .always("column", .integer, "The bin, from 0."),
      .always("requests", .integer, "Transactions whose requests began in it."),
      .always("answered", .integer, "Those with an answer."),
      .always("errors", .integer, "Those answered ERROR."),
      .always("failures", .integer, "Those without an answer because of the server's side."),
      .always("artefacts", .integer, "Those without an answer because of the capture."),
      .duration("p99", "99 % of the latencies are at most this; off by at most 3.2 % or 1 µs."),
    ]
  }
}
