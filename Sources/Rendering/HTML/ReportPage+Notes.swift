internal import Records
internal import Statistics

extension ReportPage {
  /// What latency, quality and the rates mean.
  func writeDefinitions(to page: HTMLWriter) {
    section(.definitions, to: page) {
      page.element("dl") {
        for (term, meaning) in Self.definitions {
          page.element("dt", term)
          page.element("dd", meaning)
        }
      }
    }
  }

  private static let definitions = [
    (
      "latency",
      "From the moment the last byte of the request can be read at the capture point to the first"
        + " byte of its response, in packet time."
    ),
    (
      "network, server",
      "Network is the lowest round trip seen to the side that answers, server is the rest of the"
        + " latency; both only where the capture shows round trips."
    ),
    (
      "exact",
      "Nothing disturbed the figure. Degraded: retransmissions, reordering or a closed window are in"
        + " it. Uncertain: the capture may be wrong about it, because packets are missing or its clock"
        + " jumped."
    ),
    (
      "percentiles",
      "Of answered requests only, whatever their quality; off by at most 0.1 % or 1 µs, in the cells of types over time by 3.2 %. Least, mean"
        + " and most are exact."
    ),
    (
      "cut off",
      "A request without an answer waited at least so long: counted as such an observation (Kaplan and"
        + " Meier) it moves the percentiles up. They are given so where that makes a difference."
    ),
    (
      "error",
      "Share of the answers that say ERROR."
    ),
    (
      "failure",
      "An error, or no answer for a reason that lies with the server or the network: timeout, a"
        + " connection closed or reset, a uuid used again. What the capture did not see is no failure."
    ),
    (
      "in flight",
      "Requests of which the answer was outstanding."
    ),
  ]

  /// What the run read, and how.
  func writeRun(_ summary: Summary, to page: HTMLWriter) {
    section(.run, to: page) {
      page.element("dl") {
        page.element("dt", run.inputs.count == 1 ? "input" : "inputs")
        page.element("dd") { writeInputs(to: page) }
        for (term, value) in options {
          page.element("dt", term)
          page.element("dd") { page.captured(value, upTo: 400) }
        }
        if let health = summary.health {
          page.element("dt", "read")
          page.element(
            "dd",
            Units.count(health.packets, "packet")
              + ", \(Units.bytes(health.bytes)); "
              + Units.count(health.connections, "connection"))
        }
        page.element("dt", "messages")
        let messages = summary.messages
        page.element(
          "dd",
          Units.count(messages.requests, "request") + ", "
            + Units.count(messages.responses, "response") + ", "
            + Units.count(messages.notifications, "notification"))
      }
    }
  }

  private func writeInputs(to page: HTMLWriter) {
    for (index, input) in run.inputs.prefix(Self.listLimit).enumerated() {
      if index > 0 { page.markup("<br>") }
      page.captured(input, upTo: 400)
    }
    let more = run.inputs.count - Self.listLimit
    if more > 0 { page.text(" and \(Units.count(UInt64(more))) more") }
  }

  /// What was asked for, by the names of the options.
  private var options: [(term: String, value: String)] {
    var result: [(String, String)] = []
    if let filter = run.captureFilter, !filter.isEmpty { result.append(("capture filter", filter)) }
    let more = run.ports.count > Self.listLimit ? ", …" : ""
    let ports = run.ports.prefix(Self.listLimit).map { String($0) }.joined(separator: ", ") + more
    let others = run.detects == false ? "only these" : "others are searched for the protocol"
    result.append(("ports", "\(ports) (\(others))"))
    result.append(
      (
        "timeout",
        run.timeoutNanoseconds == 0 ? "none" : Units.duration(run.timeoutNanoseconds)
      ))
    if run.removesDuplicates == true { result.append(("dedup", "equal packets count once")) }
    if let selection = run.selection { result.append(("where", selection)) }
    if !run.groups.isEmpty { result.append(("by", run.groups.joined(separator: ", "))) }
    if let length = run.intervalNanoseconds {
      result.append(("interval", Units.duration(length)))
    }
    if let order = run.sort { result.append(("sort", order)) }
    if let top = run.top { result.append(("top", Units.count(UInt64(max(0, top))))) }
    if let count = run.count { result.append(("count", Units.count(count, "packet"))) }
    if let since = run.since { result.append(("since", moment(since))) }
    if let until = run.until { result.append(("until", moment(until))) }
    for (name, bound) in [("since_start_ns", "since"), ("until_start_ns", "until")] {
      guard case .number(let time)? = run.further.first(where: { $0.name == name })?.value
      else { continue }
      result.append((bound, Units.duration(time) + " after the first packet"))
    }
    result.append(("secrets", run.showsSecrets ? "shown" : "hidden"))
    return result
  }
}
