import ArgumentParser
import Capture
import Glibc
import Rendering

/// From arguments to exit status: 0 fine, 1 a check failed, 2 trouble, mistakes in usage among them.
enum Program {
  static func run(_ arguments: [String]) -> Int32 {
    occupyStandardStreams()
    // A write then says that its reader is gone, or that its file may not grow any more.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    do {
      if let first = arguments.first {
        if first == "-D" || first == "--list-interfaces" {
          return try InterfaceList.execute().rawValue
        }
        try checkCommand(first)
        // What help is asked for must be there, too.
        if first == "help", arguments.count > 1 { try checkCommand(arguments[1]) }
      }
      if let command = parseAlone(arguments) { return try command.execute().rawValue }
      var command = try SouptapCommand.parseAsRoot(arguments)
      if let runnable = command as? any RunnableCommand { return try runnable.execute().rawValue }
      try command.run()
      return ExitStatus.fine.rawValue
    } catch let error as ConfigurationError {
      return fail(error.description)
    } catch let error as CaptureError {
      return fail(error.description)
    } catch {
      return finish(error)
    }
  }

  /// Takes the places of standard streams that are closed, the wrong way round, so that using them
  /// fails. A file or pipe opened later would take them, and be written into or waited for instead.
  private static func occupyStandardStreams() {
    let streams = [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY)]
    for (descriptor, mode) in streams where fcntl(descriptor, F_GETFD) < 0 {
      _ = unsafe open("/dev/null", mode)
    }
  }

  private static func fail(_ message: String) -> Int32 {
    Console.say(message)
    return ExitStatus.trouble.rawValue
  }

  /// What argument-parser has to say: help and completions go to standard output, mistakes do not.
  private static func finish(_ error: any Error) -> Int32 {
    let message = SouptapCommand.fullMessage(for: error)
    if SouptapCommand.exitCode(for: error) == .success {
      return StandardOutput.write(message + "\n").rawValue
    }
    Console.write(printableLines(message) + "\n")
    return ExitStatus.trouble.rawValue
  }

  /// The command that the first argument names, if the others are all right for it.
  ///
  /// This takes half the time of starting at the root, which knows everything else: help, versions,
  /// scripts for shells, and what to say about a mistake.
  private static func parseAlone(_ arguments: [String]) -> (any RunnableCommand)? {
    // Wherever it stands, it is not for the command.
    guard !arguments.contains(where: { $0.hasPrefix("--generate-completion-script") }),
      let name = arguments.first,
      let kind = SouptapCommand.commands.first(where: { $0._commandName == name })
    else { return nil }
    return kind.parseAlone(Array(arguments.dropFirst()))
  }

  /// Tells which command is meant when a file stands in its place.
  private static func checkCommand(_ first: String) throws(ConfigurationError) {
    let names = SouptapCommand.commands.map { $0._commandName }
    guard !first.hasPrefix("-"), first != "help", !names.contains(first) else { return }
    let commands = names.joined(separator: ", ")
    if unsafe access(first, F_OK) == 0 {
      throw ConfigurationError(
        "'\(first)' is a file, and a command comes first: souptap report \(first)"
          + " (commands: \(commands))")
    }
    throw ConfigurationError("there is no command '\(first)'; the commands are \(commands)")
  }

  private static func printableLines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { TerminalText.escaped(String($0)) }.joined(separator: "\n")
  }
}
