import Savefile
import TestSupport
import Testing

@Suite struct RecognitionTests {
  @Test(
    arguments: [
      ([0x1f, 0x8b, 8], .gzip), ([0x28, 0xb5, 0x2f, 0xfd], .zstd),
      ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], .xz), ([0x04, 0x22, 0x4d, 0x18], .lz4),
      (Array("BZh91AY".utf8), .bzip2), ([0x50, 0x4b, 3, 4], .zip),
      (Array("snoop\0\0\0".utf8), .snoop), (Array("GMBU".utf8), .networkMonitor),
      (Array("hello\r\n\tworld é".utf8), .text), ([0, 1, 2, 3], .unknown),
      ([0xa1, 0xb2, 0xc3], nil), ([0x0a], nil), ([0x4d, 0x3c, 0xb2, 0xa1], nil),
    ] as [([UInt8], ForeignFormat?)])
  func firstBytes(_ bytes: [UInt8], format: ForeignFormat?) {
    let padding = format == .text ? UInt8(ascii: "a") : 0x80
    for length in [bytes.count, 23, 24, 100] where length == bytes.count || format != nil {
      let file = bytes + [UInt8](repeating: padding, count: length - bytes.count)
      let error = ReadOut(file).error
      #expect(error?.kind == format.map { .notACapture($0) } ?? .cutShort, "\(length) bytes")
      #expect(error?.offset == 0)
    }
  }

  @Test func emptyFile() {
    #expect(ReadOut([]).error?.kind == .empty)
  }

  @Test func errorsSayWhatAndWhere() {
    #expect("\(ReadOut([0x1f, 0x8b]).error.map { "\($0)" } ?? "")".contains("gzip"))
    var file = FileBuilder()
    file.pcapHeader()
    file.record([1])
    file.record([1], captured: 999_999)
    let text = ReadOut(file.bytes).error.map { "\($0)" } ?? ""
    #expect(text.contains("damaged after 1 packets, at byte 41"))
    #expect(text.contains("999999"))
  }

  /// Whatever the bytes, the reader ends, asks for bounded buffers, and tells the same for any
  /// cutting of the file into pieces.
  @Test func mutatedFilesNeverTrap() {
    var random = SeededRandom(seed: 0x5eed_0004)
    print("seed 0x5eed0004")
    let files = Self.samples
    var kinds: Set<String> = []
    for round in 0..<6_000 {
      var bytes = files[round % files.count]
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        bytes[index] =
          [0, 0xff, 0x0a, UInt8.random(in: 0...255, using: &random)]
          .randomElement(using: &random) ?? 0
      }
      if Int.random(in: 0..<4, using: &random) == 0 {
        bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
      }
      var read = ReadOut(bytes)
      #expect(read.largestDemand <= SavefileReader.maximumBlockLength, "round \(round)")
      #expect(read.packets.reduce(0) { $0 + $1.bytes.count } <= bytes.count)
      var pieces = ReadOut(bytes, step: Int.random(in: 1...50, using: &random))
      // What is asked for depends on what was there.
      read.largestDemand = 0
      pieces.largestDemand = 0
      #expect(read == pieces, "round \(round)")
      kinds.insert(read.error.map { "\($0.kind)".prefix { $0 != "(" }.description } ?? "none")
    }
    #expect(kinds.isSuperset(of: ["none", "damaged", "cutShort", "notACapture", "unsupported"]))
  }

  private static let samples: [[UInt8]] = [ByteOrder.little, .big].flatMap { order in
    var pcap = FileBuilder(order)
    pcap.pcapHeader()
    for length in 0..<5 { pcap.record([UInt8](repeating: 1, count: length), seconds: 5) }
    var next = FileBuilder(order)
    next.section()
    next.interface(options: [(2, [65]), (9, [9]), (13, [32]), (14, [1, 2, 3, 4, 5, 6, 7, 8])])
    next.enhanced([1, 2, 3, 4, 5], units: 9, options: [(1, [65, 66]), (2, [0, 0, 0, 1])])
    next.block(0xbad) { $0.add(7 as UInt32) }
    next.block(3) {
      $0.add(2 as UInt32)
      $0.add(2 as UInt32)
    }
    next.statistics(interface: 0, [(4, 5), (5, 6), (7, 8)])
    next.section()
    next.interface()
    next.enhanced([9])
    return [pcap.bytes, next.bytes]
  }
}
