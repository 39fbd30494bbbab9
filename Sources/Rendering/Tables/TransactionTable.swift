internal import ControlProtocol
internal import Records
internal import Wire

/// The rows of `transactions`.
struct TransactionTable {
  private let time: TableColumn
  private let stream: TableColumn
  private let arrow = TableColumn("", 1)
  private let type: TableColumn
  private let uuid: TableColumn
  private let outcome: TableColumn
  private let latency = TableColumn("LATENCY", 8, isAlignedRight: true)
  private let quality = TableColumn("Q", 1)
  private let network: TableColumn
  private let server: TableColumn
  private let endpoints: TableColumn
  private let frames: TableColumn
  private let reason: TableColumn
  private let decimals: Int

  /// Fits the columns into `width`; below 72 the rows are as for 72.
  init(width: Int) {
    let isMiddle = width >= 110
    let isWide = width >= 170
    decimals = isWide ? 6 : 3
    time = TableColumn("TIME", isWide ? 15 : 12)
    stream = TableColumn("STREAM", 6, isAlignedRight: true)
    uuid = TableColumn("UUID", 9, isAlignedRight: true)
    outcome = TableColumn("OUTCOME", max(18, min(width - 62, 28)))
    network = TableColumn("NETWORK", isMiddle ? 8 : 0, isAlignedRight: true)
    server = TableColumn("SERVER", isMiddle ? 8 : 0, isAlignedRight: true)
    endpoints = TableColumn("FROM → TO", isWide ? 43 : 0)
    frames = TableColumn("FRAMES", isWide ? 15 : 0, isAlignedRight: true)
    let others = [time, stream, arrow, uuid, outcome, latency, quality, network, server, endpoints]
    let fixed = (others + [frames]).reduce(0) { $0 + ($1.width > 0 ? $1.width + 1 : 0) }
    let rest = max(width - fixed, 9)
    // When there is room for more than most types need, the reason gets the rest.
    type = TableColumn("TYPE", isWide ? min(rest, 24) : rest)
    reason = TableColumn("REASON", isWide ? max(rest - 25, 0) : 0)
  }

  private var columns: [TableColumn] {
    [
      time, stream, arrow, type, uuid, outcome, latency, quality, network, server, endpoints,
      frames, reason,
    ]
  }

  func header(to lines: inout TableLines) {
    lines.header(columns)
  }

  func row(
    _ record: borrowing TransactionRecord, text: RawSpan, clock: TableClock,
    to lines: inout TableLines
  ) {
    let record = copy record
    let colour = Self.colour(of: record, lines.palette)
    lines.cell(own: time) { clock.append(record.start, decimals: decimals, to: &$0) }
    lines.cell(own: stream) { $0.append(streamOf: record.identity) }
    lines.cell(own: arrow) { $0.append(record.direction.arrow) }
    lines.cell(type) { $0.append(text.bytes(of: record.type)) }
    lines.cell(uuid) { $0.append(text.bytes(of: record.uuid)) }
    lines.cell(outcome, colour: colour) { Self.append(outcomeOf: record, text, to: &$0) }
    lines.cell(own: latency) { buffer in
      if let latency = record.latency {
        Units.append(duration: latency, to: &buffer)
      } else if let waited = record.waited {
        buffer.append(">")
        Units.append(duration: waited, to: &buffer)
      }
    }
    lines.cell(quality, colour: record.quality == .exact ? "" : lines.palette.warning) {
      $0.append(Explanation.letter(of: record.quality))
    }
    lines.cell(own: network) { $0.append(duration: record.network) }
    lines.cell(own: server) { $0.append(duration: record.server) }
    lines.cell(own: endpoints) { $0.append(endpointsOf: record.identity, record.direction) }
    lines.cell(own: frames) { buffer in
      if record.requestFrame > 0 { buffer.append(decimal: record.requestFrame) }
      guard let answer = record.responseFrameEnd ?? record.responseFrame else { return }
      buffer.append("–")
      buffer.append(decimal: answer)
    }
    lines.cell(reason) { $0.append(text.bytes(of: record.reason)) }
    lines.end()
  }

  /// Writes what `row` has no room for, indented below it.
  func explanation(
    _ record: borrowing TransactionRecord, text: RawSpan, to lines: inout TableLines
  ) {
    let record = copy record
    lines.text { $0.append("    ") }
    lines.text { Explanation.append(record, to: &$0) }
    lines.end()
    for (label, range) in [
      ("code", record.code), ("reason", record.reason), ("response type", record.responseType),
    ] as [(StaticString, TextRange)] where range.isPresent {
      lines.text(colour: lines.palette.dim) {
        $0.append("    ")
        $0.append(label)
        $0.append(": ")
      }
      lines.text { $0.append(text.bytes(of: range)) }
      lines.end()
    }
  }

  private static func colour(of record: TransactionRecord, _ palette: Palette) -> String {
    switch record.outcome {
    case .ok: ""
    case .error: palette.error
    case .unknownStatus, .unanswered: palette.warning
    }
  }

  private static func append(
    outcomeOf record: TransactionRecord, _ text: RawSpan, to buffer: inout OutputBuffer
  ) {
    if record.isLate { buffer.append("late ") }
    switch record.outcome {
    case .ok:
      buffer.append("ok")
    case .error:
      buffer.append("error")
    case .unknownStatus:
      buffer.append("unknown-status ")
      buffer.append(text.bytes(of: record.statusText))
    case .unanswered:
      buffer.append("unanswered")
    }
    if let reason = record.unanswered {
      buffer.append(" ")
      buffer.append(reason.name)
    }
    guard record.code.isPresent else { return }
    buffer.append(" ")
    buffer.append(text.bytes(of: record.code))
  }
}

extension Direction {
  /// How text output shows it.
  var arrow: StaticString { self == .clientToServer ? "→" : "←" }
}

extension OutputBuffer {
  /// Appends how text output names a connection: by Wireshark's tcp.stream, or where that is not
  /// known by the tool's own number with a `c` before it.
  mutating func append(streamOf identity: ConnectionIdentity) {
    if identity.tcpStream == nil { append("c") }
    append(decimal: identity.tcpStream ?? identity.connection)
  }

  mutating func append(endpointsOf identity: ConnectionIdentity, _ direction: Direction) {
    append(identity.source(of: direction))
    append(" → ")
    append(identity.destination(of: direction))
  }

  mutating func append(duration: Int64?) {
    if let duration { Units.append(duration: duration, to: &self) }
  }
}
