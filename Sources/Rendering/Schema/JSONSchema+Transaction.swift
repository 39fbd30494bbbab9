internal import Records

extension JSONSchema {
  static var transaction: [SchemaField] {
    identity(source: "the requester", destination: "the answerer") + [
      .always("transaction", .integer, "Its number, from 0 in order of request completion."),
      .always("revision", .integer, "0; 1 when told again for a late answer."),
      .optional("late", .flag, "True when the answer came after the timeout."),
    ] + SchemaField.captured("type", "The type of the request.") + uuid + outcome + times + [
      .optional("in_flight", .integer, "Requests outstanding beside it when it was sent."),
      .optional(
        "quality", .choice(Quality.allCases.map(\.name)), "Whether the latency can be believed."),
      .optional(
        "causes", .list(.choice(Causes.names)), "Why it is not exact; absent when it is."),
      .optional(
        "hints", .list(.choice(Hints.names)), "What may have made it slow; absent when none."),
    ] + places
  }

  private static var outcome: [SchemaField] {
    [
      .always("outcome", .choice(Outcome.allCases.map(\.name)), "How it ended."),
      .optional(
        "unanswered", .choice(UnansweredReason.allCases.map(\.name)), "Why it has no answer."),
    ] + SchemaField.captured("status", "OK, ERROR, or the word as sent when it is neither.")
      + SchemaField.captured("code", "The error code.")
      + SchemaField.captured("reason", "The error reason.")
      + SchemaField.captured("response_type", "The type of the response, where it differs.")
  }

  private static var times: [SchemaField] {
    [
      .optional("ts", .time, "When the request's first byte was first sent."),
      .optional(
        "ts_end", .time, "When the response was delivered, or it was given up."),
      .duration("latency", "Request delivered to response begun."),
      .duration("duration", "Request begun to response delivered."),
      .duration("request_transfer", "Request begun to request delivered."),
      .duration("response_transfer", "Response begun to response delivered."),
      .duration("network", "The lowest round trip between the capture and the answerer."),
      .duration("server", "The latency less the network's part."),
      .duration("ack", "Request delivered to its first acknowledgement."),
      .duration("waited", "Unanswered: request delivered to given up."),
    ]
  }

  private static var places: [SchemaField] {
    [
      .optional("request_frame", .integer, "The packet with the request's first byte, from 1."),
      .optional("request_frame_end", .integer, "The packet with the request's last byte."),
      .optional("response_frame", .integer, "The packet with the response's first byte."),
      .optional("response_frame_end", .integer, "The packet with the response's last byte."),
      .optional(
        "request_input_end", .integer, "The input of request_frame_end, where not input."),
      .optional("response_input", .integer, "The input of response_frame, where not input."),
      .optional(
        "response_input_end", .integer, "The input of response_frame_end, where not input."),
      .always("request_offset", .integer, "Where the request begins in its stream. Bytes."),
      .optional("response_offset", .integer, "Where the response begins in its stream. Bytes."),
    ]
  }
}
