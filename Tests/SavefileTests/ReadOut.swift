import Savefile
import TestSupport
import Wire

/// What a reader told of a whole file, read in pieces of some size.
struct ReadOut: Equatable {
  struct Entry: Equatable {
    var number: UInt64
    var time: Int64
    var bytes: [UInt8]
    var originalLength: UInt32
    var linkType: UInt16
    var interface = 0
    var hasTime = true
    var drops: UInt64 = 0
    var comment: String?
  }

  var packets: [Entry] = []
  var statistics: [SavefileStatistics] = []
  var droppedByInterface: UInt64?
  var droppedByKernel: UInt64?
  var interfaceNames: [String] = []
  var error: SavefileError?
  /// The most bytes that were asked for at once.
  var largestDemand = 0

  /// - Parameter step: how many bytes the buffer grows by when the reader wants more; it grows by
  ///   what is wanted when that is more.
  init(_ file: [UInt8], step: Int = 1 << 20) {
    var reader = SavefileReader(input: 3)
    var buffer: [UInt8] = []
    var position = 0
    var read = 0
    do throws(SavefileError) {
      while true {
        switch try reader.next(in: buffer.raw, at: &position) {
        case .needMoreBytes(let minimum):
          largestDemand = max(largestDemand, minimum)
          precondition(minimum > buffer.count - position, "the reader has what it wants")
          buffer.removeSubrange(..<position)
          position = 0
          let wanted = max(step, minimum - buffer.count)
          let more = file[read..<min(file.count, read + wanted)]
          read += more.count
          buffer += more
          if more.isEmpty {
            try reader.finish(in: buffer.raw, at: position)
            droppedByInterface = reader.droppedByInterface
            droppedByKernel = reader.droppedByKernel
            interfaceNames = reader.interfaces.map { String(decoding: $0.name, as: UTF8.self) }
            return
          }
        case .packet:
          packets.append(Self.entry(reader, buffer))
        case .statistics:
          statistics.append(reader.statistics)
        case .skipped:
          break
        }
      }
    } catch {
      self.error = error
    }
  }

  private static func entry(_ reader: SavefileReader, _ buffer: [UInt8]) -> Entry {
    precondition(reader.packet.input == 3)
    return Entry(
      number: reader.packet.number, time: reader.packet.time.nanoseconds,
      bytes: Array(buffer[reader.packetBytes]), originalLength: reader.packet.originalLength,
      linkType: reader.packet.linkType.rawValue, interface: reader.packetInterface,
      hasTime: reader.packetHasTime, drops: reader.packetDrops,
      comment: reader.packetComment.map { String(decoding: buffer[$0], as: UTF8.self) })
  }
}

/// Builds files byte by byte, independently of the encoder.
struct FileBuilder {
  var bytes: [UInt8] = []
  var order: ByteOrder = .little

  init(_ order: ByteOrder = .little) {
    self.order = order
  }

  mutating func add(_ value: some FixedWidthInteger) {
    order == .little ? bytes.append(littleEndian: value) : bytes.append(bigEndian: value)
  }

  mutating func pcapHeader(
    magic: UInt32 = 0xa1b2_c3d4, minor: UInt16 = 4, snapshotLength: UInt32 = 65_535,
    linkWord: UInt32 = 1
  ) {
    add(magic)
    add(2 as UInt16)
    add(minor)
    add(0 as UInt64)
    add(snapshotLength)
    add(linkWord)
  }

  mutating func record(
    _ data: [UInt8], seconds: UInt32 = 0, fraction: UInt32 = 0, captured: UInt32? = nil,
    original: UInt32? = nil, extra: [UInt8] = []
  ) {
    add(seconds)
    add(fraction)
    add(captured ?? UInt32(data.count))
    add(original ?? UInt32(data.count))
    bytes += extra + data
  }

  mutating func block(_ type: UInt32, length: UInt32? = nil, _ body: (inout FileBuilder) -> Void) {
    var inner = FileBuilder(order)
    body(&inner)
    while inner.bytes.count % 4 != 0 { inner.bytes.append(0) }
    let length = length ?? UInt32(inner.bytes.count + 12)
    add(type)
    add(length)
    bytes += inner.bytes
    add(length)
  }

  mutating func section(_ order: ByteOrder? = nil, major: UInt16 = 1) {
    if let order { self.order = order }
    block(0x0a0d_0d0a) {
      $0.add(0x1a2b_3c4d as UInt32)
      $0.add(major)
      $0.add(0 as UInt16)
      $0.add(UInt64.max)
    }
  }

  mutating func interface(
    linkType: UInt16 = 1, snapshotLength: UInt32 = 0, options: [(UInt16, [UInt8])] = []
  ) {
    block(1) {
      $0.add(linkType)
      $0.add(0 as UInt16)
      $0.add(snapshotLength)
      $0.options(options)
    }
  }

  mutating func enhanced(
    _ data: [UInt8], interface: UInt32 = 0, units: UInt64 = 0, captured: UInt32? = nil,
    original: UInt32? = nil, options: [(UInt16, [UInt8])] = []
  ) {
    block(6) {
      $0.add(interface)
      $0.add(UInt32(units >> 32))
      $0.add(UInt32(units & 0xffff_ffff))
      $0.add(captured ?? UInt32(data.count))
      $0.add(original ?? UInt32(data.count))
      $0.bytes += data
      while $0.bytes.count % 4 != 0 { $0.bytes.append(0) }
      $0.options(options)
    }
  }

  mutating func statistics(interface: UInt32, _ counters: [(UInt16, UInt64)]) {
    block(5) {
      $0.add(interface)
      $0.add(0 as UInt64)
      for (code, count) in counters {
        $0.add(code)
        $0.add(8 as UInt16)
        $0.add(count)
      }
    }
  }

  mutating func options(_ options: [(UInt16, [UInt8])]) {
    guard !options.isEmpty else { return }
    for (code, value) in options {
      add(code)
      add(UInt16(value.count))
      bytes += value
      while bytes.count % 4 != 0 { bytes.append(0) }
    }
    add(0 as UInt32)
  }

  /// A number's bytes in this file's order.
  func number(_ value: some FixedWidthInteger) -> [UInt8] {
    var inner = FileBuilder(order)
    inner.add(value)
    return inner.bytes
  }
}
