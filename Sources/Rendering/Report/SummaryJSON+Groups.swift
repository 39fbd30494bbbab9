internal import Records
internal import Statistics
internal import Wire

extension SummaryJSON {
  /// The groups of a line, the rest last.
  static func append(
    _ groups: GroupedTallies, _ options: FigureOptions, to writer: inout JSONWriter
  ) {
    writer.key("groups")
    writer.beginArray()
    for row in groups.rows {
      writer.beginObject()
      append(row.values, to: &writer)
      append(row.tally, options, to: &writer)
      writer.endObject()
    }
    if let rest = groups.other {
      writer.beginObject()
      writer.field("other", true)
      append(rest, options, to: &writer)
      writer.endObject()
    }
    writer.endArray()
  }

  /// What a group has in common. Fields that several dimensions have are written once.
  private static func append(_ values: [GroupValue], to writer: inout JSONWriter) {
    var client: Endpoint?
    var server: Endpoint?
    var address: IPAddress?
    for value in values {
      switch value {
      case .type(let type):
        if let type { unsafe writer.field("type", text: type.span.bytes) }
      case .direction(let direction): writer.field("direction", direction.name)
      case .client(let known): address = known
      case .server(let known): server = known
      case .connection(let identity):
        writer.field("connection", identity.connection)
        writer.field("tcp_stream", identity.tcpStream)
        client = identity.client
        server = identity.server
      case .parameter: break
      }
    }
    if let address = client?.address ?? address { writer.field("client", address) }
    if let client { writer.field("client_port", UInt64(client.port)) }
    if let server {
      writer.field("server", server.address)
      writer.field("server_port", UInt64(server.port))
    }
    appendParameters(values, to: &writer)
  }

  private static func appendParameters(_ values: [GroupValue], to writer: inout JSONWriter) {
    var isOpen = false
    for case .parameter(let key, let value?, let isHidden) in values {
      if !isOpen {
        writer.key("params")
        writer.beginArray()
        isOpen = true
      }
      writer.beginObject()
      unsafe writer.field("key", text: key.span.bytes)
      unsafe writer.field("value", text: value.span.bytes)
      if isHidden { writer.field("hidden", true) }
      writer.endObject()
    }
    if isOpen { writer.endArray() }
  }

  /// Percentiles with the unanswered as cut off; nothing without any observation.
  static func appendCensored(_ tally: Tally, to writer: inout JSONWriter) {
    guard let figures = CensoredFigures(tally) else { return }
    writer.key("latency_censored")
    writer.beginObject()
    writer.field("count", figures.count)
    writer.field("censored", figures.censored)
    writer.field("p50_ns", figures.p50)
    writer.field("p90_ns", figures.p90)
    writer.field("p95_ns", figures.p95)
    writer.field("p99_ns", figures.p99)
    writer.field("p999_ns", figures.p999)
    writer.field("longest_ns", figures.longest)
    writer.endObject()
  }

  /// The most ranges of a histogram.
  private static let histogramRows = 40

  /// Latencies in ranges; nothing without any.
  static func appendHistogram(_ tally: Tally, to writer: inout JSONWriter) {
    guard let histogram = LatencyHistogram(tally.latency, rows: histogramRows) else { return }
    writer.key("latency_histogram")
    writer.beginArray()
    for row in histogram.rows {
      writer.beginObject()
      writer.field("from_ns", row.from)
      writer.field("to_ns", row.to)
      writer.field("count", row.count)
      writer.endObject()
    }
    writer.endArray()
  }
}
