internal import Savefile

/// What is told a person about a file that cannot be read (any further).
enum SavefileProblem {
  static func words(for error: SavefileError, name: String) -> String {
    switch error.kind {
    case .empty:
      "is empty"
    case .notACapture(let format):
      foreign(format, name)
    case .cutShort where error.packetsRead == 0:
      "is cut off before its first packet, at byte \(error.offset): \(error.reason)"
    case .cutShort:
      "is cut off inside packet \(error.packetsRead &+ 1), at byte \(error.offset):"
        + " \(error.reason); the packets before it were read"
    case .damaged:
      "is damaged behind packet \(error.packetsRead), at byte \(error.offset): \(error.reason)"
    case .unsupported:
      "cannot be read behind packet \(error.packetsRead), at byte \(error.offset): \(error.reason)"
    }
  }

  private static func foreign(_ format: ForeignFormat, _ name: String) -> String {
    let tool: String? =
      switch format {
      case .gzip: "zcat"
      case .zstd: "zstdcat"
      case .xz: "xzcat"
      case .lz4: "lz4cat"
      case .bzip2: "bzcat"
      case .zip: "unzip -p"
      default: nil
      }
    if let tool {
      return "is \(format.name); unpack it into a pipe: \(tool) \(quoted(name)) | souptap … -"
    }
    switch format {
    case .snoop, .networkMonitor:
      return "is \(format.name); convert it: editcap -F pcap \(quoted(name)) converted.pcap"
    default:
      return "is no capture file (pcap or pcapng): it begins with \(format.name)"
    }
  }

  /// A file name as a shell wants it; standard input has none.
  private static func quoted(_ name: String) -> String {
    if name == "standard input" { return "FILE" }
    let plain = name.allSatisfy { $0.isLetter || $0.isNumber || "._-/+:@%,".contains($0) }
    return plain ? name : "'\(name.split(separator: "'").joined(separator: "'\\''"))'"
  }
}
