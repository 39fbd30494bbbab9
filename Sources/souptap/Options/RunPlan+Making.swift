import Capture
import Inspection
import Rendering

extension RunPlan {
  /// The filter that packets of files are tried against; nil without one, and live, where it runs in
  /// the kernel.
  func fileFilter() throws(CaptureError) -> CaptureFilter? {
    guard case .files = input, let filter else { return nil }
    return try CaptureFilter(filter)
  }

  /// What the kernel is asked for.
  var liveFilter: LiveFilter {
    LiveFilter(
      ports: inspection.ports, wantsAllPorts: inspection.detects, userExpression: filter,
      isExact: live.isFilterExact)
  }

  /// What `--show-secrets` and `SOUPTAP_TOKEN_KEY` make of secrets.
  var secrets: Secrets {
    let key: TokenKey
    if let text = environment("SOUPTAP_TOKEN_KEY"), !text.isEmpty {
      key = TokenKey(text: text)
    } else {
      key = TokenKey(low: .random(in: .min ... .max), high: .random(in: .min ... .max))
    }
    return Secrets(shows: showsSecrets, tokenKey: key)
  }

  /// What is told about a live capture at its beginning.
  func description(_ live: LiveCapture) -> RunDescription {
    let filters = live.sources.map(\.filter)
    var run = description(
      inputs: live.sources.map(\.name), mode: .live, filter: filters.first)
    if filters.contains(where: { $0 != filters.first }) {
      run.further.append(("capture_filters", .list(filters)))
    }
    return run
  }

  /// What is told about the run at its beginning.
  ///
  /// - Parameter liveFilter: the whole capture filter of a live capture.
  func description(
    inputs: [String], mode: RunDescription.Mode, filter liveFilter: String? = nil
  ) -> RunDescription {
    var run = RunDescription(
      version: SouptapCommand.toolVersion, command: view.rawValue,
      inputs: inputs, mode: mode)
    run.captureFilter = liveFilter ?? filter
    run.ports = inspection.ports
    run.timeoutNanoseconds = inspection.timeoutNanoseconds
    run.showsSecrets = showsSecrets
    run.detects = inspection.detects
    run.showsOtherConnections = inspection.showsOtherConnections
    run.isStrict = isStrict
    run.removesDuplicates = removesDuplicates ? true : nil
    run.onlyFailed = selection.failedOnly ? true : nil
    run.slowerNanoseconds = selection.slowerNanoseconds
    run.top = selection.top
    run.count = packetLimit
    run.durationNanoseconds = live.durationNanoseconds
    if mode == .live { run.snapshotLength = live.options.snapshotLength }
    let limits = inspection.limits
    run.limits.waitingBytesPerStream = limits.waitingBytesPerStream
    run.limits.heldBytes = limits.heldBytes
    run.limits.connections = limits.connections
    run.limits.pendingRequestsPerConnection = limits.pendingRequestsPerConnection
    run.limits.messageBytes = limits.messageBytes
    run.limits.reorderNanoseconds = limits.reorderNanoseconds
    run.limits.holeNanoseconds = limits.holeNanoseconds
    run.limits.halfOpenNanoseconds = limits.halfOpenNanoseconds
    return run
  }
}
