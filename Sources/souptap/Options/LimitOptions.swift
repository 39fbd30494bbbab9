import ArgumentParser

/// What bounds memory and patience, as typed. Beyond a limit the least recently active goes first.
struct LimitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Bytes of one stream that may wait for missing ones. (default: 1MiB)", valueName: "size"),
    transform: { try Quantities.size($0) })
  var maxWaiting: Int?

  @Option(
    help: ArgumentHelp(
      "Captured bytes that may be held altogether. (default: 64MiB)", valueName: "size"),
    transform: { try Quantities.size($0) })
  var maxHeld: Int?

  @Option(
    help: ArgumentHelp("Connections that are followed. (default: 100000)", valueName: "n"),
    transform: { try Self.number($0) })
  var maxConnections: Int?

  @Option(
    help: ArgumentHelp("Bytes of one message that are read. (default: 1MiB)", valueName: "size"),
    transform: { try Quantities.size($0) })
  var maxMessage: Int?

  @Option(
    help: ArgumentHelp(
      "Requests of one connection that may wait for answers. (default: 10000)", valueName: "n"),
    transform: { try Self.number($0) })
  var maxPending: Int?

  @Option(
    help: ArgumentHelp(
      "IP datagrams whose fragments are kept. (default: 4096)", valueName: "n"),
    transform: { try Self.number($0) })
  var maxFragmented: Int?

  @Option(
    help: ArgumentHelp(
      "How long a hole that was acknowledged may still be filled. (default: 100ms)",
      valueName: "duration"),
    transform: { try Quantities.duration($0) })
  var reorderTimeout: Int64?

  @Option(
    help: ArgumentHelp(
      "How long a hole that nobody acknowledged may. (default: 2m)", valueName: "duration"),
    transform: { try Quantities.duration($0) })
  var holeTimeout: Int64?

  @Option(
    help: ArgumentHelp(
      "How long a half-open connection may be idle. (default: 60s)", valueName: "duration"),
    transform: { try Quantities.duration($0) })
  var halfOpenTimeout: Int64?

  @Option(
    help: ArgumentHelp(
      "How long the fragments of a datagram may take to come. (default: 30s)",
      valueName: "duration"),
    transform: { try Quantities.duration($0) })
  var fragmentTimeout: Int64?

  private static func number(_ text: String) throws -> Int {
    guard let number = Int(text), number >= 1, number <= 100_000_000 else {
      throw ConfigurationError("'\(text)' is no number from 1 to 100000000")
    }
    return number
  }
}
