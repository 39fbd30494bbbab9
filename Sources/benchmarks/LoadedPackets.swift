import Capture
import Wire

/// The packets of a capture, in memory.
struct LoadedPackets {
  private var packets: [(packet: Packet, bytes: Range<Int>)] = []
  private var storage: [UInt8] = []

  /// Reads a capture.
  init(path: String) throws(BenchmarkError) {
    var packets: [(packet: Packet, bytes: Range<Int>)] = []
    var storage: [UInt8] = []
    try Self.read(path) { packet, bytes in
      let start = storage.count
      unsafe bytes.withUnsafeBytes { unsafe storage.append(contentsOf: $0) }
      packets.append((packet, start..<storage.count))
    }
    self.packets = packets
    self.storage = storage
  }

  func visit(_ body: (Packet, RawSpan) -> Void) {
    let span = unsafe storage.span.bytes
    for (packet, range) in packets { body(packet, span.extracting(range)) }
  }

  /// Reads all records of a file and does nothing with them.
  ///
  /// - Returns: how many there are.
  static func read(_ path: String) throws(BenchmarkError) -> Int {
    var count = 0
    try read(path) { _, _ in count += 1 }
    return count
  }

  private static func read(
    _ path: String, _ body: (Packet, RawSpan) -> Void
  ) throws(BenchmarkError) {
    do throws(CaptureError) {
      let source = try SavefileSource(path: path)
      while try source.readMore() == .bytes {
        _ = try source.forEachBufferedPacket { packet, bytes, _ in
          body(packet, bytes)
          return true
        }
      }
    } catch {
      throw BenchmarkError(error.description)
    }
  }
}
