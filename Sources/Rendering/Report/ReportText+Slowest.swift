internal import Records
internal import Statistics
internal import Wire

extension ReportText {
  /// The slowest transactions, with what happened to each beneath it.
  func appendSlowest(_ summary: Summary, to buffer: inout OutputBuffer) {
    let slowest = summary.slowest
    guard !slowest.isEmpty else { return }
    appendTitle("Slowest transactions", to: &buffer)
    var table = ReportTable([
      ReportTable.Column(title: "time"),
      ReportTable.Column(title: "latency"),
      ReportTable.Column(title: "type", alignsRight: false, narrowest: 12),
      ReportTable.Column(title: "uuid", alignsRight: false, narrowest: 9),
      ReportTable.Column(title: "quality", alignsRight: false, importance: 1),
      ReportTable.Column(title: "packets", alignsRight: false),
      ReportTable.Column(title: "stream"),
      ReportTable.Column(title: "connection", alignsRight: false, importance: 2),
    ])
    for slow in slowest { table.append(cells(slow)) }
    let showsConnection = table.layout(width: width).contains { $0.column == 7 }
    table.append(width: width, palette: palette, to: &buffer) { number, buffer in
      var flow = ReportFlow()
      let explanation = Self.explanation(slowest[number].record)
      if let explanation { flow.append(explanation, .faint) }
      if !showsConnection {
        if explanation != nil { flow.append("·", .faint) }
        flow.append(Self.connection(slowest[number].record), .faint)
      }
      guard explanation != nil || !showsConnection else { return }
      flow.append(indent: 4, width: width, palette: palette, to: &buffer)
    }
  }

  private func cells(_ slow: SlowTransaction) -> [ReportCell] {
    let record = slow.record
    let quality = record.quality
    let style: ReportStyle =
      switch quality {
      case .exact: .good
      case .degraded: .warning
      case .uncertain, nil: .bad
      }
    return [
      ReportCell(clock(record.start)),
      ReportCell(duration: record.latency.map { UInt64(max(0, $0)) }),
      Self.name(of: slow.type), slow.uuid.map { ReportCell(captured: $0) } ?? .absent,
      quality.map { ReportCell($0.name, style) } ?? .absent,
      ReportCell(Self.packets(record)),
      record.identity.tcpStream.map { ReportCell(String($0)) } ?? .absent,
      ReportCell(Self.connection(record)),
    ]
  }

  func clock(_ time: CaptureTime) -> String {
    var buffer = OutputBuffer(capacity: 64)
    let ahead = Int64(secondsFromUTC(time)) * 1_000_000_000
    buffer.append(clock: time.advanced(byNanoseconds: ahead), decimals: 6)
    return buffer.string
  }

  /// The packets of the request's first and the response's last byte: `12→15`.
  static func packets(_ record: TransactionRecord) -> String {
    guard let last = record.responseFrameEnd ?? record.responseFrame else {
      return "\(record.requestFrame)"
    }
    return "\(record.requestFrame)→\(last)"
  }

  static func connection(_ record: TransactionRecord) -> String {
    var buffer = OutputBuffer(capacity: 128)
    buffer.append(record.identity.source(of: record.direction))
    buffer.append(" → ")
    buffer.append(record.identity.destination(of: record.direction))
    return buffer.string
  }

  /// What made up the latency and what disturbed it; nothing when the table tells all that is known.
  static func explanation(_ record: TransactionRecord) -> String? {
    var buffer = OutputBuffer(capacity: 256)
    Explanation.append(record, to: &buffer)
    return buffer.string.contains(" · ") ? buffer.string : nil
  }
}
