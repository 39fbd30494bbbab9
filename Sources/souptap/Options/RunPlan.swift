import Capture
import Inspection
import Rendering
import Selection
import Statistics
import Wire

/// What a run does: plain values, checked, made of what was typed.
struct RunPlan {
  /// Which records are shown.
  enum View: String {
    case report, transactions, messages, connections, streams
  }

  /// Where packets come from.
  enum Input {
    /// Paths, `-` for standard input.
    case files([String])
    /// Interfaces as they were named.
    case interfaces([String])
  }

  var view: View
  var input: Input
  var filter: String?
  /// How a live capture is made.
  var live = LivePlan()
  /// Where packets are kept; nil to keep none.
  var keeping: KeepPlan?
  /// Whether identical packets of two files are one.
  var removesDuplicates = false
  /// The most packets that are looked at; nil for all.
  var packetLimit: UInt64?
  var inspection = InspectionConfiguration()
  var selection = RecordSelection()
  /// What `--where` says.
  var expression: RecordExpression?
  /// What `--since` and `--until` say.
  var since: TimeBound?
  var until: TimeBound?
  /// The key of tokens and of other addresses.
  let tokenKey = RunPlan.makeTokenKey()
  /// The list of keys whose values are hidden.
  var secretKeys: [String] = []
  /// Whether other addresses stand in place of the real ones.
  var isAnonymous = false
  /// What a report groups by and shows.
  private(set) var report = ReportSettings()
  var format = OutputFormat.text
  /// The path of the output; nil for standard output.
  var outputPath: String?
  /// Where the page of a report is written; nil for none, `-` for standard output.
  var pagePath: String?
  /// Where `streams` writes files.
  var directory: String?
  var isUTC = false
  var color = ColorChoice.auto
  var isQuiet = false
  var isVerbose = false
  /// Whether `transactions` says in words what is behind each latency.
  var showsExplanations = false
  var showsSecrets = false
  var isStrict = false
  /// Whether `messages` shows each message with all its parameters, and its bytes.
  var showsWholeMessages = false
  var showsBytes = false

  /// Whether what is shown goes to standard output.
  var writesToStandardOutput: Bool { outputPath == nil || outputPath == "-" }
  /// Whether standard output is the page's, and the report for people is left out for it.
  var isPageOnly: Bool { pagePath == "-" && writesToStandardOutput }
  /// What a person must know about files of captured bytes.
  var rawBytesWarning: String {
    "raw captured bytes, secrets are not hidden"
      + (isAnonymous ? ", addresses are the real ones" : "")
  }
}

/// Which records are shown. Statistics count them all.
struct RecordSelection {
  /// Only what failed: errors and requests without an answer.
  var failedOnly = false
  /// Only what took at least this long, nanoseconds.
  var slowerNanoseconds: Int64?
  /// Only so many: the slowest.
  var top: Int?

  /// Whether anything is left out.
  var isActive: Bool { failedOnly || slowerNanoseconds != nil || top != nil }
}

extension RunPlan {
  /// Makes a plan of what was typed.
  ///
  /// - Throws: a `ConfigurationError` about options that contradict each other or are missing.
  init(
    _ view: View, _ options: SharedOptions, selection: RecordSelection = RecordSelection(),
    filter expression: WhereOptions? = nil, times: TimeOptions? = nil, directory: String? = nil
  ) throws(ConfigurationError) {
    self.view = view
    self.directory = directory
    self.selection = selection
    input = try RunPlan.input(options.input)
    filter = try options.input.filter()
    live = try LivePlan(
      options.live, isLive: !options.input.interface.isEmpty, filter: filter)
    keeping = try KeepPlan.make(options.keeping, outputPath: options.output.output)
    removesDuplicates = options.input.dedup
    packetLimit = options.input.count
    if packetLimit == 0 { throw ConfigurationError("--count 0: give at least 1") }
    format = options.output.format
    outputPath = options.output.output
    if outputPath?.isEmpty == true { throw ConfigurationError("--output: the name is empty") }
    if directory?.isEmpty == true { throw ConfigurationError("--directory: the name is empty") }
    isUTC = options.output.utc
    color = options.output.color
    isQuiet = options.output.quiet
    isVerbose = options.output.verbose
    showsSecrets = options.output.showSecrets
    isStrict = options.output.strict
    let ports = options.protocol.port.flatMap { $0 }
    if !ports.isEmpty { inspection.ports = ports }
    inspection.detects = !options.protocol.noDetect
    inspection.showsOtherConnections = options.protocol.all
    if let timeout = options.protocol.timeout { inspection.timeoutNanoseconds = timeout }
    inspection.keepsParameters = view == .messages
    if case .files(let files) = input {
      inspection.hasSeveralInputs = files.count > 1
      // Live, the filter is part of the capture: what it took away has no number anywhere.
      inspection.hidesPackets = filter != nil
    }
    if case .interfaces = input, let word = liveFilter.encapsulationWord {
      throw ConfigurationError(
        "--filter: '\(word)' moves all tests behind it, also those of the default filter; write the"
          + " whole filter and give --filter-exact")
    }
    inspection.limits = RunPlan.limits(options.limits)
    secretKeys = try options.privacy.keys()
    isAnonymous = options.privacy.anonymize
    try choose(expression?.expression(), times)
  }

  /// Makes it the plan of a report with settings.
  mutating func take(_ settings: ReportSettings) {
    report = settings
    if let grouping = settings.plan.grouping, grouping.needsParameters {
      inspection.keepsParameters = true
    }
  }

  private static func input(_ options: InputOptions) throws(ConfigurationError) -> Input {
    let files = options.readFiles + options.files
    if !options.interface.isEmpty {
      guard files.isEmpty else {
        throw ConfigurationError(
          "--interface captures live and files are read: name one or the other")
      }
      guard !options.dedup else {
        throw ConfigurationError("--dedup compares several files; it does nothing with --interface")
      }
      guard options.interface.count <= 64 else {
        throw ConfigurationError("at most 64 interfaces can be captured on; 'any' means all")
      }
      return .interfaces(options.interface)
    }
    guard !files.isEmpty else {
      throw ConfigurationError(
        "nothing to read: name a capture file, '-' for standard input, or --interface")
    }
    guard !files.contains("") else {
      throw ConfigurationError(
        "the name of a file to read is empty: name a capture file, or '-' for standard input")
    }
    guard files.count(where: { $0 == "-" }) <= 1 else {
      throw ConfigurationError("standard input ('-') can be read only once")
    }
    guard files.count <= Int(UInt16.max) else {
      throw ConfigurationError("at most \(UInt16.max) files can be read in one run")
    }
    return .files(files)
  }

  private static func limits(_ options: LimitOptions) -> InspectionConfiguration.Limits {
    var limits = InspectionConfiguration.Limits()
    if let size = options.maxWaiting { limits.waitingBytesPerStream = size }
    if let size = options.maxHeld { limits.heldBytes = size }
    if let number = options.maxConnections { limits.connections = number }
    if let size = options.maxMessage { limits.messageBytes = size }
    if let number = options.maxPending { limits.pendingRequestsPerConnection = number }
    if let duration = options.reorderTimeout { limits.reorderNanoseconds = duration }
    if let duration = options.holeTimeout { limits.holeNanoseconds = duration }
    if let duration = options.halfOpenTimeout { limits.halfOpenNanoseconds = duration }
    if let number = options.maxFragmented { limits.fragmentedDatagrams = number }
    if let duration = options.fragmentTimeout { limits.fragmentNanoseconds = duration }
    return limits
  }
}
