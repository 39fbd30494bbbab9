import Capture

/// What a live capture asks for beyond what is read of it.
struct LivePlan {
  var options = LiveOptions()
  var isFilterExact = false
  /// The network namespace; nil for the process's own.
  var namespace: String?
  /// Who to become; nil for the default.
  var user: String?
  /// How long it takes; nil for ever.
  var durationNanoseconds: Int64?
}

/// Where packets are kept.
struct KeepPlan {
  var names: PacketFileNames
  var format: PacketWriter.Format

  var isStandardOutput: Bool { names.path == "-" }
}

extension LivePlan {
  /// Makes a plan of what was typed.
  ///
  /// - Parameter isLive: whether packets come from an interface; else nothing of this may be given.
  /// - Throws: a `ConfigurationError` about options that contradict each other or are out of place.
  init(_ typed: LiveOptionGroup, isLive: Bool, filter: String?) throws(ConfigurationError) {
    guard isLive else {
      let given: [(String, Bool)] = [
        ("--buffer-size", typed.bufferSize != nil),
        ("--snapshot-length", typed.snapshotLength != nil), ("--promiscuous", typed.promiscuous),
        ("--no-promiscuous-mode", typed.noPromiscuousMode),
        ("--time-stamp-type", typed.timeStampType != nil), ("--linktype", typed.linktype != nil),
        ("--filter-exact", typed.filterExact), ("--netns", typed.netns != nil),
        ("-Z", typed.user != nil), ("--duration", typed.duration != nil),
      ]
      if let name = given.first(where: { $0.1 })?.0 {
        throw ConfigurationError(
          "\(name) is for live captures, and does nothing without --interface")
      }
      return
    }
    if let bytes = typed.bufferSize { options.bufferBytes = bytes }
    if let length = typed.snapshotLength {
      let most = LiveOptions.maximumSnapshotLength
      guard (0...most).contains(length) else {
        throw ConfigurationError("--snapshot-length \(length): give a number from 0 to \(most)")
      }
      options.snapshotLength = length == 0 ? most : length
    }
    guard !(typed.promiscuous && typed.noPromiscuousMode) else {
      throw ConfigurationError("--promiscuous and -p contradict each other: give one of them")
    }
    options.isPromiscuous = typed.promiscuous
    options.timeStampType = typed.timeStampType
    options.linkType = typed.linktype
    isFilterExact = typed.filterExact
    if isFilterExact, filter?.isEmpty ?? true {
      throw ConfigurationError("--filter-exact is about --filter, which is not given")
    }
    namespace = typed.netns
    user = typed.user
    durationNanoseconds = typed.duration
    if durationNanoseconds == 0 { throw ConfigurationError("--duration 0: give a longer time") }
  }
}

extension KeepPlan {
  /// Makes a plan of what was typed; nil when nothing is to be kept.
  ///
  /// - Throws: a `ConfigurationError` about options that contradict each other or lack `--write`.
  static func make(
    _ typed: KeepingOptions, outputPath: String?
  ) throws(ConfigurationError) -> KeepPlan? {
    guard let path = typed.write else {
      let given: [(String, Bool)] = [
        ("--write-format", typed.writeFormat != nil), ("-C", typed.rotateSize != nil),
        ("-G", typed.rotateSeconds != nil), ("-W", typed.rotateFiles != nil),
      ]
      if let name = given.first(where: { $0.1 })?.0 {
        throw ConfigurationError("\(name) is about the files of --write, which is not given")
      }
      return nil
    }
    var names = PacketFileNames(path: path)
    names.bytes = typed.rotateSize
    names.seconds = typed.rotateSeconds
    names.files = typed.rotateFiles
    if path.isEmpty { throw ConfigurationError("--write: the name is empty") }
    if let seconds = names.seconds, !(1...1_000_000_000).contains(seconds) {
      throw ConfigurationError("-G \(seconds): give a number of seconds from 1 on")
    }
    if let files = names.files {
      guard (1...1_000_000).contains(files) else {
        throw ConfigurationError("-W \(files): give a number from 1 to 1000000")
      }
      guard names.areSeveral else {
        throw ConfigurationError("-W is about the files of -C or -G: give one of them, too")
      }
    }
    let isPcap = typed.writeFormat.map { $0 == .pcap } ?? path.hasSuffix(".pcap")
    let plan = KeepPlan(names: names, format: isPcap ? .pcap : .pcapng)
    if plan.isStandardOutput {
      guard !names.areSeveral else {
        throw ConfigurationError("-C and -G need files: name one with --write")
      }
      guard let outputPath, outputPath != "-" else {
        throw ConfigurationError(
          "--write -: packets and records would go to standard output both; name a file for the"
            + " records with --output")
      }
      guard !Terminal.isTerminal(1) else {
        throw ConfigurationError("--write -: standard output is a terminal; redirect it")
      }
    }
    return plan
  }
}
