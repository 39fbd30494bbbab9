import ArgumentParser

/// `souptap streams`.
struct StreamsCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "streams", _superCommandName: SouptapCommand.name,
    abstract: "The bytes of each stream as its receiver got them, in a file of its own.",
    discussion: """
      The files hold captured bytes as they are, secrets among them. Bytes that the capture lacks
      are left out and listed. Only connections with ControlProtocol in them or on a named port;
      --all writes every one.
      """)

  @OptionGroup var options: SharedOptions
  @OptionGroup(title: "Selection") var filter: WhereOptions

  @Option(
    help: ArgumentHelp(
      "Where the files are written; made when it is not there.", valueName: "dir"),
    completion: .directory)
  var directory: String

  func execute() throws -> ExitStatus {
    if options.input.listInterfaces { return try InterfaceList.execute(in: options.live.netns) }
    return try Run(try RunPlan(.streams, options, filter: filter, directory: directory)).execute()
  }
}
