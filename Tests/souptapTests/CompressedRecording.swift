import Foundation

/// A recording in `Fixtures/recorded-compressed`: what its endpoints noted, and its packets.
struct CompressedRecording {
  /// A message that an endpoint wrote.
  struct Sent {
    var connection: Int
    var side: String
    var offset: Int
    var length: Int
    var kind: String
    var uuid: Int
    var status: String
  }

  /// A packet of a capture as the file has it, and what it carries.
  struct Packet {
    var record: ArraySlice<UInt8>
    var client: Int
    var isClients: Bool
    var flags: UInt8
    var sequenceNumber: UInt32
    var payload: Int
  }

  private(set) var sent: [Sent] = []
  /// The client's port of each connection.
  private(set) var ports: [Int: Int] = [:]
  private let path: String

  init(_ name: String) throws {
    path = OracleFixtures.path("recorded-compressed/\(name)")
    for record in OracleProgram.records(try Self.unpacked("\(path).log.ndjson.xz").output) {
      let connection = record.int("connection") ?? -1
      if let port = record.int("client_port") { ports[connection] = port }
      guard record.string("event") == "sent", let offset = record.int("offset"),
        let uuid = record.int("uuid"), let text = record.string("text")
      else { continue }
      sent.append(
        Sent(
          connection: connection, side: record.string("side") ?? "", offset: offset,
          length: text.utf8.count, kind: record.string("kind") ?? "", uuid: uuid,
          status: text.contains(" ERROR\r\n") ? "error" : "ok"))
    }
  }

  private static func unpacked(_ path: String) throws -> OracleProgram {
    let run = try OracleProgram.run(["xz", "-dc", path])
    guard run.status == 0 else { throw LiveError(run.errors) }
    return run
  }

  /// The packets at one end: TCP over IPv4 over Ethernet, in a pcap file of this machine's byte order.
  func packets(at end: String) throws -> (header: ArraySlice<UInt8>, packets: [Packet]) {
    let scratch = try ScratchDirectory()
    let file = "\(scratch.path)/capture.pcap"
    let run = try OracleProgram.run(["sh", "-c", "xz -dc '\(path)-\(end).pcap.xz' >'\(file)'"])
    guard run.status == 0 else { throw LiveError(run.errors) }
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    func little(_ place: Int) -> Int {
      (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }
    func big(_ place: Int, _ count: Int) -> Int {
      (0..<count).reduce(0) { $0 << 8 | Int(bytes[place + $1]) }
    }
    var packets: [Packet] = []
    var place = 24
    while place + 16 <= bytes.count {
      let next = place + 16 + little(place + 8)
      let internet = place + 16 + 14
      let tcp = internet + Int(bytes[internet] & 15) * 4
      let isClients = big(tcp + 2, 2) == 4080
      let end = internet + big(internet + 2, 2)
      packets.append(
        Packet(
          record: bytes[place..<next], client: big(tcp + (isClients ? 0 : 2), 2),
          isClients: isClients, flags: bytes[tcp + 13],
          sequenceNumber: UInt32(big(tcp + 4, 4)),
          payload: end - tcp - Int(bytes[tcp + 12] >> 4) * 4))
      place = next
    }
    return (bytes[..<24], packets)
  }
}
