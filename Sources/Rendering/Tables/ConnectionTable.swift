internal import Records
internal import Wire

/// The rows of `connections`: a line for each, and lines with its troubles.
struct ConnectionTable {
  private let time: TableColumn
  private let stream = TableColumn("STREAM", 6, isAlignedRight: true)
  private let client: TableColumn
  private let server: TableColumn
  private let duration = TableColumn("LASTED", 8, isAlignedRight: true)
  private let ended: TableColumn
  private let requests = TableColumn("REQ", 5, isAlignedRight: true)
  private let responses: TableColumn
  private let notifications: TableColumn
  private let sent: TableColumn
  private let received: TableColumn
  private let troubles: TroubleLines
  private let decimals: Int

  /// Fits the columns into `width`; below 78 the rows are as for 78.
  init(width: Int) {
    let isMiddle = width >= 110
    let isWide = width >= 170
    decimals = isWide ? 6 : isMiddle ? 3 : 0
    time = TableColumn("START", isWide ? 15 : isMiddle ? 12 : 8)
    ended = TableColumn("ENDED", isMiddle ? 13 : 5)
    responses = TableColumn("RES", isMiddle ? 5 : 0, isAlignedRight: true)
    notifications = TableColumn("NTF", isMiddle ? 5 : 0, isAlignedRight: true)
    sent = TableColumn("SENT", isWide ? 9 : 0, isAlignedRight: true)
    received = TableColumn("RECEIVED", isWide ? 9 : 0, isAlignedRight: true)
    let others = [time, stream, duration, ended, requests, responses, notifications]
    let fixed = (others + [sent, received]).reduce(0) {
      $0 + ($1.width > 0 ? $1.width + 1 : 0)
    }
    let each = max((width - fixed - 1) / 2, 18)
    troubles = TroubleLines(width: max(width, 78))
    client = TableColumn("CLIENT", each)
    server = TableColumn("SERVER", each)
  }

  func header(to lines: inout TableLines) {
    lines.header([
      time, stream, client, server, duration, ended, requests, responses, notifications, sent,
      received,
    ])
  }

  func row(
    _ record: borrowing ConnectionRecord, clock: TableClock, to lines: inout TableLines
  ) {
    let record = copy record
    lines.cell(time) { clock.append(record.start, decimals: decimals, to: &$0) }
    lines.cell(stream) { $0.append(streamOf: record.identity) }
    lines.cell(client) { buffer in
      buffer.append(record.identity.client)
      if record.clientKnown == .guess { buffer.append("?") }
    }
    lines.cell(server) { $0.append(record.identity.server) }
    lines.cell(duration) {
      $0.append(duration: record.end.nanoseconds(since: record.start))
    }
    lines.cell(ended) { $0.append(ended.width > 5 ? record.ended.name : record.ended.shortName) }
    lines.cell(requests) { $0.append(decimal: record.requests) }
    lines.cell(responses) { $0.append(decimal: record.responses) }
    lines.cell(notifications) { $0.append(decimal: record.notifications) }
    lines.cell(sent) { Units.append(bytes: record.clientToServer.bytes, to: &$0) }
    lines.cell(received) { Units.append(bytes: record.serverToClient.bytes, to: &$0) }
    lines.end()
    troubles.append(of: record, to: &lines)
  }
}

extension ConnectionTable {
  /// Writes below a row where the connection was captured, and the round trips that tell.
  func place(of record: borrowing ConnectionRecord, to lines: inout TableLines) {
    let record = copy record
    lines.text(colour: lines.palette.dim) { buffer in
      buffer.append("    ")
      switch record.vantage {
      case .client: buffer.append("captured at the client")
      case .server: buffer.append("captured at the server")
      case .middle: buffer.append("captured in the middle")
      case nil: buffer.append("where it was captured is not known")
      }
      for (label, roundTrip) in [
        (" · round trip to the client ", record.handshakeClient),
        (" · round trip to the server ", record.handshakeServer),
      ] as [(StaticString, Int64?)] {
        guard let roundTrip else { continue }
        buffer.append(label)
        Units.append(duration: roundTrip, to: &buffer)
      }
    }
    lines.end()
  }
}

extension ConnectionRecord.Ended {
  /// The name in narrow tables.
  fileprivate var shortName: String {
    switch self {
    case .fin, .reset, .idle: name
    case .evicted: "evict"
    case .reused: "reuse"
    case .captureEnded: "open"
    }
  }
}
