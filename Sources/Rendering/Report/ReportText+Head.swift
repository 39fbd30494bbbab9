internal import Records
internal import Statistics

/// The first lines: whether the capture is whole, whether its latencies can be believed, and whether
/// the service answers. Each begins with its verdict.
extension ReportText {
  func appendHead(_ summary: Summary, selection: String?, to buffer: inout OutputBuffer) {
    if let health = summary.health {
      appendLine("capture", captureVerdict(health, of: summary), to: &buffer)
    }
    if let selection {
      var flow = ReportFlow()
      flow.append("only:", .warning)
      flow.append(selection)
      appendLine("selected", flow, to: &buffer)
    }
    appendLine("latency", latencyVerdict(summary.totals), to: &buffer)
    appendLine("service", serviceVerdict(summary), to: &buffer)
    if let load = load(summary) { appendLine("load", load, to: &buffer) }
    if let slow = slow(summary) { appendLine("slow", slow, to: &buffer) }
    if let fails = fails(summary) { appendLine("fails", fails, to: &buffer) }
    if let ended = summary.ended, ended != .endOfInput {
      var flow = ReportFlow()
      flow.append("the run ended early: \(ended.name)", .warning)
      appendLine("ended", flow, to: &buffer)
    }
  }

  private func appendLine(
    _ label: String, _ flow: ReportFlow, to buffer: inout OutputBuffer
  ) {
    flow.append(
      label: ReportCell(label, .heading), indent: 9, width: width, palette: palette,
      to: &buffer)
  }

  func captureVerdict(_ health: CaptureHealth, of summary: Summary) -> ReportFlow {
    let verdict = CaptureVerdict(health)
    var flow = ReportFlow()
    flow.append(verdict.word + ":", verdict.style)
    flow.append(captured(health, in: summary))
    for trouble in verdict.troubles {
      flow.append("· " + trouble, verdict.style == .good ? .plain : verdict.style)
    }
    flow.append("· " + verdict.drops)
    for remark in verdict.remarks { flow.append("· " + remark) }
    return flow
  }

  private func captured(_ health: CaptureHealth, in summary: Summary) -> String {
    var words = Units.count(health.packets, "packet")
    words += " (" + Units.bytes(health.bytes) + ")"
    if let from = summary.from, let covered = summary.coveredNanoseconds {
      var moment = OutputBuffer(capacity: 64)
      TableClock(secondsFromUTC: secondsFromUTC).append(momentOf: from, decimals: 3, to: &moment)
      words += " in " + Units.duration(Int64(clamping: covered)) + " from " + moment.string
    }
    words += " · " + Units.count(health.connections, "connection")
    words += ", \(Units.count(health.protocolConnections)) with ControlProtocol"
    return words
  }

  func latencyVerdict(_ totals: Tally) -> ReportFlow {
    var flow = ReportFlow()
    let exact = totals.exactLatency.count
    let all = exact + totals.degraded + totals.uncertain
    guard all > 0 else {
      flow.append("none: no answer was timed")
      return flow
    }
    guard exact < all else {
      flow.append("exact:", .good)
      flow.append(all == 1 ? "the only one" : "all \(Units.count(all))")
      appendUntimed(totals.answered &- all, to: &flow)
      return flow
    }
    let share = Double(exact) / Double(all)
    let isMostly = share >= 0.9
    flow.append(
      exact == 0 ? "doubtful:" : isMostly ? "mostly exact:" : "partly exact:",
      isMostly ? .warning : .bad)
    flow.append("\(Units.share(share)) of \(Units.count(all)) exact")
    if totals.degraded > 0 {
      let them = totals.degraded == 1 ? "it" : "them"
      flow.append("· \(Units.count(totals.degraded)) degraded (trouble on the wire is in \(them))")
    }
    if totals.uncertain > 0 {
      let them = totals.uncertain == 1 ? "it" : "them"
      flow.append(
        "· \(Units.count(totals.uncertain)) uncertain (the capture may be wrong about \(them))")
    }
    appendUntimed(totals.answered &- all, to: &flow)
    return flow
  }

  /// Appends how many answers have no latency that could be judged.
  private func appendUntimed(_ count: UInt64, to flow: inout ReportFlow) {
    guard count > 0 else { return }
    flow.append("· " + Units.count(count, "answer") + " not timed", .warning)
  }

