import Records
import Streams
import TestSupport
import Testing
import Wire

@testable import Inspection

/// An inspector that is shown what comes, or anything else, tells what it tells without.
@Suite struct ForesightTests {
  /// Enough connections at once for it to be worth while.
  private static let capture = {
    var random = SeededRandom(seed: 9)
    return ConversationCapture(
      (0..<2_400).map { index in
        var conversation = Conversation(
          clientPort: UInt16(20_000 + index), isIPv6: index % 5 == 0, start: 1_700_000_000)
        conversation.advance(nanoseconds: .random(in: 0...900_000_000, using: &random))
        conversation.open()
        for uuid in 1...2 {
          conversation.advance(nanoseconds: .random(in: 1_000...900_000_000, using: &random))
          conversation.send(.client, "Request room.create\r\n\(uuid)\r\n\r\n")
          conversation.advance(nanoseconds: .random(in: 1_000...900_000_000, using: &random))
          conversation.send(.server, "Response room.create\r\n\(uuid) OK\r\n\r\n")
        }
        return conversation
      })
  }()

  @Test func changesNothing() {
    let plain = inspect { _, _, _ in }
    #expect(plain.transactions.count == 2 * 2_400)
    let shown = inspect { inspector, packets, index in
      guard index + 1 < packets.count else { return }
      let bytes = packets[index + 1].bytes
      unsafe inspector.foresee(bytes.span.bytes, linkType: .ethernet)
    }
    #expect("\(shown.transactions)" == "\(plain.transactions)")
    #expect("\(shown.connections)" == "\(plain.connections)")
    var random = SeededRandom(seed: 5)
    let misled = inspect { inspector, packets, _ in
      let packet = packets[Int.random(in: 0..<packets.count, using: &random)].bytes
      let length = Int.random(in: 0...packet.count, using: &random)
      unsafe inspector.foresee(
        packet.span.bytes.extracting(0..<length),
        linkType: Bool.random(using: &random) ? .ethernet : .linuxSLL2)
    }
    #expect("\(misled.transactions)" == "\(plain.transactions)")
    #expect("\(misled.connections)" == "\(plain.connections)")
  }

  /// What is asked for is what is going to be needed.
  @Test func isOfTheRightConnection() {
    let sink = CollectingSink()
    let inspector = Inspector(configuration: InspectionConfiguration(), sink: sink)
    let packets = Self.capture.packets.prefix(8_000)
    feed(packets, to: inspector) { _, _ in }
    var found = Set<UInt32>()
    for packet in packets where packet.bytes[12] == 0x08 {
      let bytes = packet.bytes
      var frame = DecodedFrame()
      _ = unsafe FrameDecoder.decode(bytes.span.bytes, linkType: .ethernet, into: &frame)
      // A SYN has options that no plain segment has, and is looked up the general way.
      guard !frame.flags.contains(.syn) else { continue }
      _ = unsafe inspector.core.reassembler.foresee(bytes.span.bytes, linkType: .ethernet)
      let slot = inspector.core.reassembler.foresee(RawSpan(), linkType: .ethernet)
      let expected = inspector.core.reassembler.connection(of: frame)
      #expect(slot != nil && slot == expected)
      if let slot { found.insert(slot) }
    }
    #expect(found.count > 1_000)
  }

  private func inspect(
    _ foresee: (Inspector, [ConversationCapture.Packet], Int) -> Void
  ) -> CollectingSink {
    let packets = Self.capture.packets
    let sink = CollectingSink()
    let inspector = Inspector(configuration: InspectionConfiguration(), sink: sink)
    feed(packets[...], to: inspector) { foresee($0, packets, $1) }
    #expect(inspector.profitsFromForesight, "too few connections at once")
    inspector.finish()
    return sink
  }

  private func feed(
    _ packets: ArraySlice<ConversationCapture.Packet>, to inspector: Inspector,
    before: (Inspector, Int) -> Void
  ) {
    for (index, packet) in packets.enumerated() {
      before(inspector, index)
      unsafe inspector.inspect(
        Packet(
          number: UInt64(index + 1), time: CaptureTime(nanoseconds: packet.time),
          originalLength: UInt32(packet.originalLength), linkType: .ethernet),
        bytes: packet.bytes.span.bytes)
    }
  }
}
