internal import ControlProtocol
internal import Records
internal import Wire

/// The lines that diagnostics take among the rows of a table: time, stream and direction stand in the
/// columns of the rows, the rest is one text.
struct DiagnosticLine {
  private let time: TableColumn
  private let stream = TableColumn("", 6, isAlignedRight: true)
  private let arrow = TableColumn("", 1)
  private let rest: TableColumn
  private let decimals: Int

  init(width: Int) {
    let isWide = width >= 170
    decimals = isWide ? 6 : 3
    time = TableColumn("", isWide ? 15 : 12)
    rest = TableColumn("", max(width, 72) - (isWide ? 15 : 12) - 10)
  }

  func line(
    _ record: borrowing DiagnosticRecord, text: RawSpan, clock: TableClock, showsText: Bool,
    to lines: inout TableLines
  ) {
    let record = copy record
    let palette = lines.palette
    let severity = record.code.severity
    let colour = severity == .error ? palette.error : palette.dim
    lines.cell(time, colour: colour) { clock.append(record.time, decimals: decimals, to: &$0) }
    lines.cell(stream, colour: colour) { $0.append(streamOf: record.identity) }
    lines.cell(arrow, colour: colour) { $0.append(record.direction.arrow) }
    lines.cell(rest, colour: colour) { buffer in
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
        buffer.append(detail.words)
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
