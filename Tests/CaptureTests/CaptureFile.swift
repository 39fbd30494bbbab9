import Foundation
import Savefile
import TestSupport
import Wire

/// A packet as a test wrote it or got it.
struct WrittenPacket: Equatable {
  var time: Int64
  var bytes: [UInt8]
  var input: UInt16 = 0
  var number: UInt64 = 0
}

/// A file that is removed with the last reference.
final class CaptureFile {
  let path: String

  init(_ bytes: [UInt8]) throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("souptap-\(UUID().uuidString).pcap").path
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// A pcap with these packets.
  static func pcap(_ packets: [WrittenPacket], linkType: LinkType = .ethernet) -> [UInt8] {
    var output: [UInt8] = []
    SavefileEncoder.appendPcapHeader(linkType: linkType, to: &output)
    for packet in packets {
      unsafe SavefileEncoder.appendPcapRecord(
        packet.bytes.span.bytes, time: CaptureTime(nanoseconds: packet.time),
        originalLength: UInt32(packet.bytes.count), to: &output)
    }
    return output
  }

  /// A pcapng with these packets.
  static func pcapng(_ packets: [WrittenPacket]) -> [UInt8] {
    var output: [UInt8] = []
    SavefileEncoder.appendSectionHeader(to: &output)
    SavefileEncoder.appendInterfaceDescription(linkType: .ethernet, to: &output)
    for packet in packets {
      unsafe SavefileEncoder.appendEnhancedPacket(
        packet.bytes.span.bytes, time: CaptureTime(nanoseconds: packet.time),
        originalLength: UInt32(packet.bytes.count), to: &output)
    }
    return output
  }

  /// Packets of random sizes, most of them small, with times that never go back.
  static func randomPackets(
    _ count: Int, using random: inout SeededRandom, largest: Int = 1_500
  ) -> [WrittenPacket] {
    var time: Int64 = 1_700_000_000_000_000_000
    return (1...count).map { number in
      time += Int64.random(in: 0...3, using: &random)
      let size = Int.random(in: 0...(number % 17 == 0 ? largest : 100), using: &random)
      return WrittenPacket(
        time: time, bytes: (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) },
        number: UInt64(number))
    }
  }
}

extension RawSpan {
  /// A copy of the bytes.
  var array: [UInt8] { unsafe withUnsafeBytes { unsafe Array($0) } }
}
