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
    table.append(width: width, coloured: isColoured, to: &buffer) { number, buffer in
      var flow = ReportFlow()
      flow.append(Self.explanation(slowest[number].record), .faint)
      if !showsConnection {
        flow.append("·", .faint)
        for part in Self.connection(slowest[number].record).split(separator: " ") {
          flow.append(ReportCell(String(part), .faint))
        }
      }
      flow.append(indent: 4, width: width, coloured: isColoured, to: &buffer)
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
      ReportCell(Self.clock(record.start)),
      ReportCell(duration: record.latency.map { UInt64(max(0, $0)) }),
      Self.name(of: slow.type), slow.uuid.map { ReportCell(captured: $0) } ?? .absent,
      quality.map { ReportCell($0.name, style) } ?? .absent,
      ReportCell(Self.packets(record)),
      record.identity.tcpStream.map { ReportCell(String($0)) } ?? .absent,
      ReportCell(Self.connection(record)),
    ]
  }

  private static func clock(_ time: CaptureTime) -> String {
    var buffer = OutputBuffer(capacity: 64)
    buffer.append(clock: time, decimals: 6)
    return buffer.string
  }

  /// The packets of the request's first and the response's last byte: `12→15`.
  private static func packets(_ record: TransactionRecord) -> String {
    guard let last = record.responseFrameEnd ?? record.responseFrame else {
      return "\(record.requestFrame)"
    }
    return "\(record.requestFrame)→\(last)"
  }

  private static func connection(_ record: TransactionRecord) -> String {
    var buffer = OutputBuffer(capacity: 128)
    buffer.append(record.identity.source(of: record.direction))
    buffer.append(" → ")
    buffer.append(record.identity.destination(of: record.direction))
    return buffer.string
  }

  /// What made up the latency and what disturbed it, in phrases.
  static func explanation(_ record: TransactionRecord) -> String {
    var phrases: [String] = []
    if let network = record.network { phrases.append("network \(Units.duration(network))") }
    if let server = record.server { phrases.append("server \(Units.duration(server))") }
    if let transfer = record.requestTransfer, transfer > 0 {
      phrases.append("request took \(Units.duration(transfer)) to arrive")
    }
    if let transfer = record.responseTransfer, transfer > 0 {
      phrases.append("response took \(Units.duration(transfer)) to arrive")
    }
    switch record.outcome {
    case .ok, .unanswered: break
    case .error: phrases.append("answered with an error")
    case .unknownStatus: phrases.append("answered with an unknown status")
    }
    if record.isLate { phrases.append("late") }
    let causes = Causes.names.indices.filter { record.causes.rawValue & 1 << UInt16($0) != 0 }
      .map { Causes.names[$0] }
    if let quality = record.quality, quality != .exact {
      let reason = causes.isEmpty ? "" : ": " + causes.joined(separator: ", ")
      phrases.append(quality.name + reason)
    }
    for hint in Hints.names.indices where record.hints.rawValue & 1 << UInt8(hint) != 0 {
      let isQueued = Hints(rawValue: 1 << UInt8(hint)) == .queued && record.inFlight > 0
      phrases.append(isQueued ? "queued behind \(record.inFlight)" : Hints.names[hint])
    }
    return phrases.isEmpty ? "nothing known of how it was spent" : phrases.joined(separator: " · ")
  }
}
