import Glibc

/// A file of the repository, read whole.
public enum FixtureFile {
  /// A packet of a pcap file.
  public struct Packet: Sendable {
    /// Nanoseconds since the epoch.
    public var time: Int64
    public var bytes: [UInt8]
    public var originalLength: UInt32
    /// LINKTYPE_ number.
    public var linkType: UInt16
  }

  /// The repository's `Fixtures` folder.
  public static var root: String {
    let here = String(describing: #filePath).split(separator: "/")
    return "/" + here.dropLast(3).joined(separator: "/") + "/Fixtures"
  }

  /// The bytes of a file; empty when it cannot be read.
  public static func bytes(atPath path: String) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe block.withUnsafeMutableBytes {
        unsafe read(descriptor, $0.baseAddress, $0.count)
      }
      guard count > 0 else { return bytes }
      bytes += block[..<count]
    }
  }

  /// The packets of a little-endian pcap file in `Fixtures`; none when it is something else.
  ///
  /// Read here and not by the reader under test.
  public static func packets(of name: String) -> [Packet] {
    let bytes = bytes(atPath: "\(root)/\(name)")
    func word(_ offset: Int) -> UInt32 {
      bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
    guard bytes.count >= 24 else { return [] }
    let isNanoseconds = word(0) == 0xa1b2_3c4d
    guard isNanoseconds || word(0) == 0xa1b2_c3d4 else { return [] }
    var packets: [Packet] = []
    var offset = 24
    while offset + 16 <= bytes.count {
      let length = Int(word(offset + 8))
      let fraction = Int64(word(offset + 4)) * (isNanoseconds ? 1 : 1_000)
      guard offset + 16 + length <= bytes.count else { break }
      packets.append(
        Packet(
          time: Int64(word(offset)) * 1_000_000_000 + fraction,
          bytes: Array(bytes[offset + 16..<offset + 16 + length]),
          originalLength: word(offset + 12), linkType: UInt16(truncatingIfNeeded: word(20))))
      offset += 16 + length
    }
    return packets
  }
}
