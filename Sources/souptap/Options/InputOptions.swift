import ArgumentParser

/// Where packets come from, as typed.
struct InputOptions: ParsableArguments {
  @Argument(
    help:
      "Capture files (pcap or pcapng, also compressed), '-' for standard input. Several are merged by time.",
    completion: .file())
  var files: [String] = []

  @Option(
    name: [.joinable("r"), .customLong("read")],
    help: ArgumentHelp("The same as a positional file; may be repeated.", valueName: "file"),
    completion: .file())
  var readFiles: [String] = []

  @Flag(help: "Take identical packets of two files, at most 100 ms apart, for one packet.")
  var dedup = false

  @Option(
    name: [.joinable("i"), .long],
    help: ArgumentHelp(
      "Capture live on an interface: its name, its number in -D, or 'any'; may be repeated.",
      valueName: "name"))
  var interface: [String] = []

  @Flag(
    name: [.customShort("D"), .customLong("list-interfaces")],
    help: "List the interfaces that can be captured on, and end.")
  var listInterfaces = false

  @Option(
    name: [.joinable("f"), .customLong("filter")],
    help: ArgumentHelp(
      "Look only at packets that match a capture filter (pcap-filter(7)).",
      valueName: "expression"))
  var filters: [String] = []

  @Option(
    name: [.joinable("c"), .long],
    help: ArgumentHelp("Stop after this many packets that passed the filter.", valueName: "n"))
  var count: UInt64?

  /// The capture filter; nil without one.
  func filter() throws(ConfigurationError) -> String? { try theOnly(filters, of: "--filter") }
}

/// What an option says that may be given once; nil when it is not given.
///
/// - Throws: a `ConfigurationError` that says how several expressions become one.
func theOnly(_ expressions: [String], of option: String) throws(ConfigurationError) -> String? {
  guard expressions.count <= 1 else {
    throw ConfigurationError(
      "\(option) is given \(expressions.count) times: make one expression of them, '(A) and (B)'")
  }
  return expressions.first
}
