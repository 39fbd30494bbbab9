import ArgumentParser

/// `souptap messages`.
struct MessagesCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "messages", _superCommandName: SouptapCommand.name,
    abstract: "Each message as it was sent: type, uuid, parameters, and what is odd about it.")

  @OptionGroup var options: SharedOptions
  @OptionGroup(title: "Selection") var filter: WhereOptions
  @OptionGroup(title: "Selection") var times: TimeOptions

  @Flag(help: "Show only responses that tell an error.")
  var failed = false

  @Flag(
    name: [.customShort("x"), .long],
    help: "Show each message whole, its parameters indented below it.")
  var full = false

  @Flag(help: "Show the bytes of each message below it, hidden values as asterisks.")
  var hex = false

  func execute() throws -> ExitStatus {
    if options.input.listInterfaces { return try InterfaceList.execute(in: options.live.netns) }
    var selection = RecordSelection()
    selection.failedOnly = failed
    var plan = try RunPlan(
      .messages, options, selection: selection, filter: filter, times: times)
    if hex, plan.format != .text {
      throw ConfigurationError(
        "--hex is for people: leave it out with --format \(plan.format.rawValue), which has every"
          + " message whole")
    }
    plan.showsWholeMessages = full
    plan.showsBytes = hex
    return try Run(plan).execute()
  }
}
