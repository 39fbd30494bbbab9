internal import ControlProtocol
internal import Records
internal import Wire

/// The rows of `messages`.
struct MessageTable {
  private let time: TableColumn
  private let stream = TableColumn("STREAM", 6, isAlignedRight: true)
  private let arrow = TableColumn("", 1)
  private let frame = TableColumn("FRAME", 6, isAlignedRight: true)
  private let kind: TableColumn
  private let type: TableColumn
  private let uuid = TableColumn("UUID", 9, isAlignedRight: true)
  private let status: TableColumn
  private let parameters: TableColumn
  private let decimals: Int

  /// Fits the columns into `width`; below 76 the rows are as for 76.
  init(width: Int) {
    let isMiddle = width >= 110
    let isWide = width >= 170
    decimals = isWide ? 6 : 3
    time = TableColumn("TIME", isWide ? 15 : 12)
    kind = isMiddle ? TableColumn("KIND", 12) : TableColumn("KND", 3)
    type = TableColumn("TYPE", isWide ? 28 : isMiddle ? 20 : 14)
    status = TableColumn("STATUS", isWide ? 32 : isMiddle ? 16 : 8)
    let fixed = [time, stream, arrow, frame, kind, type, uuid, status].reduce(0) {
      $0 + $1.width + 1
    }
    parameters = TableColumn("PARAMETERS", max(width - fixed, 9))
  }

  func header(to lines: inout TableLines) {
    lines.header([time, stream, arrow, frame, kind, type, uuid, status, parameters])
  }

  func row(
    _ record: borrowing MessageRecord, parameters list: Span<ParameterText>, text: RawSpan,
    clock: TableClock, secrets: inout Secrets, to lines: inout TableLines
  ) {
    let record = copy record
    let palette = lines.palette
    lines.cell(own: time) { clock.append(record.start, decimals: decimals, to: &$0) }
    lines.cell(own: stream) { $0.append(streamOf: record.identity) }
    lines.cell(own: arrow) { $0.append(record.direction.arrow) }
    lines.cell(own: frame) { if record.frame > 0 { $0.append(decimal: record.frame) } }
    lines.cell(own: kind) { $0.append(kind.width > 3 ? record.kind.name : record.kind.shortName) }
    lines.cell(type) { $0.append(text.bytes(of: record.type)) }
    lines.cell(uuid) { $0.append(text.bytes(of: record.uuid)) }
    lines.cell(status, colour: record.status == .error ? palette.error : "") {
      Self.append(statusOf: record, text, withCode: status.width > 8, to: &$0)
    }
    lines.cell(parameters) { buffer in
      if let remarks = Self.remarks(on: record) {
        buffer.append(remarks)
        buffer.append(" ")
      }
      if status.width <= 8 { Self.append("code", record.code, text, to: &buffer) }
      Self.append("reason", record.reason, text, to: &buffer)
      append(summaryOf: list, text, secrets: &secrets, to: &buffer)
    }
    lines.end()
  }

  /// Writes a message whole, its parameters and raw lines indented.
  func full(
    _ record: borrowing MessageRecord, parameters list: Span<ParameterText>, text: RawSpan,
    clock: TableClock, secrets: inout Secrets, to lines: inout TableLines
  ) {
    let record = copy record
    let palette = lines.palette
    lines.text { clock.append(dateOf: record.start, decimals: 6, to: &$0) }
    lines.text(colour: palette.dim) { buffer in
      buffer.append("  stream ")
      buffer.append(streamOf: record.identity)
      buffer.append("  ")
      buffer.append(endpointsOf: record.identity, record.direction)
      buffer.append("  frame ")
      buffer.append(decimal: record.frame)
      buffer.append("  offset ")
      buffer.append(decimal: record.offset)
      buffer.append("  ")
      Units.append(bytes: record.length, to: &buffer)
    }
    lines.end()
    lines.text(colour: palette.bold) { buffer in
      buffer.append("  ")
      buffer.append(record.kind.name)
      buffer.append(" ")
      buffer.append(text.bytes(of: record.type))
    }
    if record.uuid.isPresent {
      lines.text { buffer in
        buffer.append(" ")
        buffer.append(text.bytes(of: record.uuid))
      }
    }
    if record.kind == .response {
      lines.text(colour: record.status == .error ? palette.error : "") { buffer in
        buffer.append(" ")
        Self.append(statusOf: record, text, withCode: false, to: &buffer)
      }
    }
    if let remarks = Self.remarks(on: record) {
      lines.text { $0.append(" ") }
      lines.text(colour: palette.warning) { $0.append(remarks) }
    }
    lines.end()
    field("code", record.code, text, to: &lines)
    field("reason", record.reason, text, to: &lines)
    for index in list.indices {
      body(list[index], text, secrets: &secrets, to: &lines)
    }
  }

