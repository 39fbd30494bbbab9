import ArgumentParser
import Rendering

/// `souptap schema`.
struct SchemaCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", _superCommandName: SouptapCommand.name,
    abstract: "Prints the JSON Schema of the lines that --format ndjson writes.")

  func execute() throws -> ExitStatus {
    StandardOutput.write(JSONSchema.text)
  }
}
