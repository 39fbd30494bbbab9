internal import Savefile

/// What is told a person about a file that cannot be read (any further).
enum SavefileProblem {
  /// - Parameter compression: what the file was unpacked from: offsets then count unpacked bytes.
  static func words(
    for error: SavefileError, name: String, compression: Compression?
  ) -> String {
    let place = "at byte \(error.offset)" + (compression == nil ? "" : " of the unpacked data")
    return switch error.kind {
    case .empty:
      compression.map { "is empty when unpacked from \($0.name)" } ?? "is empty"
    case .notACapture(let format):
      foreign(format, name, compression)
    case .cutShort where error.packetsRead == 0:
      "is cut off before its first packet, \(place): \(error.reason)"
    case .cutShort:
      "is cut off inside packet \(error.packetsRead &+ 1), \(place):"
        + " \(error.reason); the packets before it were read"
    case .damaged:
      "is damaged behind packet \(error.packetsRead), \(place): \(error.reason)"
    case .unsupported:
      "cannot be read behind packet \(error.packetsRead), \(place): \(error.reason)"
    }
  }

  static func words(
    for trouble: InputBytes.Trouble, packetsRead: UInt64, compression: Compression?
  ) -> String {
    let name = compression?.name ?? "compressed"
    let place = packetsRead == 0 ? "before its first packet" : "behind packet \(packetsRead)"
    return switch trouble {
    case .file(let error): error.problem
    case .cutShort(let offset):
      "is cut off \(place), at byte \(offset) of the compressed file:"
        + " the \(name) data do not end"
        + (packetsRead == 0 ? "" : "; the packets before it were read")
    case .damaged(let offset, let reason):
      "is damaged \(place), at byte \(offset) of the compressed file:"
        + " \(name): \(reason)"
    }
  }

  private static func foreign(
    _ format: ForeignFormat, _ name: String, _ compression: Compression?
  ) -> String {
    if let compression {
      return "is no capture file (pcap or pcapng): unpacked from \(compression.name) it begins with"
        + " \(format.name)"
    }
    let tool: String? =
      switch format {
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
