internal import ControlProtocol
internal import Records
internal import Wire

/// The lines that diagnostics take among the rows of a table.
struct DiagnosticLine {
  let width: Int
  private let decimals: Int

  init(width: Int) {
    self.width = max(width, 72)
    decimals = width >= 170 ? 6 : 3
  }

  func line(
    _ record: borrowing DiagnosticRecord, text: RawSpan, clock: TableClock, showsText: Bool,
    to lines: inout TableLines
  ) {
    let record = copy record
    let palette = lines.palette
    let severity = record.code.severity
    let colour = severity == .error ? palette.error : palette.dim
    lines.cell(TableColumn("", width), colour: colour) { buffer in
      clock.append(record.time, decimals: decimals, to: &buffer)
      buffer.append(" ")
      buffer.append(streamOf: record.identity)
      buffer.append(" ")
      buffer.append(record.direction.arrow)
      buffer.append(" ")
      buffer.append(severity.name)
      buffer.append(": ")
      buffer.append(record.code.name)
      if record.count > 1 {
        buffer.append(" ×")
        buffer.append(decimal: record.count)
      }
      if record.frame > 0 {
        buffer.append(" frame ")
        buffer.append(decimal: record.frame)
      }
      buffer.append(" offset ")
      buffer.append(decimal: record.offset)
      if let length = record.length {
        buffer.append(" ")
        Units.append(bytes: length, to: &buffer)
      }
      if record.captureCouldMiss == true { buffer.append(" (the capture could have missed it)") }
      if let detail = record.detail {
        buffer.append(" ")
        buffer.append(detail)
      }
      if record.comment.isPresent {
        buffer.append(" ")
        buffer.append(text.bytes(of: record.comment))
      }
      guard showsText, record.excerpt.isPresent else { return }
      buffer.append(" | ")
      buffer.append(text.bytes(of: record.excerpt))
    }
    lines.end()
  }
}
