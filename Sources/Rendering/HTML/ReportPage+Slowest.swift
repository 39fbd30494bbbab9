internal import ControlProtocol
internal import Records
internal import Statistics
internal import Wire

extension ReportPage {
  /// The slowest transactions, with what happened to each beneath it.
  func writeSlowest(_ summary: Summary, to page: HTMLWriter) {
    guard !summary.slowest.isEmpty else { return }
    section(.slowest, to: page) {
      page.element("div", ["class": "scroll"]) {
        page.element("table", ["class": "wide"]) {
          page.element(
            "caption", "The slowest transactions, each with what made up its latency beneath it")
          page.element("thead") {
            page.element("tr") {
              for (title, side) in Self.slowestColumns {
                page.element("th", ["scope": "col", "class": side], title)
              }
            }
          }
          page.element("tbody") {
            for slow in summary.slowest.prefix(Self.rowLimit) { write(slow, to: page) }
          }
        }
      }
      let more = summary.slowest.count - Self.rowLimit
      if more > 0 { note("The page leaves out \(Units.count(UInt64(more))) more.", to: page) }
      note(
        "Packet numbers are those of the capture (frame.number in Wireshark), streams are its"
          + " tcp.stream.", to: page)
    }
  }

  private static let slowestColumns = [
    ("latency", "n"), ("type", "w"), ("time", "w"), ("uuid", "w"), ("outcome", "w"),
    ("quality", "w"), ("packets", "w"), ("stream", "n"), ("connection", "w"),
  ]

  private func write(_ slow: SlowTransaction, to page: HTMLWriter) {
    let record = slow.record
    let explanation = ReportText.explanation(record)
    func cell(_ side: StaticString, _ cell: ReportCell) {
      let tone = cell.style.tone
      page.element("td", ["class": tone.isEmpty ? "\(side)" : "\(side) \(tone)"]) {
        page.cell(cell)
      }
    }
    page.element("tr", ["class": explanation == nil ? "" : "told"]) {
      page.element("th", ["scope": "row", "class": "n"]) {
        page.cell(ReportCell(duration: record.latency.map { UInt64(max(0, $0)) }))
      }
      cell("w", Self.name(of: slow.type))
      cell("w", ReportCell(words.clock(record.start)))
      cell("w", slow.uuid.map { ReportCell(captured: $0, upTo: 40) } ?? .absent)
      cell("w", outcome(slow))
      cell("w", quality(record.quality))
      cell("w", ReportCell(ReportText.packets(record)))
      cell("n", record.identity.tcpStream.map { ReportCell(String($0)) } ?? .absent)
      cell("w", ReportCell(ReportText.connection(record)))
    }
    page.markup("\n")
    guard let explanation else { return }
    page.element("tr", ["class": "why"]) {
      page.element("td") {}
      page.element("td", ["colspan": "8"], explanation)
    }
    page.markup("\n")
  }

  private func outcome(_ slow: SlowTransaction) -> ReportCell {
    let record = slow.record
    guard record.outcome == .error, record.code.isPresent else {
      return ReportCell(record.outcome.name, record.outcome == .ok ? .plain : .bad)
    }
    let code = Array(slow.text[record.code.range])
    return ReportCell(captured: Array("error ".utf8) + code, upTo: 40, .bad)
  }

  private func quality(_ quality: Quality?) -> ReportCell {
    switch quality {
    case nil: .absent
    case .exact: ReportCell("exact")
    case .degraded: ReportCell("degraded", .warning)
    case .uncertain: ReportCell("uncertain", .bad)
    }
  }
}
