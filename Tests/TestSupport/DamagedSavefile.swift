import Savefile

/// A savefile with something wrong in it.
public struct DamagedSavefile: Sendable {
  /// What was done to it.
  public var name: String
  public var bytes: [UInt8]
  /// The first byte that is another one, or missing.
  public var damage: Int
}

/// A small savefile that has it all, and what can be wrong with it.
public struct WholeSavefile: Sendable, CustomStringConvertible {
  public let name: String
  public let bytes: [UInt8]
  /// Where each packet ends.
  public let packetEnds: [Int]
  let order: ByteOrder

  public var description: String { name }

  /// How many packets lie before an offset.
  public func packets(before offset: Int) -> Int {
    packetEnds.prefix { $0 <= offset }.count
  }

  /// All kinds of files, with all kinds of blocks and records.
  public static let all: [WholeSavefile] =
    [ByteOrder.little, .big].flatMap { order in
      [
        pcap("pcap", magic: 0xa1b2_c3d4, order),
        pcap("pcap-nanoseconds", magic: 0xa1b2_3c4d, order),
        pcap("pcap-modified", magic: 0xa1b2_cd34, extra: [1, 2, 3, 4, 5, 6, 7, 8], order),
        pcapng(order),
      ]
    }

  private static func pcap(
    _ name: String, magic: UInt32, extra: [UInt8] = [], _ order: ByteOrder
  ) -> WholeSavefile {
    var file = FileBuilder(order)
    file.pcapHeader(magic: magic)
    var ends: [Int] = []
    for length in [0, 1, 37, 60] {
      file.record(
        (0..<length).map { UInt8($0) }, seconds: 1_700_000_000, fraction: UInt32(length),
        original: UInt32(length + 4), extra: extra)
      ends.append(file.bytes.count)
    }
    return WholeSavefile(
      name: "\(name)-\(order)", bytes: file.bytes, packetEnds: ends, order: order)
  }

  private static func pcapng(_ order: ByteOrder) -> WholeSavefile {
    var file = FileBuilder(order)
    var ends: [Int] = []
    file.section()
    file.interface(
      linkType: 1, snapshotLength: 96,
      options: [
        (2, Array("eth0".utf8)), (9, [9]), (13, [4]), (14, file.number(7 as UInt64)),
      ])
    file.interface(linkType: 101, options: [(9, [0x8a])])
    file.enhanced(
      (0..<30).map { UInt8($0) }, units: 1_700_000_000_000_000_000,
      options: [
        (1, Array("a comment".utf8)), (2, file.number(0x20 as UInt32)),
        (4, file.number(3 as UInt64)),
      ])
    ends.append(file.bytes.count)
    for type: UInt32 in [4, 10, 0xbad, 0x7777] { file.block(type) { $0.bytes += [1, 2, 3, 4, 5] } }
    file.enhanced([4, 5], interface: 1, units: 1 << 40)
    ends.append(file.bytes.count)
    file.block(2) {
      $0.add(0 as UInt16)
      $0.add(3 as UInt16)
      $0.add(1 as UInt64)
      $0.add(3 as UInt32)
      $0.add(9 as UInt32)
      $0.bytes += [6, 7, 8]
    }
    ends.append(file.bytes.count)
    file.block(3) {
      $0.add(5 as UInt32)
      $0.bytes += [1, 2, 3, 4, 5]
    }
    ends.append(file.bytes.count)
    file.statistics(interface: 0, [(2, 0), (3, 9), (4, 100), (5, 7), (7, 9)])
    file.section(order == .little ? .big : .little)
    file.interface()
    file.enhanced([1])
    ends.append(file.bytes.count)
    return WholeSavefile(name: "pcapng-\(order)", bytes: file.bytes, packetEnds: ends, order: order)
  }

  /// The file cut behind every byte.
  public var cuts: [DamagedSavefile] {
    bytes.indices.map {
      DamagedSavefile(name: "\(name) cut at \($0)", bytes: Array(bytes[..<$0]), damage: $0)
    }
  }

  /// Every field of every width at its extremes, and near what it was: whatever a number stands for,
  /// it lies. Fields begin at multiples of their width, or of four.
  public var lies: [DamagedSavefile] {
    var lies: [DamagedSavefile] = []
    for offset in bytes.indices {
      let rest = UInt64(bytes.count - offset)
      add([0, 1, 0x7f, 0x80, 0xff] as [UInt8], at: offset, to: &lies)
      if offset % 2 == 0 {
        let old: UInt16 = number(at: offset)
        add(
          [0, 1, 3, 4, 8, 0x7fff, 0x8000, 0xfffc, 0xffff, old &+ 1, old &- 1, old &+ 4],
          at: offset, to: &lies)
      }
      if offset % 4 == 0 {
        let old: UInt32 = number(at: offset)
        add(
          [
            0, 1, 2, 4, 8, 11, 12, 16, 20, 24, 28, 32, 0x7fff_ffff, 0x8000_0000, 0xffff_fffc,
            0xffff_ffff, 0x400_0000, 0x400_0001, 0x4_0000, 0x4_0001, old &+ 1, old &- 1, old &+ 4,
            old &- 4, UInt32(rest), UInt32(rest) & ~3,
          ], at: offset, to: &lies)
        add([0, 1 << 63, .max, .max >> 1, rest] as [UInt64], at: offset, to: &lies)
      }
    }
    return lies
  }

  private func add<Number: FixedWidthInteger & UnsignedInteger>(
    _ values: [Number], at offset: Int, to lies: inout [DamagedSavefile]
  ) {
    let width = Number.bitWidth / 8
    guard offset + width <= bytes.count else { return }
    for value in values {
      var builder = FileBuilder(order)
      builder.add(value)
      var changed = bytes
      changed.replaceSubrange(offset..<(offset + width), with: builder.bytes)
      guard let damage = bytes.indices.first(where: { bytes[$0] != changed[$0] }) else { continue }
      lies.append(
        DamagedSavefile(
          name: "\(name) with \(value) in \(width) bytes at \(offset)", bytes: changed,
          damage: damage))
    }
  }

  private func number<Number: FixedWidthInteger>(at offset: Int) -> Number {
    var value: Number = 0
    for index in 0..<(Number.bitWidth / 8) where offset + index < bytes.count {
      let place = order == .little ? index : Number.bitWidth / 8 - 1 - index
      value |= Number(truncatingIfNeeded: bytes[offset + index]) << Number(place * 8)
    }
    return value
  }
}
