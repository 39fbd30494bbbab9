extension JSONSchema {
  static var interval: [SchemaField] { summary }

  static var summary: [SchemaField] {
    [
      .optional("from", .time, "The first moment, in packet time."),
      .optional("to", .time, "The last moment, in packet time."),
      .optional(
        "ended", .choice(["end-of-input", "interrupted", "count", "duration", "error"]),
        "What ended the run."),
      .optional("health", .object(health), "How much of the traffic the capture saw."),
      .optional("totals", .shared("figures"), "All transactions."),
      .optional("by_type", .list(.shared("figures")), "Transactions by type and direction."),
      .optional("groups", .list(.shared("figures")), "Transactions by what was asked for."),
      .optional("messages", .object(messages), "Messages, those outside transactions too."),
      .optional(
        "littles_law", .object(littlesLaw),
        "The mean in flight against rate times latency, as a check on the measurement."),
      .optional("timeline", .object(timeline), "With --timeline: what happened over time."),
      .optional("heatmap", .object(heatMap), "With --heatmap: types against time."),
      .optional("diagnostics", .counts, "Oddities, by code."),
    ]
  }

  private static var health: [SchemaField] {
    [
      .optional("packets", .integer, "Packets."),
      .optional("bytes", .integer, "Captured bytes of all packets."),
      .optional("dropped_kernel", .integer, "Packets the kernel dropped; absent if not counted."),
      .optional(
        "dropped_interface", .integer, "Packets the interface dropped; absent if not counted."),
      .optional("undecoded", .counts, "Packets that were not decoded, by reason."),
      .optional("acked_unseen_bytes", .integer, "Bytes acknowledged but never captured."),
      .optional("gaps", .integer, "Stretches of missing bytes."),
      .optional("duplicate_packets", .integer, "Packets that the capture shows twice."),
      .optional("skipped_bytes", .integer, "Bytes that were no message."),
      .optional(
        "discarded_bytes", .integer,
        "Captured payload that is no part of a stream: out of window, behind a FIN and so on."),
      .optional("missing_bytes", .integer, "Bytes of streams that are missing."),
      .duration("time_resolution", "The unit of packet times, where it is above a millisecond."),
      .optional(
        "packets_without_time", .integer, "Packets to which the capture gives no time."),
      .optional(
        "clock_steps", .integer, "Times that packet time was set back by more than a second."),
      .optional("connections", .integer, "Connections."),
      .optional("protocol_connections", .integer, "Those in which a message was read."),
      .optional("evicted_connections", .integer, "Connections forgotten to make room."),
      .optional(
        "limits_reached", .counts, "How often limits were reached, by their names in meta."),
      .optional("exact", .integer, "Latencies that nothing disturbed."),
      .optional("degraded", .integer, "Latencies with trouble in them."),
      .optional("uncertain", .integer, "Latencies that the capture may be wrong about."),
    ]
  }

  private static var messages: [SchemaField] {
    [
      .optional("requests", .integer, "Requests, echoed ones aside."),
      .optional("responses", .integer, "Responses."),
      .optional("notifications", .integer, "Notifications."),
      .optional("echoed", .integer, "Requests that only quote one."),
      .optional("without_uuid", .integer, "Requests without a uuid."),
    ]
  }

  static var figures: [SchemaField] {
    SchemaField.captured("type", "The type, in a row for one; absent when missing.") + [
      .optional("other", .flag, "True in the row that sums what has no row of its own."),
      .optional(
        "direction", .choice(["client-to-server", "server-to-client"]),
        "The direction of the requests, in a row for one."),
      .optional("requests", .integer, "Transactions."),
      .optional("answered", .integer, "Those with an answer, late ones too."),
      .optional("ok", .integer, "Those answered OK."),
      .optional("errors", .integer, "Those answered ERROR."),
      .optional("unknown_status", .integer, "Those answered with another word or none."),
      .optional("late", .integer, "Those answered after the timeout."),
      .optional("unanswered", .counts, "Those without an answer, by reason."),
      .duration("oldest_waited", "The longest that one without an answer waited."),
      .optional("notifications", .integer, "Notifications."),
      .optional("error_rate", .number, "errors / answered."),
      .optional("failure_rate", .number, "Failures of the server's side as a share."),
      .optional("rate_per_second", .number, "Requests a second."),
      .optional("in_flight_mean", .number, "Requests outstanding, mean."),
      .optional("in_flight_max", .integer, "Requests outstanding, most."),
      .optional("latency", .shared("distribution"), "All latencies."),
      .optional("latency_exact", .shared("distribution"), "The exact ones, where they differ."),
      .optional("errors_by_code", .counts, "Errors by code."),
      .optional(
        "errors_by_code_base64", .counts, "By the exact bytes, of the codes that are not UTF-8."),
      .optional("errors_by_reason", .counts, "Errors by reason."),
      .optional(
        "errors_by_reason_base64", .counts,
        "By the exact bytes, of the reasons that are not UTF-8."),
      .optional(
        "latency_censored", .object(censored),
        "With --censored: percentiles that count unanswered requests as cut off."),
      .optional(
        "censored_changes", .list(.text),
        "Percentiles of latency that --censored would change."),
      .optional(
        "latency_histogram", .list(.object(histogram)),
        "With --histogram: latencies in ranges that follow on each other."),
      .optional("connection", .integer, "In a group: the number of the connection."),
      .optional("tcp_stream", .integer, "In a group: Wireshark's tcp.stream."),
      .optional("client", .text, "In a group: the client's IP address."),
      .optional("client_port", .integer, "In a group by connection: the client's TCP port."),
      .optional("server", .text, "In a group: the server's IP address."),
      .optional("server_port", .integer, "In a group: the server's TCP port."),
      .optional(
        "params", .list(.object(parameter)),
        "In a group: the parameters that its requests have in common; absent where they have none."
      ),
    ]
  }

  private static var censored: [SchemaField] {
    [
      .always("count", .integer, "How many latencies."),
      .always("censored", .integer, "How many waits without an answer."),
    ]
      + [
        ("p50", "The median."), ("p90", "90 % are at most this."),
        ("p95", "95 % are at most this."), ("p99", "99 % are at most this."),
        ("p999", "99.9 % are at most this."),
        (
          "longest",
          "The longest latency or wait. A percentile that is absent was not reached by then."
        ),
      ].map { SchemaField.duration($0.0, $0.1) }
  }

  private static var histogram: [SchemaField] {
    [
      .always("from_ns", .integer, "The least of the range. Nanoseconds."),
      .always("to_ns", .integer, "Where the next range begins. Nanoseconds."),
      .always("count", .integer, "How many latencies."),
    ]
  }

  static var distribution: [SchemaField] {
    [.always("count", .integer, "How many latencies.")]
      + [
        ("min", "The lowest."), ("mean", "The mean."), ("p50", "The median."),
        ("p90", "90 % are at most this."), ("p95", "95 % are at most this."),
        ("p99", "99 % are at most this."), ("p999", "99.9 % are at most this."),
        ("max", "The highest."),
      ].map { SchemaField.duration($0.0, $0.1) }
  }
}
