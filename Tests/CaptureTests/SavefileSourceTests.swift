import Capture
import Foundation
import Savefile
import TestSupport
import Testing
import Wire

struct SavefileSourceTests {
  /// Reads a file to its end or to the trouble in it.
  static func read(_ path: String) -> (packets: [WrittenPacket], error: CaptureError?) {
    var packets: [WrittenPacket] = []
    do {
      let source = try SavefileSource(path: path)
      while true {
        guard try source.readMore() == .bytes else { return (packets, nil) }
        _ = try source.forEachBufferedPacket { packet, bytes, _ in
          packets.append(
            WrittenPacket(
              time: packet.time.nanoseconds, bytes: bytes.array, input: packet.input,
              number: packet.number))
          return true
        }
      }
    } catch {
      return (packets, error)
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64], [false, true])
  func everyPacketComesWholeAcrossBlocks(seed: UInt64, isPcapng: Bool) throws {
    var random = SeededRandom(seed: seed)
    // Packets over the slack, and over a whole block, make the buffer move and grow.
    let packets = CaptureFile.randomPackets(400, using: &random, largest: 120_000)
    let bytes = isPcapng ? CaptureFile.pcapng(packets) : CaptureFile.pcap(packets)
    let file = try CaptureFile(bytes)
    let result = Self.read(file.path)
    #expect(result.error == nil, "seed \(seed)")
    #expect(result.packets == packets, "seed \(seed)")
  }

  @Test func aCutFileGivesEveryWholePacketAndTellsWhereItEnds() throws {
    var random = SeededRandom(seed: 7)
    let packets = CaptureFile.randomPackets(6, using: &random)
    let bytes = CaptureFile.pcap(packets)
    var ends = [24]
    for packet in packets { ends.append(ends[ends.count - 1] + 16 + packet.bytes.count) }
    for length in 25..<bytes.count {
      let file = try CaptureFile(Array(bytes[..<length]))
      let whole = ends.lastIndex { $0 <= length } ?? 0
      let result = Self.read(file.path)
      #expect(result.packets == Array(packets[..<whole]), "length \(length)")
      if ends[whole] == length {
        #expect(result.error == nil, "length \(length)")
      } else {
        let problem = try #require(result.error, "length \(length)")
        #expect(problem.subject == file.path)
        #expect(problem.problem.contains("byte \(ends[whole])"), "\(problem)")
        if whole > 0 { #expect(problem.problem.contains("packet \(whole + 1),"), "\(problem)") }
      }
    }
  }

  /// A packet in a pipe is handed out while its writer still has the pipe open.
  @Test func aPipeIsReadAsItFills() throws {
    let pipe = Pipe()
    let packet = WrittenPacket(time: 5, bytes: [1, 2, 3], number: 1)
    let path = "/proc/self/fd/\(pipe.fileHandleForReading.fileDescriptor)"
    let source = try SavefileSource(path: path)
    let bytes = CaptureFile.pcap([packet, packet])
    var got: [[UInt8]] = []
    // The header with the first packet; then the second in two parts.
    for part in [bytes[..<43], bytes[43..<50], bytes[50...]] {
      try pipe.fileHandleForWriting.write(contentsOf: Data(part))
      #expect(try source.readMore() == .bytes)
      _ = try source.forEachBufferedPacket { _, bytes, _ in
        got.append(bytes.array)
        return true
      }
      #expect(got.count == (part.endIndex < bytes.count ? 1 : 2))
    }
    try pipe.fileHandleForWriting.close()
    #expect(try source.readMore() == .end)
    #expect(got == [[1, 2, 3], [1, 2, 3]])
  }

  @Test func aWaitForPacketsCanBeInterrupted() throws {
    let pipe = Pipe()
    let wake = Pipe()
    let source = try SavefileSource(
      path: "/proc/self/fd/\(pipe.fileHandleForReading.fileDescriptor)")
    try wake.fileHandleForWriting.write(contentsOf: Data([1]))
    let interrupt = wake.fileHandleForReading.fileDescriptor
    #expect(try source.readMore(interrupt: interrupt) == .interrupted)
    try pipe.fileHandleForWriting.close()
  }

  @Test func aBodyThatRefusesEndsTheLoopAndCanGoOnLater() throws {
    var random = SeededRandom(seed: 3)
    let packets = CaptureFile.randomPackets(10, using: &random)
    let file = try CaptureFile(CaptureFile.pcap(packets))
    let source = try SavefileSource(path: file.path)
    #expect(try source.readMore() == .bytes)
    var numbers: [UInt64] = []
    let first = try source.forEachBufferedPacket { packet, _, _ in
      numbers.append(packet.number)
      return packet.number < 4
    }
    #expect(!first)
    let second = try source.forEachBufferedPacket { packet, _, _ in
      numbers.append(packet.number)
      return true
    }
    #expect(second)
    #expect(numbers == packets.map(\.number))
  }

  @Test(
    arguments: [
      ([], "is empty"),
      ([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2], "gzip"),
      ([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0], "zstd"),
      (Array("BZh91AY&SY".utf8), "bzcat"),
      (Array("Mar  3 10:00:00 host kernel: what a log says\n".utf8), "text"),
      ([0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4], "cut off"),
    ] as [([UInt8], String)])
  func whatIsNoCaptureIsTold(bytes: [UInt8], words: String) throws {
    let file = try CaptureFile(bytes)
    let result = Self.read(file.path)
    #expect(result.packets.isEmpty)
    let problem = try #require(result.error)
    #expect(problem.subject == file.path)
    #expect(problem.problem.contains(words), "\(problem)")
  }

  @Test func whatCannotBeOpenedIsTold() {
    #expect(throws: CaptureError.self) { try SavefileSource(path: "/nonexistent/x.pcap") }
    let directory = Self.read(FileManager.default.temporaryDirectory.path)
    #expect(directory.error?.problem.contains("directory") == true)
  }

  @Test func aLengthThatLiesEndsTheFileThere() throws {
    var bytes = CaptureFile.pcap([WrittenPacket(time: 1, bytes: [9])])
    bytes += [0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0x7f, 1, 2, 3]
    let file = try CaptureFile(bytes)
    let result = Self.read(file.path)
    #expect(result.packets.count == 1)
    #expect(result.error?.problem.contains("byte 41") == true)
  }

  @Test func aLinkTypeThatIsNotDecodedIsNamed() throws {
    let usb = LinkType(rawValue: 189)
    let file = try CaptureFile(
      CaptureFile.pcap([WrittenPacket(time: 1, bytes: [1])], linkType: usb))
    let source = try SavefileSource(path: file.path)
    #expect(try source.readMore() == .bytes)
    _ = try source.forEachBufferedPacket { _, _, _ in true }
    let problem = try #require(source.linkTypeProblem)
    #expect(problem.problem.contains("USB"))
  }
}
