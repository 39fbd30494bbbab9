import ArgumentParser

/// How a live capture is made, as typed.
struct LiveOptionGroup: ParsableArguments {
  @Option(
    name: [.joinable("B"), .customLong("buffer-size")],
    help: ArgumentHelp(
      "The kernel's buffer for each interface; a bare number is KiB. (default: 32MiB)",
      valueName: "size"),
    transform: { try LiveQuantities.buffer($0) })
  var bufferSize: Int?

  @Option(
    name: [.joinable("s"), .customLong("snapshot-length")],
    help: ArgumentHelp(
      "The most bytes captured of a packet; 0 for the most there are. (default: 262144)",
      valueName: "bytes"))
  var snapshotLength: Int?

  @Flag(help: "Put the interface into promiscuous mode, for frames between other hosts.")
  var promiscuous = false

  @Flag(
    name: [.customShort("p"), .customLong("no-promiscuous-mode")],
    help: "Do not, which is the default; for those who are used to it.")
  var noPromiscuousMode = false

  @Option(
    name: [.joinable("j"), .customLong("time-stamp-type")],
    help: ArgumentHelp("What takes the time of packets: host, adapter, …", valueName: "type"))
  var timeStampType: String?

  @Option(
    name: [.joinable("y"), .customLong("linktype")],
    help: ArgumentHelp(
      "The link type, where the interface has several. (default: LINUX_SLL2 for 'any')",
      valueName: "name"))
  var linktype: String?

  @Flag(help: "Take --filter as it is, without the default filter around it.")
  var filterExact = false

  @Option(
    help: ArgumentHelp(
      "Capture in another network namespace: its name, or a process in it.",
      valueName: "name|pid"))
  var netns: String?

  @Option(
    name: [.joinable("Z"), .customLong("relinquish-privileges")],
    help: ArgumentHelp(
      "The user to run as once everything is open. (default: who called sudo, else nobody)",
      valueName: "user"))
  var user: String?

  @Option(
    help: ArgumentHelp("End the capture after this time.", valueName: "duration"),
    transform: { try Quantities.duration($0) })
  var duration: Int64?
}

/// Which files packets are kept in, as typed.
struct KeepingOptions: ParsableArguments {
  @Option(
    name: [.joinable("w"), .customLong("write")],
    help: ArgumentHelp(
      "Keep the packets in a file, too: pcapng, or pcap when its name ends in .pcap; '-' for standard output.",
      valueName: "file"),
    completion: .file())
  var write: String?

  @Option(help: ArgumentHelp("What --write writes, whatever its name.", valueName: "format"))
  var writeFormat: PacketFormat?

  @Option(
    name: [.joinable("C"), .customLong("rotate-size")],
    help: ArgumentHelp(
      "Begin the next file after so many million bytes, or a size with a unit.",
      valueName: "size"),
    transform: { try LiveQuantities.fileSize($0) })
  var rotateSize: UInt64?

  @Option(
    name: [.joinable("G"), .customLong("rotate-seconds")],
    help: ArgumentHelp(
      "Begin the next file after so many seconds; its name is a pattern of strftime(3).",
      valueName: "seconds"))
  var rotateSeconds: Int64?

  @Option(
    name: [.joinable("W"), .customLong("rotate-files")],
    help: ArgumentHelp(
      "How many files -C keeps, before the first is overwritten, or -G writes, before the run ends.",
      valueName: "n"))
  var rotateFiles: Int?
}

/// What packets are kept as.
enum PacketFormat: String, WordChoice {
  case pcapng, pcap
}

/// Sizes as tcpdump has them.
enum LiveQuantities {
  /// Bytes of a buffer: a bare number counts KiB.
  static func buffer(_ text: String) throws -> Int {
    let bytes = try Quantities.size(Int(text) == nil ? text : "\(text)KiB")
    guard (65_536...2_000_000_000).contains(bytes) else {
      throw ConfigurationError("'\(text)' is out of range; the buffer may have 64KiB to 1900MiB")
    }
    return bytes
  }

  /// Bytes of a file: a bare number counts millions.
  static func fileSize(_ text: String) throws -> UInt64 {
    UInt64(try Quantities.size(Int(text) == nil ? text : "\(text)MB"))
  }
}
