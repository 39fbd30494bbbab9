import Capture
import TestSupport
import Testing
import Wire

struct MergedSourceTests {
  /// Reads files as one, a few packets a call.
  private func read(_ paths: [String]) throws -> (packets: [WrittenPacket], errors: [CaptureError])
  {
    var errors: [CaptureError] = []
    let source = MergedSource(paths: paths) { errors.append($0) }
    var packets: [WrittenPacket] = []
    while true {
      let result = try source.forEachPacket(limit: 7) { packet, bytes, _ in
        packets.append(
          WrittenPacket(
            time: packet.time.nanoseconds, bytes: bytes.array, input: packet.input,
            number: packet.number))
        return true
      }
      guard result == .bytes else { break }
    }
    #expect(source.bytesRead == source.totalBytes || !errors.isEmpty)
    return (packets, errors)
  }

  /// Few files stay open, of many only those whose turn it is.
  @Test(arguments: [1, 2, 9, 16, 17, 60], [11, 12] as [UInt64])
  func packetsComeInTheOrderOfTimeThenOfFiles(count: Int, seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var written: [WrittenPacket] = []
    var files: [CaptureFile] = []
    for input in 0..<count {
      var packets = CaptureFile.randomPackets(
        Int.random(in: 1...40, using: &random), using: &random)
      for index in packets.indices { packets[index].input = UInt16(input) }
      files.append(try CaptureFile(CaptureFile.pcap(packets)))
      written += packets
    }
    // Within a file times never go back, so a stable sort by time, beginning and file is the merge.
    var begins: [UInt16: Int64] = [:]
    for packet in written where begins[packet.input] == nil { begins[packet.input] = packet.time }
    let expected = written.enumerated().sorted {
      ($0.element.time, begins[$0.element.input] ?? 0, $0.element.input, $0.offset) < (
        $1.element.time, begins[$1.element.input] ?? 0, $1.element.input, $1.offset
      )
    }.map(\.element)
    let result = try read(files.map(\.path))
    #expect(result.errors.isEmpty)
    #expect(result.packets == expected, "seed \(seed)")
  }

  @Test func troubleWithOneFileLeavesTheOthers() throws {
    var random = SeededRandom(seed: 5)
    let packets = CaptureFile.randomPackets(20, using: &random)
    let whole = try CaptureFile(CaptureFile.pcap(packets))
    let cut = try CaptureFile(CaptureFile.pcap(packets).dropLast(1))
    let text = try CaptureFile(Array("no capture at all".utf8))
    let result = try read([text.path, whole.path, "/nonexistent/x", cut.path])
    #expect(result.packets.filter { $0.input == 1 }.map(\.bytes) == packets.map(\.bytes))
    #expect(
      result.packets.filter { $0.input == 3 }.map(\.bytes) == packets.dropLast().map(\.bytes))
    #expect(Set(result.errors.map(\.subject)) == [text.path, "/nonexistent/x", cut.path])
    #expect(result.errors.count == 3)
  }
}