  func serviceVerdict(_ summary: Summary) -> ReportFlow {
    let totals = summary.totals
    var flow = ReportFlow()
    guard totals.requests > 0 else {
      let messages = summary.messages
      if messages.requests > messages.withoutUUID {
        // What was asked for were messages: a transaction has no such field.
        flow.append(
          "unknown: \(Units.count(messages.requests, "request")) selected, but no transaction")
      } else if messages.withoutUUID > 0 {
        flow.append(
          "unknown: no request with a uuid was seen, \(Units.count(messages.withoutUUID)) without")
      } else {
        flow.append("unknown: no request was seen")
      }
      if summary.messages.echoed > 0 {
        flow.append("· \(Units.count(summary.messages.echoed)) echoed")
      }
      return flow
    }
    if let rate = totals.failureRate {
      if rate == 0 {
        flow.append("answering:", .good)
        flow.append("no failure in " + Units.count(totals.requests, "request"))
      } else {
        flow.append("failing:", rate >= 0.05 ? .bad : .warning)
        flow.append(
          "\(Units.share(rate)) of " + Units.count(totals.requests, "request"))
      }
    } else {
      flow.append("unknown:", .warning)
      flow.append(
        Units.count(totals.requests, "request") + ", none with an outcome that is known")
    }
    if totals.errors > 0 { flow.append("· " + Units.count(totals.errors, "error")) }
    let unanswered = totals.unanswered.total
    if unanswered > 0 {
      let artefacts = unanswered - totals.unanswered.failures
      flow.append("· \(Units.count(unanswered)) unanswered")
      if artefacts > 0 { flow.append("(\(Units.count(artefacts)) because of the capture)") }
    }
    if totals.late > 0 { flow.append("· \(Units.count(totals.late)) late") }
    if summary.messages.withoutUUID > 0 {
      let count = summary.messages.withoutUUID
      flow.append("· " + Units.count(count, "request") + " without uuid", .warning)
    }
    if summary.messages.echoed > 0 {
      flow.append("· \(Units.count(summary.messages.echoed)) echoed")
    }
    return flow
  }
}

/// Whether a capture can be trusted to have seen everything, in words.
struct CaptureVerdict {
  var word: String
  var style: ReportStyle
  /// What speaks against it, or against its times; empty when it is complete and they are good.
  var troubles: [String] = []
  /// What is known of dropped packets.
  var drops: String
  /// What is worth knowing and no trouble.
  var remarks: [String] = []

  init(_ health: CaptureHealth) {
    let kernel = health.droppedKernel
    let interface = health.droppedInterface
    let dropped = (kernel ?? 0) &+ (interface ?? 0)
    if let kernel, kernel > 0 { troubles.append("\(Units.count(kernel)) dropped by the kernel") }
    if let interface, interface > 0 {
      troubles.append("\(Units.count(interface)) dropped by the interface")
    }
    if health.gaps > 0 {
      troubles.append(
        Units.count(health.gaps, "gap") + " (\(Units.bytes(health.missingBytes)) missing)")
    }
    if health.gaps == 0, health.missingBytes > 0 {
      troubles.append("\(Units.bytes(health.missingBytes)) missing")
    }
    if health.snappedBytes > 0 {
      let cut = Units.bytes(health.snappedBytes)
      troubles.append("\(cut) of them cut off by the snapshot length (capture with -s 0)")
    }
    if health.ackedUnseenBytes > 0 {
      troubles.append("\(Units.bytes(health.ackedUnseenBytes)) acknowledged but never captured")
    }
    if health.discardedBytes > 0 {
      troubles.append("\(Units.bytes(health.discardedBytes)) discarded as no part of a stream")
    }
    if health.evictedConnections > 0 {
      troubles.append(
        Units.count(health.evictedConnections, "connection") + " evicted for room")
    }
    let isComplete = troubles.isEmpty
    if health.clockSteps > 0 {
      let often = health.clockSteps == 1 ? "once" : "\(Units.count(health.clockSteps)) times"
      troubles.append("packet time was set back \(often), so rates and spans are wrong")
    }
    if health.packetsWithoutTime > 0 {
      let packets = Units.count(health.packetsWithoutTime, "packet")
      troubles.append(packets + " without a time, so rates and spans are wrong")
    }
    if let unit = health.timeResolution {
      let unit = Units.duration(Int64(clamping: unit))
      troubles.append("times have a resolution of \(unit), latencies are no better")
    }
    drops =
      switch (kernel, interface) {
      case (nil, nil): "drops unknown"
      case (nil, _): "drops by the kernel unknown"
      case (_, nil) where dropped == 0: "nothing dropped by the kernel, by the interface unknown"
      case (_, nil): "drops by the interface unknown"
      case _ where dropped == 0: "nothing dropped"
      default: "dropped \(Units.count(dropped)) in all"
      }
    if health.packets == 0, troubles.isEmpty {
      word = "empty"
      style = .warning
    } else if !isComplete {
      word = "incomplete"
      style = dropped > 0 || health.ackedUnseenBytes > 0 ? .bad : .warning
    } else {
      let hasGoodTimes = troubles.isEmpty
      let whole = kernel == nil && interface == nil ? "complete as far as known" : "complete"
      word = hasGoodTimes ? whole : "doubtful"
      style = hasGoodTimes ? .good : .warning
      remarks.append("no gaps")
    }
    if health.skippedBytes > 0 {
      remarks.append("\(Units.bytes(health.skippedBytes)) skipped as no message")
    }
    if health.duplicatePackets > 0 {
      remarks.append(Units.count(health.duplicatePackets, "duplicate packet"))
    }
    let undecoded = health.undecoded.reduce(0) { $0 &+ $1.count }
    if undecoded > 0 {
      let reasons = health.undecoded.map { "\($0.reason) \(Units.count($0.count))" }
      remarks.append(
        "\(Units.count(undecoded)) not decoded (\(reasons.joined(separator: ", ")))")
    }
  }
}
