import ArgumentParser

/// `souptap report`.
struct ReportCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", _superCommandName: SouptapCommand.name,
    abstract: "Health of the capture, latency per request type, errors, oddities.",
    discussion: """
      Begins with what the capture may have missed, because every figure after it depends on that.
      """)

  @OptionGroup var options: SharedOptions
  @OptionGroup(title: "Selection") var filter: WhereOptions
  @OptionGroup(title: "Selection") var times: TimeOptions
  @OptionGroup(title: "Report") var report: ReportOptions
  @OptionGroup(title: "Page") var page: PageOptions

  func execute() throws -> ExitStatus {
    if options.input.listInterfaces { return try InterfaceList.execute(in: options.live.netns) }
    var selection = RecordSelection()
    selection.top = try report.top.map { try SelectionOptions.checked(top: $0, least: 0) }
    var settings = try ReportSettings(report)
    var plan = try RunPlan(.report, options, selection: selection, filter: filter, times: times)
    try page.apply(to: &plan, &settings)
    plan.take(settings)
    return try Run(plan).execute()
  }
}
