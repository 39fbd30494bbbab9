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
            interfaceNames = reader.interfaceNames.map { String(decoding: $0, as: UTF8.self) }
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