  private func field(
    _ name: StaticString, _ range: TextRange, _ text: RawSpan, to lines: inout TableLines
  ) {
    guard range.isPresent else { return }
    lines.text(colour: lines.palette.dim) {
      $0.append("    ")
      $0.append(name)
      $0.append(": ")
    }
    lines.text { $0.append(text.bytes(of: range)) }
    lines.end()
  }

  private func body(
    _ parameter: ParameterText, _ text: RawSpan, secrets: inout Secrets, to lines: inout TableLines
  ) {
    let key = text.bytes(of: parameter.key)
    let value = text.bytes(of: parameter.value)
    guard parameter.key.isPresent else {
      lines.text(colour: lines.palette.dim) { $0.append("    | ") }
      let shows = secrets.shows
      lines.text {
        if shows { $0.append(value) } else { $0.append(hiddenBytes: value.byteCount) }
      }
      return lines.end()
    }
    lines.text(colour: lines.palette.dim) {
      $0.append("    ")
      $0.append(key)
      $0.append(": ")
    }
    let token = secrets.hides(valuesOf: key) ? secrets.token(of: value) : nil
    lines.text {
      if let token { $0.append(token) } else { $0.append(value) }
    }
    lines.end()
  }

  private static func append(
    statusOf record: MessageRecord, _ text: RawSpan, withCode: Bool = true,
    to buffer: inout OutputBuffer
  ) {
    switch record.status {
    case .ok: buffer.append("OK")
    case .error: buffer.append("ERROR")
    case .unknown: buffer.append(text.bytes(of: record.statusText))
    case .missing: break
    }
    guard withCode, record.code.isPresent else { return }
    buffer.append(" ")
    buffer.append(text.bytes(of: record.code))
  }

  private static func remarks(on record: MessageRecord) -> String? {
    switch (record.isComplete, record.isEchoed) {
    case (true, false): nil
    case (false, false): "(incomplete)"
    case (true, true): "(echoed)"
    case (false, true): "(incomplete, echoed)"
    }
  }

  private static func append(
    _ name: StaticString, _ range: TextRange, _ text: RawSpan, to buffer: inout OutputBuffer
  ) {
    guard range.isPresent else { return }
    buffer.append(name)
    buffer.append("=")
    buffer.append(text.bytes(of: range))
    buffer.append(" ")
  }

  /// `key=value key=value …`, hidden values as tokens.
  private func append(
    summaryOf list: Span<ParameterText>, _ text: RawSpan, secrets: inout Secrets,
    to buffer: inout OutputBuffer
  ) {
    let start = buffer.count
    // More would never fit into a row.
    let most = 4096
    for index in list.indices {
      let length = buffer.count - start
      if length >= most { break }
      // Nor does anything behind more characters than there are columns.
      if length > parameters.width, buffer.bytes.plainEnd(from: start) == buffer.count { break }
      if index > 0 { buffer.append(" ") }
      let value = text.bytes(of: list[index].value)
      guard list[index].key.isPresent else {
        if secrets.shows {
          buffer.append(value)
        } else {
          buffer.append(hiddenBytes: value.byteCount)
        }
        continue
      }
      let key = text.bytes(of: list[index].key)
      buffer.append(key)
      buffer.append("=")
      if secrets.hides(valuesOf: key) {
        secrets.append(tokenOf: value, to: &buffer)
      } else {
        buffer.append(value.extracting(first: most))
      }
    }
  }
}

extension MessageKind {
  /// The name in narrow tables.
  var shortName: String {
    switch self {
    case .request: "req"
    case .response: "res"
    case .notification: "ntf"
    }
  }
}

extension OutputBuffer {
  /// Appends what stands for a raw line while secrets are hidden.
  fileprivate mutating func append(hiddenBytes count: Int) {
    append("<hidden, ")
    append(decimal: count)
    append(" bytes>")
  }
}
