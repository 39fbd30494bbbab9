import ControlProtocol
import Inspection
import Records
import Rendering
import Statistics

/// What a run tells on standard error when it is over.
enum ClosingLines {
  /// One or two lines with the totals, for `transactions` and `messages` in text.
  static func totals(_ summary: Summary) -> [String] {
    let totals = summary.totals
    // Selected messages may be no part of a selected transaction.
    let requests = totals.requests > 0 ? totals.requests : summary.messages.requests
    var first = Units.count(requests, "request")
    var parts: [String] = []
    if totals.ok > 0 { parts.append("\(Units.count(totals.ok)) ok") }
    if totals.errors > 0 { parts.append(Units.count(totals.errors, "error")) }
    if totals.unknownStatus > 0 { parts.append("\(Units.count(totals.unknownStatus)) neither") }
    if totals.unanswered.total > 0 {
      parts.append("\(Units.count(totals.unanswered.total)) unanswered")
    }
    if !parts.isEmpty { first += ": " + parts.joined(separator: ", ") }
    if totals.notifications > 0 {
      first += "; " + Units.count(totals.notifications, "notification")
    }
    if let figures = LatencyFigures(totals.latency) {
      first +=
        "; latency p50 \(duration(figures.p50)), p99 \(duration(figures.p99)),"
        + " max \(duration(figures.maximum))"
    }
    return [first] + [capture(summary)].compactMap { $0 }
  }

  /// What makes the figures doubtful, or is odd in the protocol; nil when nothing is.
  private static func capture(_ summary: Summary) -> String? {
    var parts: [String] = []
    if let health = summary.health {
      if let dropped = health.droppedKernel, dropped > 0 {
        parts.append("\(Units.count(dropped, "packet")) dropped by the kernel")
      }
      if let dropped = health.droppedInterface, dropped > 0 {
        parts.append("\(Units.count(dropped, "packet")) dropped by the interface")
      }
      if health.missingBytes > 0 { parts.append("\(Units.bytes(health.missingBytes)) missing") }
      if health.snappedBytes > 0 {
        parts.append("\(Units.bytes(health.snappedBytes)) of them cut off by the snapshot length")
      }
      if health.discardedBytes > 0 {
        parts.append("\(Units.bytes(health.discardedBytes)) discarded as no part of a stream")
      }
    }
    if let steps = summary.health?.clockSteps, steps > 0 {
      parts.append("packet time set back \(Units.count(steps, "time"))")
    }
    if let unit = summary.health?.timeResolution {
      parts.append("times have a resolution of \(duration(unit))")
    }
    let odd = summary.diagnostics.filter { $0.code.severity >= .warning }
    if !odd.isEmpty {
      let names = odd.sorted { $0.count > $1.count }.prefix(4)
        .map { "\($0.code.name) \(Units.count($0.count))" }.joined(separator: ", ")
      parts.append("odd: \(names)\(odd.count > 4 ? ", …" : "")")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  /// Which limits cost something, by the options that move them; nil when none did.
  static func limits(_ limits: ReachedLimits?) -> String? {
    guard let limits else { return nil }
    let parts = [
      ("--max-waiting", limits.waiting), ("--max-held", limits.held),
      ("--max-connections", limits.connections), ("--max-message", limits.messages),
      ("--max-pending", limits.pending), ("--max-fragmented", limits.datagrams),
    ]
    .filter { $0.1 > 0 }.map { "\($0.0) \(Units.count($0.1, "time"))" }
    return parts.isEmpty ? nil : "limits reached: " + parts.joined(separator: ", ")
  }

  /// That inputs of the same time show packets twice, as those do that were captured at two places; nil
  /// when they do not.
  static func copies(_ health: CaptureHealth?) -> String? {
    guard let copies = health?.duplicatePackets, copies > 0 else { return nil }
    return Units.count(copies, "packet")
      + " came twice: where the inputs were captured at different places, latencies mix these;"
      + " read each alone"
  }

  /// What there was instead of messages.
  ///
  /// - Parameters:
  ///   - filteredOut: packets that `--filter` took away before the inspection.
  static func nothingFound(
    _ survey: TrafficSurvey, _ summary: Summary, plan: RunPlan, filteredOut: UInt64
  ) -> [String] {
    let packets = summary.health?.packets ?? 0
    let cut = summary.health?.snappedBytes ?? 0
    var lines = [
      "no ControlProtocol message in \(Units.count(packets, "packet")),"
        + " \(Units.count(survey.segments)) of them TCP"
    ]
    if !survey.busiestPorts.isEmpty {
      let ports = survey.busiestPorts
        .map { port in
          let look = port.look.words.isEmpty ? "" : " (\(port.look.words))"
          return "\(port.port)\(look) with \(Units.count(port.packets, "packet"))"
        }
      lines.append("busiest TCP ports: " + ports.joined(separator: ", "))
    }
    if filteredOut > 0 {
      lines.append("--filter took away \(Units.count(filteredOut, "packet")) more")
    }
    let undecoded = (summary.health?.undecoded ?? []).filter { $0.count > 0 }
    if !undecoded.isEmpty {
      let reasons = undecoded.sorted { $0.count > $1.count }.prefix(6)
        .map { "\($0.reason) \(Units.count($0.count))" }
      lines.append("not decoded down to TCP: " + reasons.joined(separator: ", "))
    }
    if !plan.inspection.detects {
      let ports = plan.inspection.ports.map(String.init).joined(separator: ", ")
      lines.append("--no-detect: only port \(ports) was looked at")
    } else if survey.busiestPorts.contains(where: { !plan.inspection.ports.contains($0.port) }) {
      lines.append("if it is there all the same, name its port: --port N")
    }
    if cut > 0 {
      lines.append(
        "the snapshot length cut \(Units.bytes(cut)) off the packets: capture with -s 0")
    }
    return lines
  }

  private static func duration(_ nanoseconds: UInt64) -> String {
    Units.duration(Int64(clamping: nanoseconds))
  }
}
