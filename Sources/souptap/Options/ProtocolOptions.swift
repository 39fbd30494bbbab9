import ArgumentParser

/// What is taken for ControlProtocol, as typed.
struct ProtocolOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A port on which ControlProtocol is always read; may be repeated. (default: 4080)",
      valueName: "port"),
    transform: Self.ports)
  var port: [[UInt16]] = []

  @Flag(help: "Do not search connections on other ports for ControlProtocol.")
  var noDetect = false

  @Flag(help: "Tell about connections in which nothing was found, too.")
  var all = false

  @Option(
    help: ArgumentHelp(
      "How long a request may wait for its answer; 0 for ever. (default: 30s)",
      valueName: "duration"),
    transform: { try Quantities.duration($0) })
  var timeout: Int64?

  private static func ports(_ text: String) throws -> [UInt16] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let port = UInt16(part), port > 0 else {
        throw ConfigurationError("'\(part)' is no port; write a number from 1 to 65535")
      }
      return port
    }
  }
}
