import ControlProtocol
import Storage
import Streams
import Wire

/// Segments → bytes in order, and bytes in order → messages.
struct StreamStage {
  /// All that was delivered, and which stream each piece is of.
  private var bytes: [UInt8] = []
  private var chunks: [(stream: Int, range: Range<Int>)] = []
  private var streams = 0

  /// Reassembles once and keeps what is in order.
  init(_ packets: LoadedPackets, _ frames: [DecodedFrame]) {
    var bytes: [UInt8] = []
    var chunks: [(stream: Int, range: Range<Int>)] = []
    Self.reassemble(packets, frames) { stream, chunk in
      let start = bytes.count
      unsafe chunk.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
      chunks.append((stream, start..<bytes.count))
    }
    streams = chunks.reduce(0) { max($0, $1.stream + 1) }
    self.bytes = bytes
    self.chunks = chunks
  }

  /// The bytes that are in order.
  var length: Int { bytes.count }

  /// Reassembles all and keeps nothing.
  ///
  /// - Returns: how many bytes are in order.
  func reassembleAgain(_ packets: LoadedPackets, _ frames: [DecodedFrame]) -> Int {
    var length = 0
    Self.reassemble(packets, frames) { _, chunk in length += chunk.byteCount }
    return length
  }

  /// Parses all that was delivered.
  ///
  /// - Returns: how many messages there are.
  func parse() -> Int {
    var parser = MessageParser(configuration: ParserConfiguration())
    var states = [StreamParser](
      repeating: StreamParser(joinedMidstream: false, detecting: false), count: streams)
    var messages = 0
    let span = unsafe bytes.span.bytes
    for (stream, range) in chunks {
      let chunk = span.extracting(range)
      var position = 0
      repeat {
        guard
          let event = parser.next(
            in: chunk, at: &position, mark: ArrivalMark(), of: &states[stream])
        else { break }
        if event == .message { messages += 1 }
      } while position < chunk.byteCount || states[stream].mayTell
    }
    return messages
  }

  private static func reassemble(
    _ packets: LoadedPackets, _ frames: [DecodedFrame], _ deliver: (Int, RawSpan) -> Void
  ) {
    var reassembler = Reassembler(limits: StreamLimits(), seed: 1, hidesPackets: false)
    var index = 0
    packets.visit { packet, bytes in
      var frame = frames[index]
      index += 1
      let time = packet.time.nanoseconds
      expire(&reassembler, at: time)
      let step = reassembler.takePlain(bytes, linkType: packet.linkType, time: time)
      if step.isTaken {
        let stream = Int(reassembler.connections[step.slot].number) * 2 + step.side
        deliver(stream, step.payload(in: bytes))
        return
      }
      guard let place = step.place ?? place(of: frame, packet, &reassembler) else { return }
      let (slot, side) = (place.slot, place.side)
      let outcome =
        step.place != nil
        ? reassembler.take(&frame, packet: packet, bytes: bytes, after: step)
        : reassembler.take(&frame, packet: packet, bytes: bytes, at: place)
      let stream = Int(reassembler.connections[slot].number) * 2 + side
      if !outcome.deliver.isEmpty {
        let start = frame.payloadOffset + outcome.deliver.lowerBound
        deliver(stream, bytes.extracting(start..<start + outcome.deliver.count))
      }
      _ = reassembler.takeConflict(slot, side)
      if outcome.mayUnblock {
        while let ready = reassembler.nextReady(slot, side) { deliver(stream, ready.bytes) }
      }
      if outcome.isReset {
        reassembler.close(slot, as: .reset, at: packet.time.nanoseconds)
      } else if reassembler.connections[slot].streams[0].isFinished,
        reassembler.connections[slot].streams[1].isFinished
      {
        reassembler.close(slot, as: .closed, at: packet.time.nanoseconds)
      }
    }
  }

  private static func place(
    of frame: DecodedFrame, _ packet: Packet, _ reassembler: inout Reassembler
  ) -> Reassembler.Place? {
    while true {
      switch reassembler.admit(frame, packet: packet) {
      case .known(let place), .new(let place): return place
      case .replaces(let slot), .full(let slot): reassembler.remove(slot)
      case .ignored: return nil
      }
    }
  }

  private static func expire(_ reassembler: inout Reassembler, at time: Int64) {
    while reassembler.nextDeadline <= time {
      switch reassembler.popExpired(notAfter: time) {
      case .hole(let slot, let side, let end, let reason):
        _ = reassembler.declareGap(slot, side, to: end, as: reason)
      case .halfOpen(let slot), .lingered(let slot): reassembler.remove(slot)
      case nil: break
      }
    }
  }
}
