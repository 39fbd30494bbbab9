import Savefile
import TestSupport
import Testing
import Wire

@Suite struct PcapTests {
  @Test(arguments: [ByteOrder.little, .big], [0xa1b2_c3d4, 0xa1b2_3c4d, 0xa1b2_cd34] as [UInt32])
  func everyVariant(_ order: ByteOrder, magic: UInt32) {
    var file = FileBuilder(order)
    file.pcapHeader(magic: magic, linkWord: 113)
    let extra = [UInt8](repeating: 0xee, count: magic == 0xa1b2_cd34 ? 8 : 0)
    file.record([1, 2, 3], seconds: 1_700_000_000, fraction: 123_456, extra: extra)
    file.record([], seconds: 4_294_967_295, fraction: 4_294_967_295, original: 70, extra: extra)
    file.record([9], original: 0, extra: extra)
    let scale: Int64 = magic == 0xa1b2_3c4d ? 1 : 1_000
    let expected: [ReadOut.Entry] = [
      .init(
        number: 1, time: 1_700_000_000_000_000_000 + 123_456 * scale, bytes: [1, 2, 3],
        originalLength: 3, linkType: 113),
      // A fraction of more than a second carries over.
      .init(
        number: 2, time: 4_294_967_295_000_000_000 + 4_294_967_295 * scale, bytes: [],
        originalLength: 70, linkType: 113),
      // Some writers leave the original length out.
      .init(number: 3, time: 0, bytes: [9], originalLength: 1, linkType: 113),
    ]
    for step in [1, 7, 1 << 20] {
      let read = ReadOut(file.bytes, step: step)
      #expect(read.packets == expected)
      #expect(read.error == nil)
    }
  }

  /// The packet after the next is told by its bytes, wherever the buffer ends.
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func packetAfterNext(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var file = FileBuilder()
    file.pcapHeader()
    let liar = Int.random(in: 0..<24, using: &random)
    for index in 0..<12 {
      let bytes = [UInt8](repeating: 7, count: Int.random(in: 0...40, using: &random))
      file.record(bytes, captured: index == liar ? .max - UInt32(seed) : nil)
    }
    let end = Int.random(in: 24...file.bytes.count, using: &random)
    let bytes = [UInt8](file.bytes[..<end])
    var reader = SavefileReader()
    var position = 0
    // Nothing is known before the file's header is.
    #expect(reader.plainRecords.packetAfterNext(in: bytes.raw, at: position).isEmpty)
    _ = try? reader.next(in: bytes.raw, at: &position)
    var told: [Range<Int>] = [reader.plainRecords.packetAfterNext(in: bytes.raw, at: position)]
    var read: [Range<Int>] = []
    var copy = Packet(number: 0, time: .distantPast, originalLength: 0, linkType: .ethernet)
    while reader.nextPlain(in: bytes.raw, at: &position, copy: &copy) {
      #expect(copy.number == reader.packet.number && copy.time == reader.packet.time)
      #expect(copy.originalLength == reader.packet.originalLength)
      #expect(copy.linkType == reader.packet.linkType && copy.input == reader.packet.input)
      read.append(reader.packetBytes)
      told.append(reader.plainRecords.packetAfterNext(in: bytes.raw, at: position))
    }
    for (index, range) in told.enumerated() {
      #expect(range == (index + 1 < read.count ? read[index + 1] : 0..<0), "seed \(seed)")
    }
  }

  /// The link word's flag and count say how many bytes of the frame's end are no part of it.
  @Test func frameCheckSequence() {
    var file = FileBuilder()
    file.pcapHeader(linkWord: 0x2400_0001)
    file.record([1, 2, 3, 4, 5, 6])
    file.record([1, 2, 3, 4, 5], original: 6)
    file.record([1, 2], original: 6)
    file.record([1, 2])
    let read = ReadOut(file.bytes)
    #expect(read.packets.map(\.bytes) == [[1, 2], [1, 2], [1, 2], []])
    #expect(read.packets.map(\.originalLength) == [6, 6, 6, 2])
    #expect(read.packets.allSatisfy { $0.linkType == 1 })
    // Without the flag the count means nothing.
    var other = FileBuilder()
    other.pcapHeader(linkWord: 0x2000_0001)
    other.record([1, 2, 3, 4, 5, 6])
    #expect(ReadOut(other.bytes).packets.map(\.bytes.count) == [6])
  }

  /// Files of versions before 2.3 have the lengths the other way round.
  @Test func swappedLengths() {
    var file = FileBuilder()
    file.pcapHeader(minor: 2)
    file.record([1, 2], captured: 10, original: 2)
    #expect(ReadOut(file.bytes).packets.map(\.bytes) == [[1, 2]])
    #expect(ReadOut(file.bytes).packets.map(\.originalLength) == [10])
  }

  @Test func cutAnywhere() {
    for order in [ByteOrder.little, .big] {
      var file = FileBuilder(order)
      var ends: [Int] = []
      file.pcapHeader()
      ends.append(file.bytes.count)
      for length in [0, 5, 60, 1] {
        file.record([UInt8](repeating: 7, count: length))
        ends.append(file.bytes.count)
      }
      for cut in 0..<file.bytes.count {
        let read = ReadOut(Array(file.bytes[..<cut]), step: 11)
        guard let whole = ends.lastIndex(where: { $0 <= cut }) else {
          #expect(read.packets.isEmpty)
          #expect(read.error?.kind == (cut == 0 ? .empty : .cutShort), "cut at \(cut)")
          continue
        }
        #expect(read.packets.count == whole, "cut at \(cut)")
        if ends[whole] == cut {
          #expect(read.error == nil)
        } else {
          #expect(read.error?.kind == .cutShort, "cut at \(cut)")
          #expect(read.error?.packetsRead == UInt64(whole))
          #expect(read.error?.offset == UInt64(ends[whole]))
        }
      }
    }
  }

  /// A captured length that cannot be is damage, told after the packets before it, and never a
  /// demand for as many bytes.
  @Test(arguments: [262_145, 0x7fff_ffff, 0xffff_ffff] as [UInt32])
  func lyingLength(_ length: UInt32) {
    var file = FileBuilder()
    file.pcapHeader(snapshotLength: 96)
    file.record([1])
    file.record([1, 2, 3], captured: length)
    let read = ReadOut(file.bytes)
    #expect(read.packets.count == 1)
    #expect(read.error?.kind == .damaged)
    #expect(read.error?.packetsRead == 1)
    #expect(read.error?.offset == 41)
    #expect(read.error?.reason.contains("\(length)") == true)
    #expect(read.largestDemand < 1000)
  }

  /// The file's own snapshot length allows more, up to a limit.
  @Test func largeSnapshotLength() {
    for (snapshotLength, isRead) in [(300_000, true), (299_999, false), (.max, true)]
      as [(UInt32, Bool)]
    {
      var file = FileBuilder()
      file.pcapHeader(snapshotLength: snapshotLength)
      file.record([UInt8](repeating: 1, count: 300_000))
      #expect(ReadOut(file.bytes).packets.count == (isRead ? 1 : 0))
    }
    var file = FileBuilder()
    file.pcapHeader(snapshotLength: .max)
    file.record([], captured: UInt32(SavefileReader.maximumSnapshotLength) + 1)
    #expect(ReadOut(file.bytes).error?.kind == .damaged)
  }

  @Test func otherVersionsAreNotSupported() {
    var file = FileBuilder()
    file.pcapHeader()
    file.bytes[4] = 3
    #expect(ReadOut(file.bytes).error?.kind == .unsupported)
  }
}
