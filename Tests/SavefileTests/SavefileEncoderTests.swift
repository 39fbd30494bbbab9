import Savefile
import TestSupport
import Testing
import Wire

@Suite struct SavefileEncoderTests {
  private let time = CaptureTime(nanoseconds: 1_700_000_000_123_456_789)

  /// The encoder against files laid out by hand.
  @Test(arguments: [ByteOrder.little, .big])
  func piecesAreAsLaidOut(_ order: ByteOrder) {
    let data: [UInt8] = [1, 2, 3, 4, 5]
    for precision in [SavefileEncoder.PcapPrecision.microseconds, .nanoseconds] {
      var encoded: [UInt8] = []
      SavefileEncoder.appendPcapHeader(
        linkType: .linuxSLL2, snapshotLength: 96, precision: precision, byteOrder: order,
        to: &encoded)
      SavefileEncoder.appendPcapRecord(
        data.raw, time: time, originalLength: 60, precision: precision, byteOrder: order,
        to: &encoded)
      var file = FileBuilder(order)
      file.pcapHeader(
        magic: precision == .nanoseconds ? 0xa1b2_3c4d : 0xa1b2_c3d4, snapshotLength: 96,
        linkWord: 276)
      file.record(
        data, seconds: 1_700_000_000,
        fraction: precision == .nanoseconds ? 123_456_789 : 123_456, original: 60)
      #expect(encoded == file.bytes)
    }

    var encoded: [UInt8] = []
    SavefileEncoder.appendSectionHeader(byteOrder: order, to: &encoded)
    SavefileEncoder.appendInterfaceDescription(
      linkType: .raw, snapshotLength: 96, name: Array("veth0".utf8), byteOrder: order,
      to: &encoded)
    SavefileEncoder.appendEnhancedPacket(
      data.raw, interface: 0, time: time, originalLength: 60, comment: Array("odd".utf8),
      byteOrder: order, to: &encoded)
    var file = FileBuilder(order)
    file.section()
    file.interface(
      linkType: 101, snapshotLength: 96, options: [(2, Array("veth0".utf8)), (9, [9])])
    file.enhanced(
      data, units: UInt64(time.nanoseconds), original: 60, options: [(1, Array("odd".utf8))])
    #expect(encoded == file.bytes)
  }

  /// Everything written is read again.
  @Test(arguments: [ByteOrder.little, .big])
  func roundTrip(_ order: ByteOrder) {
    var random = SeededRandom(seed: 0x5eed_0005)
    print("seed 0x5eed0005")
    var encoded: [UInt8] = []
    var expected: [ReadOut.Entry] = []
    SavefileEncoder.appendSectionHeader(
      application: Array("test".utf8), byteOrder: order, to: &encoded)
    for linkType in [LinkType.ethernet, .raw] {
      SavefileEncoder.appendInterfaceDescription(
        linkType: linkType, name: Array("if".utf8), byteOrder: order, to: &encoded)
    }
    for number in 1...200 as ClosedRange<UInt64> {
      let data = (0..<Int.random(in: 0...90, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      let nanoseconds = Int64.random(in: 0...Int64.max, using: &random)
      let interface = Int.random(in: 0...1, using: &random)
      SavefileEncoder.appendEnhancedPacket(
        data.raw, interface: UInt32(interface), time: CaptureTime(nanoseconds: nanoseconds),
        originalLength: UInt32(data.count + 5), byteOrder: order, to: &encoded)
      expected.append(
        ReadOut.Entry(
          number: number, time: nanoseconds, bytes: data, originalLength: UInt32(data.count + 5),
          linkType: interface == 0 ? 1 : 101, interface: interface))
    }
    let statistics = SavefileStatistics(
      interface: 1, received: 200, droppedByInterface: 0, droppedByKernel: 3)
    SavefileEncoder.appendInterfaceStatistics(
      statistics, time: time, byteOrder: order, to: &encoded)
    let read = ReadOut(encoded, step: 100)
    #expect(read.error == nil)
    #expect(read.packets == expected)
    #expect(read.statistics == [statistics])
    #expect(read.interfaceNames == ["if", "if"])
  }

  /// Times that a format does not know become the nearest.
  @Test func timesOutOfRange() {
    let none: [UInt8] = []
    var pcap: [UInt8] = []
    var next: [UInt8] = []
    SavefileEncoder.appendPcapHeader(linkType: .ethernet, to: &pcap)
    SavefileEncoder.appendSectionHeader(to: &next)
    SavefileEncoder.appendInterfaceDescription(linkType: .ethernet, to: &next)
    for time in [CaptureTime.distantPast, .distantFuture] {
      SavefileEncoder.appendPcapRecord(none.raw, time: time, originalLength: 0, to: &pcap)
      SavefileEncoder.appendEnhancedPacket(none.raw, time: time, originalLength: 0, to: &next)
    }
    #expect(ReadOut(pcap).packets.map { $0.time / 1_000_000_000 } == [0, 4_294_967_295])
    #expect(ReadOut(next).packets.map(\.time) == [0, .max])
  }
}
