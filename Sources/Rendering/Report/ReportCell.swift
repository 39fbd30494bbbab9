/// How a cell of a report looks where colour is wanted.
enum ReportStyle {
  case plain, heading, faint, good, warning, bad

  /// The escape sequence that begins it; empty for none.
  func sequence(in palette: Palette) -> String {
    switch self {
    case .plain: ""
    case .heading: palette.bold
    case .faint: palette.dim
    case .good: palette.good
    case .warning: palette.warning
    case .bad: palette.error
    }
  }
}

/// A piece of a report's line: text that is safe to show, with the columns it takes.
struct ReportCell {
  private(set) var text: [UInt8]
  private(set) var columns: Int
  /// The captured bytes it shows, to be cut again; nil for our own words.
  private var captured: [UInt8]?
  var style = ReportStyle.plain
  /// Whether it shows captured bytes.
  var isCaptured: Bool { captured != nil }

  /// What stands for a figure that is not known.
  static let absent = ReportCell("-", .faint)

  /// A cell of our own words: ASCII and a few marks, one column each.
  init(_ words: String, _ style: ReportStyle = .plain) {
    text = Array(words.utf8)
    columns = words.unicodeScalars.count
    self.style = style
  }

  /// A mark in a colour of its own, a blank and faint words: one cell, so that they stay together.
  init(mark: String, sequence: String, _ words: String, _ palette: Palette) {
    self.init(mark + " " + words)
    text = Array((sequence + mark + palette.reset + " " + palette.dim + words + palette.reset).utf8)
  }

  /// The same in at most so many columns, where it shows captured text.
  func cut(to limit: Int) -> ReportCell {
    guard let captured, columns > limit else { return self }
    return ReportCell(captured: captured, upTo: limit, style)
  }

  /// A number with three significant digits; a dash when it is absent.
  init(number: Double?) {
    guard let number else {
      self = .absent
      return
    }
    var buffer = OutputBuffer(capacity: 64)
    Units.append(significant: number, to: &buffer)
    self.init(buffer.string)
  }

  /// A cell of captured text, escaped; at most `limit` columns.
  init(captured bytes: [UInt8], upTo limit: Int = 400, _ style: ReportStyle = .plain) {
    var buffer = OutputBuffer(capacity: 64)
    columns = unsafe TerminalText.append(bytes.span.bytes, upTo: limit, to: &buffer)
    captured = bytes
    text = unsafe buffer.bytes.withUnsafeBytes { unsafe Array($0) }
    self.style = style
  }

  /// A count with its thousands apart.
  init(count: UInt64, _ style: ReportStyle = .plain) { self.init(Units.count(count), style) }

  /// A duration in nanoseconds; a dash when it is absent.
  init(duration nanoseconds: UInt64?) {
    guard let nanoseconds else {
      self = .absent
      return
    }
    self.init(Units.duration(Int64(clamping: nanoseconds)))
  }

  /// A share of 1 as a percentage; a dash when it is absent.
  init(share: Double?, _ style: ReportStyle = .plain) {
    guard let share else {
      self = .absent
      return
    }
    self.init(Units.share(share), style)
  }

  /// A rate; a dash when it is absent.
  init(rate: Double?) {
    guard let rate else {
      self = .absent
      return
    }
    self.init(Units.rate(rate))
  }

  /// Appends the cell, cut to `limit` columns when it is longer.
  func append(upTo limit: Int = .max, palette: Palette, to buffer: inout OutputBuffer) {
    let sequence = style.sequence(in: palette)
    buffer.append(sequence)
    if columns <= limit {
      buffer.append(text)
    } else {
      appendCut(to: limit, to: &buffer)
    }
    if !sequence.isEmpty { buffer.append(palette.reset) }
  }

  /// Captured text is cut where it can be, neither in an escape nor in a character.
  private func appendCut(to limit: Int, to buffer: inout OutputBuffer) {
    guard limit > 0 else { return }
    if let captured {
      unsafe TerminalText.append(captured.span.bytes, inColumns: limit, to: &buffer)
    } else {
      for scalar in String(decoding: text, as: UTF8.self).unicodeScalars.prefix(limit - 1) {
        buffer.append(String(scalar))
      }
      buffer.append("…")
    }
  }
}
