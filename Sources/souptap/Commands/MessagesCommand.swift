import ArgumentParser

/// `souptap messages`.
struct MessagesCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "messages",
    abstract: "Each message as it was sent: type, uuid, parameters, and what is odd about it.")

  @OptionGroup var options: SharedOptions

  @Flag(help: "Show only responses that tell an error.")
  var failed = false

  func execute() throws -> ExitStatus {
    if options.input.listInterfaces { return try InterfaceList.execute() }
    var selection = RecordSelection()
    selection.failedOnly = failed
    return try Run(try RunPlan(.messages, options, selection: selection)).execute()
  }
}
