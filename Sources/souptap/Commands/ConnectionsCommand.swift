import ArgumentParser

/// `souptap connections`.
struct ConnectionsCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "connections", _superCommandName: SouptapCommand.name,
    abstract: "One line for each TCP connection: who, how long, and what the capture lacks of it.",
    discussion: """
      Only connections with ControlProtocol in them or on a named port; --all shows every one.
      """)

  @OptionGroup var options: SharedOptions
  @OptionGroup(title: "Selection") var filter: WhereOptions
  @OptionGroup(title: "Selection") var times: TimeOptions

  func execute() throws -> ExitStatus {
    if options.input.listInterfaces { return try InterfaceList.execute(in: options.live.netns) }
    return try Run(try RunPlan(.connections, options, filter: filter, times: times)).execute()
  }
}
