import Foundation
import Synchronization

/// What tshark says of the streams in a capture: where their bytes lie in packets, and what they are
/// put together. Everything that is asked is found by looking at all packets again.
struct OracleStreams {
  /// A stream of a connection: its tcp.stream and the port of its sender.
  struct Key: Hashable {
    var stream: Int
    var port: Int
  }

  /// A piece of a stream as a packet carried it.
  struct Piece {
    var frame: Int
    var time: Int64
    var bytes: Range<Int>
  }

  private(set) var pieces: [Key: [Piece]] = [:]
  /// What tshark follows.
  private(set) var contents: [Key: [UInt8]] = [:]
  /// All packets; the first has index 0.
  private(set) var packets: [OraclePacket] = []

  /// The packet that first carried a byte.
  func firstPiece(_ offset: Int, of key: Key) -> Piece? {
    pieces[key]?.first { $0.bytes.contains(offset) }
  }

  /// When a byte and every captured one before it had first arrived.
  func delivered(_ offset: Int, of key: Key) -> Int64? {
    guard firstPiece(offset, of: key) != nil else { return nil }
    return (0...offset).compactMap { firstPiece($0, of: key)?.time }.max()
  }

  private static let known = Mutex<[String: OracleStreams]>([:])

  /// The streams of a capture in `Fixtures`, looked at once for all tests.
  static func of(_ capture: String) throws -> OracleStreams {
    if let known = known.withLock({ $0[capture] }) { return known }
    let streams = try OracleStreams(path: OracleFixtures.path(capture))
    known.withLock { $0[capture] = streams }
    return streams
  }

  /// The streams of the capture at a path.
  init(path: String) throws {
    let names = [
      "frame.number", "frame.time_epoch", "tcp.stream", "tcp.srcport", "tcp.seq_raw", "tcp.len",
      "tcp.flags.syn", "tcp.flags.reset",
    ]
    let follow = (0..<4).flatMap { ["-z", "follow,tcp,raw,\($0)"] }
    let run = try OracleProgram.run(
      ["tshark", "-n", "-r", path, "-T", "fields"]
        + names.flatMap { ["-e", $0] } + follow)
    var origins: [Key: UInt32] = [:]
    var followed: (stream: Int, ports: [Int])?
    for line in run.output.split(separator: "\n").map(String.init) {
      let cells = line.components(separatedBy: "\t")
      if cells.count == names.count {
        addPacket(cells, &origins)
      } else {
        addFollowed(line, &followed)
      }
    }
  }

  private mutating func addPacket(_ cells: [String], _ origins: inout [Key: UInt32]) {
    packets.append(
      OraclePacket(
        time: OraclePacket.nanoseconds(cells[1]), stream: Int(cells[2]),
        sourcePort: Int(cells[3])))
    guard let stream = Int(cells[2]), let port = Int(cells[3]), let number = UInt32(cells[4]),
      let length = Int(cells[5])
    else { return }
    let key = Key(stream: stream, port: port)
    let isSYN = cells[6] == "1" || cells[6] == "True"
    let first = isSYN ? number &+ 1 : number
    let origin = origins[key] ?? first
    origins[key] = origin
    guard length > 0, cells[7] != "1", cells[7] != "True" else { return }
    let start = Int(Int32(bitPattern: first &- origin))
    pieces[key, default: []].append(
      Piece(
        frame: Int(cells[0]) ?? 0, time: OraclePacket.nanoseconds(cells[1]),
        bytes: start..<(start + length)))
  }

  private mutating func addFollowed(_ line: String, _ followed: inout (stream: Int, ports: [Int])?)
  {
    if line.hasPrefix("Follow: ") {
      followed = nil
    } else if line.hasPrefix("Filter: tcp.stream eq ") {
      followed = Int(line.dropFirst(22)).map { ($0, []) }
    } else if line.hasPrefix("Node ") {
      followed?.ports.append(line.split(separator: ":").last.flatMap { Int($0) } ?? 0)
    } else if let (stream, ports) = followed, ports.count == 2, !line.hasPrefix("=") {
      let isSecond = line.hasPrefix("\t")
      let digits = Array(line.utf8.drop { $0 == 9 })
      let bytes = stride(from: 0, to: digits.count - 1, by: 2).map { index in
        UInt8(String(decoding: digits[index..<(index + 2)], as: UTF8.self), radix: 16) ?? 0
      }
      contents[Key(stream: stream, port: ports[isSecond ? 1 : 0]), default: []] += bytes
    }
  }
}
