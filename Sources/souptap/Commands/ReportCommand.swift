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
  @OptionGroup(title: "Selection") var filter: WhereOptions
  @OptionGroup(title: "Selection") var times: TimeOptions

  @Option(
    help: ArgumentHelp(
      "How many of the slowest transactions are listed. (default: 10)", valueName: "n"))
  var top: Int?

  func execute() throws -> ExitStatus {
    if options.input.listInterfaces { return try InterfaceList.execute() }
    var selection = RecordSelection()
    selection.top = try top.map { try SelectionOptions.checked(top: $0, least: 0) }
    return try Run(
      try RunPlan(.report, options, selection: selection, filter: filter, times: times)
    ).execute()
  }
}
