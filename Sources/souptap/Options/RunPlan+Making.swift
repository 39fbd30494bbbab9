import Capture
import Inspection
import Rendering
import Statistics
import Wire

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

  /// The key of tokens and of other addresses: that of `SOUPTAP_TOKEN_KEY`, else a random one.
  static func makeTokenKey() -> TokenKey {
    if let text = environment("SOUPTAP_TOKEN_KEY"), !text.isEmpty { return TokenKey(text: text) }
    return TokenKey(low: .random(in: .min ... .max), high: .random(in: .min ... .max))
  }

  /// What `--show-secrets`, `--secret-keys` and `SOUPTAP_TOKEN_KEY` make of secrets.
  var secrets: Secrets {
    Secrets(keys: SecretKeys(secretKeys), shows: showsSecrets, tokenKey: tokenKey)
  }

  /// What is told about a live capture at its beginning.
  func description(_ live: LiveCapture, anonymizer: Anonymizer?) -> RunDescription {
    let filters = live.sources.map(\.filter)
    var run = description(
      inputs: live.sources.map(\.name), mode: .live, filter: filters.first,
      anonymizer: anonymizer)
    if filters.contains(where: { $0 != filters.first }) {
      run.further.append(
        ("capture_filters", .list(filters.map { anonymizer?.changed($0) ?? $0 })))
    }
    return run
  }

  /// What is told about the run at its beginning.
  ///
  /// - Parameters:
  ///   - liveFilter: the whole capture filter of a live capture.
  ///   - anonymizer: puts other addresses into names and filters.
  func description(
    inputs: [String], mode: RunDescription.Mode, filter liveFilter: String? = nil,
    anonymizer: Anonymizer?
  ) -> RunDescription {
    func shown(_ text: String) -> String { anonymizer?.changed(text) ?? text }
    var run = RunDescription(
      version: SouptapCommand.toolVersion, command: view.rawValue,
      inputs: inputs.map(shown), mode: mode)
    run.captureFilter = (liveFilter ?? filter).map(shown)
    run.selection = shownExpression(secrets).map(shown)
    describe(since, as: "since_start_ns", in: &run) { $0.since = $1 }
    describe(until, as: "until_start_ns", in: &run) { $0.until = $1 }
    if isAnonymous { run.further.append(("anonymized", .flag(true))) }
    if secretKeys != SecretKeys.standard { run.further.append(("secret_keys", .list(secretKeys))) }
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
    run.groups = report.plan.grouping?.dimensions.map(\.name) ?? []
    run.intervalNanoseconds = report.intervalNanoseconds
    run.sort = report.order?.rawValue
    run.isCensored = report.views.isCensored ? true : nil
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
    run.limits.fragmentedDatagrams = limits.fragmentedDatagrams
    run.limits.fragmentNanoseconds = limits.fragmentNanoseconds
    return run
  }

  private func describe(
    _ bound: TimeBound?, as name: String, in run: inout RunDescription,
    _ set: (inout RunDescription, CaptureTime) -> Void
  ) {
    switch bound {
    case .moment(let time)?: set(&run, time)
    case .afterStart(let nanoseconds)?: run.further.append((name, .number(nanoseconds)))
    case nil: break
    }
  }
}
