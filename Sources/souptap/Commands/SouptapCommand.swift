import ArgumentParser

/// The program: its commands.
struct SouptapCommand: ParsableCommand {
  static let toolVersion = "0.1.0"
  /// What the commands name as theirs. A command that has none above it searches its arguments for
  /// requests of completion scripts first, which takes a sixth of parsing it.
  static let name = "souptap"

  static let configuration = CommandConfiguration(
    commandName: name,
    abstract: "Shows what MediaSoup ControlProtocol traffic says, and how long answers take.",
    usage:
      "souptap <command> [<options>] <file> ...\nsouptap <command> [<options>] -i <interface>",
    discussion: """
      souptap report FILE         how fast, how many errors, what was wrong
      souptap transactions FILE   each request with its answer and latency
      souptap messages FILE       each message with its parameters
      souptap connections FILE    each TCP connection, and what the capture lacks of it
      souptap streams FILE --directory DIR
                                  the bytes of each stream, in a file of its own
      tcpdump -U -w - … | souptap transactions -

      souptap --list-interfaces (-D) lists what -i takes; man souptap explains everything.
      """,
    version: "souptap \(toolVersion)",
    // One by one: an array as a whole would be cast, which looks each command up at run time.
    subcommands: commands.map { $0 })

  static let commands: [any RunnableCommand.Type] = [
    ReportCommand.self, TransactionsCommand.self, MessagesCommand.self, ConnectionsCommand.self,
    StreamsCommand.self, SchemaCommand.self,
  ]
}

/// A command that runs to an exit status.
protocol RunnableCommand: ParsableCommand {
  /// Does it all.
  func execute() throws -> ExitStatus
}

extension RunnableCommand {
  /// The command with its arguments; nil when they are not for it alone.
  static func parseAlone(_ arguments: [String]) -> Self? {
    try? parseAsRoot(arguments) as? Self
  }

  func run() throws {
    let status = try execute()
    if status != .fine { throw ExitCode(status.rawValue) }
  }
}

/// How the program ends.
enum ExitStatus: Int32 {
  case fine = 0
  /// A check that the user asked for failed.
  case checkFailed = 1
  case trouble = 2
}
