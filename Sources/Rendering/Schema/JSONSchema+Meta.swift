extension JSONSchema {
  static var meta: [SchemaField] {
    [
      .always("schema", .constant(RunDescription.schema), "The version of this schema."),
      .always("tool", .constant("souptap"), "The program."),
      .always("version", .text, "The program's version."),
      .always("command", .text, "The command that was run."),
      .always("inputs", .list(.text), "Files or interfaces, in the order of their indices."),
      .always("mode", .choice(["file", "live"]), "Where the packets come from."),
      .optional("capture_filter", .text, "The capture filter."),
      .always("ports", .list(.integer), "Ports on which the protocol is always read."),
      .always("timeout_ns", .integer, "How long a request waits. Nanoseconds; 0 for ever."),
      .always("secrets", .choice(["hidden", "shown"]), "Whether credentials are hidden."),
      .optional("detect", .flag, "Whether other ports are searched for the protocol."),
      .optional("all", .flag, "Whether connections without the protocol are told."),
      .optional("strict", .flag, "Whether warnings and errors fail the run."),
      .optional("dedup", .flag, "Whether equal packets of two inputs are taken for one packet."),
      .optional("where", .text, "The expression that selects records."),
      .optional("by", .list(.text), "What the report groups by."),
      .duration("interval", "The length of an interval."),
      .optional("sort", .text, "What the rows of a report are sorted by."),
      .optional(
        "censored", .flag, "Whether percentiles count unanswered requests as cut off."),
      .optional("failed", .flag, "Whether only failed transactions are told."),
      .duration("slower", "The least latency of a transaction that is told."),
      .optional("top", .integer, "How many of the slowest are told."),
      .optional("count", .integer, "After how many packets the run ends."),
      .duration("duration", "After how long the run ends."),
      .optional("since", .time, "The time before which records are passed over."),
      .optional("until", .time, "The time from which on records are passed over."),
      .duration("since_start", "The same as since, from the first packet."),
      .duration("until_start", "The same as until, from the first packet."),
      .optional("anonymized", .flag, "Whether other addresses stand in place of the real ones."),
      .optional("secret_keys", .list(.text), "Keys whose values are hidden, if not the usual."),
      .optional("snapshot_length", .integer, "The most bytes captured of a packet."),
      .optional("limits", .object(limits), "Where memory and patience end."),
    ]
  }

  private static var limits: [SchemaField] {
    [
      .optional(
        "waiting_bytes_per_stream", .integer, "Bytes of one stream that wait for missing ones."),
      .optional("held_bytes", .integer, "Captured bytes held anywhere."),
      .optional("connections", .integer, "Connections known at a time."),
      .optional("pending_requests_per_connection", .integer, "Requests without an answer yet."),
      .optional("message_bytes", .integer, "Bytes of one message that are read."),
      .duration("reorder", "How long an acknowledged hole may still be filled."),
      .duration("hole", "How long a hole that was not acknowledged may still be filled."),
      .duration("half_open", "How long a half-open connection may be idle."),
      .optional(
        "fragmented_datagrams", .integer, "Datagrams whose fragments are kept at a time."),
      .duration("fragment", "How long the fragments of a datagram may take to come."),
    ]
  }
}
