import Savefile
import TestSupport
import Testing
import Wire

@Suite struct PcapngTests {
  @Test(arguments: [ByteOrder.little, .big])
  func everyBlock(_ order: ByteOrder) {
    var file = FileBuilder(order)
    file.section()
    // A name resolution block before any interface.
    file.block(4) { $0.add(0 as UInt32) }
    file.interface(linkType: 113, options: [(2, Array("eth0".utf8)), (9, [9])])
    file.interface(snapshotLength: 4, options: [(9, [0x8a])])
    file.enhanced(
      [1, 2, 3], units: 1_700_000_000_123_456_789, original: 60,
      options: [
        (1, Array("first".utf8)), (1, Array("second".utf8)), (4, file.number(12 as UInt64)),
      ])
    // Decryption secrets, a custom block, and one of an unknown type.
    for type: UInt32 in [10, 0xbad, 0x7777] { file.block(type) { $0.bytes += [1, 2, 3, 4, 5] } }
    file.enhanced([4, 5], interface: 1, units: 1024 * 5 + 512)
    file.block(2) {
      $0.add(0 as UInt16)
      $0.add(3 as UInt16)
      $0.add(0 as UInt32)
      $0.add(77 as UInt32)
      $0.add(1 as UInt32)
      $0.add(2 as UInt32)
      $0.bytes += [6, 0, 0, 0]
    }
    file.block(3) {
      $0.add(5 as UInt32)
      $0.bytes += [1, 2, 3, 4, 5]
    }
    file.statistics(interface: 0, [(4, 100), (5, 7), (7, 9)])
    file.statistics(interface: 1, [(7, 1)])
    file.statistics(interface: 0, [(5, 10)])

    let expected: [ReadOut.Entry] = [
      .init(
        number: 1, time: 1_700_000_000_123_456_789, bytes: [1, 2, 3], originalLength: 60,
        linkType: 113, drops: 12, comment: "first"),
      .init(
        number: 2, time: 5_500_000_000, bytes: [4, 5], originalLength: 2, linkType: 1,
        interface: 1),
      .init(number: 3, time: 77, bytes: [6], originalLength: 2, linkType: 113, drops: 3),
      .init(
        number: 4, time: 77, bytes: [1, 2, 3, 4, 5], originalLength: 5, linkType: 113,
        hasTime: false),
    ]
    for step in [1, 13, 1 << 20] {
      let read = ReadOut(file.bytes, step: step)
      #expect(read.error == nil)
      #expect(read.packets == expected)
      #expect(
        read.statistics == [
          .init(interface: 0, received: 100, droppedByInterface: 7, droppedByKernel: 9),
          .init(interface: 1, droppedByKernel: 1), .init(interface: 0, droppedByInterface: 10),
        ])
      // Counters are totals of their interface: 10, and 9 with 1.
      #expect(read.droppedByInterface == 10)
      #expect(read.droppedByKernel == 10)
      #expect(read.interfaceNames == ["eth0", ""])
    }
  }

  /// A new section may have the other byte order, and numbers its interfaces anew.
  @Test func sections() {
    var file = FileBuilder()
    for (index, order) in [ByteOrder.little, .big, .big, .little].enumerated() {
      file.section(order)
      file.interface(linkType: UInt16(index + 100))
      file.enhanced([UInt8(index)], units: UInt64(index))
      file.statistics(interface: 0, [(7, 5)])
    }
    let read = ReadOut(file.bytes, step: 5)
    #expect(read.error == nil)
    #expect(read.packets.map(\.linkType) == [100, 101, 102, 103])
    #expect(read.packets.map(\.number) == [1, 2, 3, 4])
    #expect(read.packets.map(\.time) == [0, 1_000, 2_000, 3_000])
    // Each section counted from 0.
    #expect(read.droppedByKernel == 20)
    #expect(read.droppedByInterface == nil)

    file.section()
    file.enhanced([1])
    #expect(ReadOut(file.bytes).error?.kind == .damaged)
  }

  /// A simple packet is as long as the first interface's snapshot length lets it be.
  @Test func simplePacketOfSnapshotLength() {
    var file = FileBuilder()
    file.section()
    file.interface(snapshotLength: 3)
    file.block(3) {
      $0.add(100 as UInt32)
      $0.bytes += [1, 2, 3, 0]
    }
    let read = ReadOut(file.bytes)
    #expect(read.packets.map(\.bytes) == [[1, 2, 3]])
    #expect(read.packets.map(\.originalLength) == [100])
  }

  /// Units and origins of time; what leaves the range saturates.
  @Test(
    arguments: [
      (nil, 0, 5, 5_000), (0, 0, 3, 3_000_000_000), (3, 0, 2, 2_000_000), (9, 0, 1, 1),
      (12, 0, 123_456, 123), (127, 0, UInt64.max, 0), (28, 0, UInt64.max, 1),
      (0x80, 0, 3, 3_000_000_000), (0x81, 0, 3, 1_500_000_000), (0xa0, 0, 1 << 31, 500_000_000),
      (0xbf, 0, 1 << 62, 500_000_000), (0xff, 0, UInt64.max, 0),
      (9, 10, 7, 10_000_000_007), (6, -10, 1, -9_999_999_000),
      (0, 0, UInt64.max, Int64.max), (6, 0, UInt64.max, Int64.max), (9, 0, UInt64.max, Int64.max),
      (6, Int64.max, 0, Int64.max), (6, Int64.min, 0, Int64.min), (0x80, 0, UInt64.max, Int64.max),
      (0, -9_223_372_036, 9_223_372_036, 0),
    ] as [(UInt8?, Int64, UInt64, Int64)])
  func clocks(resolution: UInt8?, offset: Int64, units: UInt64, expected: Int64) {
    for order in [ByteOrder.little, .big] {
      var file = FileBuilder(order)
      file.section()
      var options: [(UInt16, [UInt8])] = []
      if let resolution { options.append((9, [resolution])) }
      if offset != 0 { options.append((14, file.number(offset))) }
      file.interface(options: options)
      file.enhanced([], units: units)
      #expect(ReadOut(file.bytes).packets.map(\.time) == [expected])
    }
  }

  /// The interface's check sequence length, and that of a packet's own flags.
  @Test func frameCheckSequence() {
    var file = FileBuilder()
    file.section()
    file.interface(options: [(13, [32])])
    file.enhanced([1, 2, 3, 4, 5, 6])
    file.enhanced([1, 2, 3, 4, 5, 6], options: [(2, file.number(2 << 5 as UInt32))])
    #expect(ReadOut(file.bytes).packets.map(\.bytes.count) == [2, 4])
  }

  @Test func cutAnywhere() {
    for order in [ByteOrder.little, .big] {
      var file = FileBuilder(order)
      var ends: [(offset: Int, packets: Int)] = []
      func note(_ packets: Int) { ends.append((file.bytes.count, packets)) }
      file.section()
      note(0)
      file.interface(options: [(2, [65])])
      note(0)
      file.enhanced([1, 2, 3])
      note(1)
      file.block(0xbad) { $0.bytes += [UInt8](repeating: 1, count: 40) }
      note(1)
      file.enhanced([], options: [(1, [65])])
      note(2)
      file.statistics(interface: 0, [(4, 1)])
      note(2)
      for cut in 0...file.bytes.count {
        for step in [1, 1000] {
          let read = ReadOut(Array(file.bytes[..<cut]), step: step)
          let whole = ends.last { $0.offset <= cut }
          #expect(read.packets.count == whole?.packets ?? 0, "cut at \(cut)")
          if cut == 0 {
            #expect(read.error?.kind == .empty)
          } else if whole?.offset == cut {
            #expect(read.error == nil, "cut at \(cut)")
          } else {
            #expect(read.error?.kind == .cutShort, "cut at \(cut)")
            #expect(read.error?.offset == UInt64(whole?.offset ?? 0), "cut at \(cut)")
            #expect(read.error?.packetsRead == UInt64(whole?.packets ?? 0))
          }
        }
      }
    }
  }

  /// Lengths that cannot be are damage at the block that has them, behind all packets before it.
  @Test func lyingLengths() {
    func check(
      _ expected: String, _ location: SourceLocation = #_sourceLocation,
      _ add: (inout FileBuilder) -> Void
    ) {
      var file = FileBuilder(.big)
      file.section()
      file.interface()
      file.enhanced([1])
      let offset = UInt64(file.bytes.count)
      add(&file)
      file.enhanced([2])
      let read = ReadOut(file.bytes)
      #expect(read.packets.count == 1, sourceLocation: location)
      #expect(read.error?.kind == .damaged, sourceLocation: location)
      #expect(read.error?.offset == offset, sourceLocation: location)
      #expect(read.error?.packetsRead == 1, sourceLocation: location)
      #expect(
        read.error?.reason.contains(expected) == true, "\(read.error?.reason ?? "")",
        sourceLocation: location)
      #expect(read.largestDemand < 2 << 20, sourceLocation: location)
    }
    check("block length 0") { $0.block(6, length: 0) { $0.add(0 as UInt32) } }
    check("block length 11") { $0.block(0xbad, length: 11) { $0.add(0 as UInt32) } }
    check("block length 18") { $0.block(6, length: 18) { $0.bytes += [1, 2, 3, 4, 5, 6] } }
    check("too short") { $0.block(6) { $0.add(0 as UInt64) } }
    check("too short") { $0.block(1) { $0.add(0 as UInt32) } }
    check("captured length 262145") { $0.enhanced([1], captured: 262_145) }
    check("captured length 4294967295") { $0.enhanced([1], captured: .max) }
    check("captured length 5") { $0.enhanced([1, 2, 3, 4], captured: 5) }
    check("interface 1") { $0.enhanced([1], interface: 1) }
    check("interface 9") { $0.statistics(interface: 9, []) }
    check("captured length 9") {
      $0.block(3) {
        $0.add(9 as UInt32)
        $0.bytes += [1, 2, 3, 4]
      }
    }
    check("at its end") {
      $0.block(6) { $0.bytes += [UInt8](repeating: 0, count: 20) }
      $0.bytes[$0.bytes.count - 1] = 0x24
    }
    check("at its end") {
      $0.block(0xbad) { $0.add(1 as UInt64) }
      $0.bytes[$0.bytes.count - 1] = 0
    }
    check("is more than") {
      $0.block(6, length: 0x7fff_fff0) { $0.bytes += [UInt8](repeating: 0, count: 20) }
    }
    check("without a byte order") {
      $0.block(0x0a0d_0d0a) {
        $0.add(0 as UInt64)
        $0.add(0 as UInt64)
      }
    }
  }

  /// A block that is passed over may be longer than any buffer.
  @Test func longBlocksArePassedOver() {
    var file = FileBuilder()
    file.section()
    file.block(0xbad) { $0.bytes += [UInt8](repeating: 1, count: 3 << 20) }
    file.interface()
    file.enhanced([1])
    let read = ReadOut(file.bytes, step: 4096)
    #expect(read.error == nil)
    #expect(read.packets.count == 1)
    #expect(read.largestDemand < 100)
  }

  /// Option lengths that leave the block end the options, and the packet is whole.
  @Test func lyingOptionLengths() {
    var file = FileBuilder()
    file.section()
    file.interface(options: [(2, Array("lo".utf8))])
    for length: UInt16 in [9, 0xffff] {
      file.block(6) {
        for value: UInt32 in [0, 0, 5, 1, 1] { $0.add(value) }
        $0.bytes += [1, 0, 0, 0]
        $0.add(1 as UInt16)
        $0.add(length)
        $0.bytes += [65, 65, 65, 65, 65, 65, 65, 65]
      }
    }
    let read = ReadOut(file.bytes)
    #expect(read.packets.map(\.bytes) == [[1], [1]])
    #expect(read.packets.allSatisfy { $0.comment == nil })
  }

  @Test func tooManyInterfaces() {
    var file = FileBuilder()
    file.section()
    var description = FileBuilder()
    description.interface()
    for _ in 0..<SavefileReader.maximumInterfaceCount { file.bytes += description.bytes }
    file.enhanced([1], interface: UInt32(SavefileReader.maximumInterfaceCount) - 1)
    file.interface()
    let read = ReadOut(file.bytes)
    #expect(read.packets.count == 1)
    #expect(read.error?.kind == .unsupported)
  }

  @Test func otherVersionsAreNotSupported() {
    var file = FileBuilder()
    file.section(major: 2)
    #expect(ReadOut(file.bytes).error?.kind == .unsupported)
  }
}
