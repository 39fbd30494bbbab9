extension JSONSchema {
  static var connection: [SchemaField] {
    identity(source: "the client", destination: "the server", hasDirection: false) + [
      .always("client_known", .choice(["handshake", "port", "guess"]), "How the client is known."),
      .optional("start", .time, "Its first packet."),
      .optional("end", .time, "Its last packet."),
      .always(
        "ended", .choice(["fin", "reset", "idle", "evicted", "reused", "capture-ended"]),
        "What ended it, or its being known."),
      .optional(
        "vantage", .choice(["client", "server", "middle"]), "Where the capture was taken."),
      .duration("handshake_client", "The round trip between the capture and the client."),
      .duration("handshake_server", "The round trip between the capture and the server."),
      .always("protocol", .choice(["detected", "port", "other"]), "Why it is read, or is not."),
      .always("requests", .integer, "Requests read in it."),
      .always("responses", .integer, "Responses read in it."),
      .always("notifications", .integer, "Notifications read in it."),
      .optional(
        "ports_reused", .flag,
        "Whether an earlier connection had the same ports: TCP Port numbers reused."),
      .always("client_to_server", .shared("direction_counts"), "What the client sent."),
      .always("server_to_client", .shared("direction_counts"), "What the server sent."),
    ]
  }

  static var directionCounts: [SchemaField] {
    [
      .always("packets", .integer, "Packets."),
      .always("bytes", .integer, "TCP payload of all packets, repeated ones too. Bytes."),
      .always("retransmitted_segments", .integer, "Segments that were sent again."),
      .always("out_of_order_segments", .integer, "Segments that came before earlier ones."),
      .always("duplicate_packets", .integer, "Packets that the capture shows twice."),
      .always("overlap_conflicts", .integer, "Copies with other contents."),
      .always("gaps", .integer, "Stretches of missing bytes."),
      .always("zero_windows", .integer, "Times that the receiver's window closed."),
      .always("keep_alives", .integer, "Keep-alive segments."),
      .always("before_origin", .integer, "Bytes from before the first captured one."),
      .always("after_fin", .integer, "Bytes behind a FIN, no part of the stream."),
      .always("reset_bytes", .integer, "Payload of resets, no part of the stream. Bytes."),
      .always("after_reset", .integer, "New bytes after a reset, no part of the stream."),
      .always(
        "spurious_retransmissions", .integer,
        "Of the retransmitted segments those whose bytes were acknowledged before."),
      .always("lost_segments", .integer, "Segments that came behind bytes not captured so far."),
      .always("acked_lost_segments", .integer, "ACKs of bytes not captured so far."),
      .always("zero_window_probes", .integer, "Segments of a byte into a closed window."),
      .always("out_of_window_segments", .integer, "Segments outside of every window; ignored."),
      .always("out_of_window_bytes", .integer, "Payload of those that are not taken. Bytes."),
      .always("fragmented_segments", .integer, "Segments that came in IP fragments."),
      .optional(
        "wireshark", .list(.text), "What Wireshark says beside such packets, in its words."),
      .always("ledger", .object(ledger), "Where every byte went."),
    ]
  }

  private static var ledger: [SchemaField] {
    [
      .always("length", .integer, "The length of the stream. Bytes; the others add up to it."),
      .always("messages", .integer, "Bytes of messages."),
      .always("separators", .integer, "Bytes of empty lines between messages."),
      .always("skipped", .counts, "Bytes that were skipped, by diagnostic code."),
      .always("missing", .counts, "Bytes that are missing, by reason."),
      .optional("pending", .integer, "Bytes that still wait; absent when none do."),
    ]
  }
}
