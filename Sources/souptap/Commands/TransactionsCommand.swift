import ArgumentParser

/// `souptap transactions`.
struct TransactionsCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transactions", _superCommandName: SouptapCommand.name,
    abstract: "One line for each request: its answer, its latency, and whether to believe it.")

  @OptionGroup var options: SharedOptions
  @OptionGroup(title: "Selection") var filter: WhereOptions
  @OptionGroup(title: "Selection") var times: TimeOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions

  @Flag(
    name: [.customShort("x"), .long],
    help: "Say below each line in words what made up its latency and what disturbed it.")
  var explain = false

  func execute() throws -> ExitStatus {
    if options.input.listInterfaces { return try InterfaceList.execute(in: options.live.netns) }
    var plan = try RunPlan(
      .transactions, options, selection: try selection.checked(), filter: filter, times: times)
    plan.showsExplanations = explain
    return try Run(plan).execute()
  }
}

/// Which transactions are shown, as typed.
struct SelectionOptions: ParsableArguments {
  @Flag(help: "Show only errors and requests without an answer.")
  var failed = false

  @Option(
    help: ArgumentHelp(
      "Show only what took at least this long; waits without an answer count.",
      valueName: "duration"),
    transform: { try Quantities.duration($0) })
  var slower: Int64?

  @Option(
    help: ArgumentHelp(
      "Show only the n slowest answers, at the end, the slowest first.", valueName: "n"))
  var top: Int?

  /// The selection, its values in range.
  func checked() throws(ConfigurationError) -> RecordSelection {
    var selection = RecordSelection()
    selection.failedOnly = failed
    selection.slowerNanoseconds = slower
    if let top { selection.top = try SelectionOptions.checked(top: top, least: 1) }
    return selection
  }

  /// The value of `--top`, bounded because as many are held in memory.
  static func checked(top: Int, least: Int) throws(ConfigurationError) -> Int {
    guard top >= least, top <= 1_000 else {
      throw ConfigurationError("--top \(top): give a number from \(least) to 1000")
    }
    return top
  }
}
