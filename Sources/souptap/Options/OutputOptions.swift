import ArgumentParser

/// How output looks.
enum OutputFormat: String, WordChoice {
  case text, ndjson
}

/// When output has colours.
enum ColorChoice: String, WordChoice {
  case auto, always, never
}

/// What is written and where, as typed.
struct OutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "For people (text) or for programs, one JSON object a line (ndjson).", valueName: "format"))
  var format = OutputFormat.text

  @Option(
    name: [.joinable("o"), .long],
    help: ArgumentHelp("Write to a file instead of standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "Show times in UTC instead of local time (ndjson always has UTC).")
  var utc = false

  @Option(help: ArgumentHelp("Colours on the screen.", valueName: "when"))
  var color = ColorChoice.auto

  @Flag(name: .shortAndLong, help: "Neither progress nor closing totals on standard error.")
  var quiet = false

  @Flag(
    name: .shortAndLong,
    help: "More about each record, in text.")
  var verbose = false

  @Flag(help: "Show passwords, tokens and other secrets as they were sent.")
  var showSecrets = false

  @Flag(help: "End with status 1 when a warning or error was told about the protocol.")
  var strict = false
}
