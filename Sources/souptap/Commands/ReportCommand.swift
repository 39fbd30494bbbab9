import ArgumentParser

/// `souptap report`.
struct ReportCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Health of the capture, latency per request type, errors, oddities.",
    discussion: """
      Begins with what the capture may have missed, because every figure after it depends on that.
      """)

  @OptionGroup var options: SharedOptions

  @Option(
    help: ArgumentHelp(
      "How many of the slowest transactions are listed. (default: 10)", valueName: "n"))
  var top: Int?

  @OptionGroup(title: "Page") var page: PageOptions

  func execute() throws -> ExitStatus {
    if options.input.listInterfaces { return try InterfaceList.execute() }
    var selection = RecordSelection()
    selection.top = try top.map { try SelectionOptions.checked(top: $0, least: 0) }
    var plan = try RunPlan(.report, options, selection: selection)
    try page.apply(to: &plan)
    return try Run(plan).execute()
  }
}
