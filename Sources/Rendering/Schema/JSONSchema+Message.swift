internal import ControlProtocol

extension JSONSchema {
  static var message: [SchemaField] {
    identity(source: "the sender", destination: "the receiver") + [
      .always(
        "kind", .choice(["request", "response", "notification"]), "What the start line names.")
    ] + SchemaField.captured("type", "The type; absent when missing.") + uuid
      + SchemaField.captured("status", "OK, ERROR, or the word as sent when it is neither.")
      + SchemaField.captured("code", "The error code.")
      + SchemaField.captured("reason", "The error reason.") + [
        .optional(
          "params", .list(.object(parameter)), "The parameters in order; absent when none."),
        .optional(
          "lines", .list(.object(rawLine)), "Lines that were no parameter; absent when none."),
        .optional("ts", .time, "When its first byte was first sent."),
        .optional("ts_end", .time, "When its last byte was delivered."),
        .optional("frame", .integer, "The packet that first carried its first byte, from 1."),
        .optional("frame_end", .integer, "The packet that first carried its last byte."),
        .optional(
          "input_end", .integer, "The input of frame_end, where it is not that of frame."),
        .always("offset", .integer, "Where it begins in its stream. Bytes."),
        .always("length", .integer, "How long it is. Bytes."),
        .always("complete", .flag, "False when cut by a gap, the end or a limit."),
        .optional("echoed", .flag, "True for a request that only quotes one; not counted."),
        .optional(
          "diagnostics", .list(.choice(DiagnosticCode.names)),
          "What was odd about it; absent when nothing was."),
      ]
  }

  static var parameter: [SchemaField] {
    [
      .always("key", .text, "The key, possibly empty."),
      .optional("key_base64", .base64, "The exact bytes of key, where not UTF-8."),
      .always("value", .text, "The value, possibly empty; a token where it is hidden."),
      .optional("value_base64", .base64, "The exact bytes of value, where not UTF-8."),
      .optional("hidden", .flag, "True where a token stands for the value."),
    ]
  }

  private static var rawLine: [SchemaField] {
    SchemaField.captured("text", "The line; absent where it is hidden.") + [
      .optional("hidden", .flag, "True where the line is hidden."),
      .optional("length", .integer, "The length of a hidden line. Bytes."),
    ]
  }

  static var diagnostic: [SchemaField] {
    identity(source: "the sender", destination: "the receiver") + [
      .always("code", .choice(DiagnosticCode.names), "What was odd."),
      .always("severity", .choice(["note", "warning", "error"]), "How bad it is."),
      .optional("ts", .time, "When it was seen."),
      .optional("frame", .integer, "The packet that carried its first byte, from 1."),
      .always("offset", .integer, "Where it is in its stream. Bytes."),
      .optional("length", .integer, "How much of the stream it is about. Bytes."),
      .optional("detail", .text, "More in words; no captured text."),
      .optional("count", .integer, "How many are told as one; absent for one."),
      .optional(
        "capture_could_miss", .flag, "Of an orphan: whether the request may have been missed."),
    ] + SchemaField.captured("comment", "What somebody wrote about the packet in the capture.")
      + SchemaField.captured("excerpt", "Captured text; only while secrets are shown.")
  }

  static var stream: [SchemaField] {
    identity(source: "the sender", destination: "the receiver") + [
      .always("file", .text, "The file, relative to the directory written to."),
      .always("length", .integer, "Bytes in the file."),
      .optional("gaps", .list(.object(gap)), "What is missing; offsets in the stream."),
      .optional("conflicts", .list(.object(conflict)), "What was sent with other contents too."),
      .optional("gaps_unlisted", .integer, "Gaps beyond those listed."),
      .optional("conflicts_unlisted", .integer, "Conflicts beyond those listed."),
    ]
  }

  private static var gap: [SchemaField] {
    conflict + [
      .always("reason", .choice(["acked", "aged", "limit", "end", "snaplen"]), "Why.")
    ]
  }

  private static var conflict: [SchemaField] {
    [
      .always("offset", .integer, "Where it begins in the stream. Bytes."),
      .always("length", .integer, "How long it is. Bytes."),
    ]
  }
}
