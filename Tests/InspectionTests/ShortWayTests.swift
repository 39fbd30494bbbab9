import Records
import TestSupport
import Testing
import Wire

@testable import Inspection

/// Segments in packets of their own are taken by shorter ways than those that come in IP fragments:
/// whatever befalls a conversation, both tell the same.
@Suite struct ShortWayTests {
  @Test(arguments: 0..<120)
  func fragmentsTellTheSame(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let conversation = disturbed(&random)
    let isSorted = seed % 5 != 0
    var cut = conversation
    for index in cut.segments.indices { cut.fragment(index, length: 16) }
    let whole = inspect(ConversationCapture(conversation, isSorted: isSorted))
    let pieces = inspect(ConversationCapture(cut, isSorted: isSorted))
    let note: Comment = "seed \(seed)"
    #expect(whole.broken == [] && pieces.broken == [], note)
    #expect(!whole.messages.isEmpty, note)
    expectEqual(whole.messages, pieces.messages, note)
    expectEqual(whole.transactions, pieces.transactions, note)
    expectEqual(whole.diagnostics, pieces.diagnostics, note)
    expectEqual(whole.connections, pieces.connections.map(Self.withoutFragments), note)
  }

  /// Without what is told of fragments.
  private static func withoutFragments(_ record: ConnectionRecord) -> ConnectionRecord {
    var record = record
    record.clientToServer.fragmentedSegments = 0
    record.serverToClient.fragmentedSegments = 0
    return record
  }

  private func expectEqual<Record>(_ whole: [Record], _ pieces: [Record], _ note: Comment) {
    #expect(whole.count == pieces.count, note)
    for (a, b) in zip(whole, pieces) { #expect("\(a)" == "\(b)", note) }
  }

  /// Inspects a capture. All fragments of a datagram have the number that its packet would have.
  private func inspect(_ capture: ConversationCapture) -> CollectingSink {
    let sink = CollectingSink()
    let inspector = Inspector(configuration: InspectionConfiguration(), sink: sink)
    var number: UInt64 = 1
    for packet in capture.packets {
      unsafe inspector.inspect(
        Packet(
          number: number, time: CaptureTime(nanoseconds: packet.time),
          originalLength: UInt32(packet.originalLength), linkType: LinkType(rawValue: 1)),
        bytes: packet.bytes.span.bytes)
      sink.broken += inspector.brokenInvariants().map { "packet \(number): \($0)" }
      let moreFragments = packet.bytes[20] & 0x20 != 0
      if !moreFragments { number += 1 }
    }
    inspector.finish()
    return sink
  }

  /// A conversation to which everything happens that can: losses on the way and in the capture, other
  /// orders, repeats, keep-alives, closed windows, long pauses.
  private func disturbed(_ random: inout SeededRandom) -> Conversation {
    var conversation = Conversation(
      clientInitial: .random(in: .max - 2_000 ... .max, using: &random),
      serverInitial: .random(in: .min ... .max, using: &random))
    conversation.acknowledgesAtOnce = Bool.random(using: &random)
    conversation.open(roundTrip: .random(in: 10_000...5_000_000, using: &random))
    for number in 1...20 {
      let side: Conversation.Side = Bool.random(using: &random) ? .client : .server
      let sizes = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        Int.random(in: 1...12, using: &random)
      }
      let text =
        Bool.random(using: &random)
        ? "Request room.create\r\n\(number)\r\nname: r\(number)\r\n\r\n"
        : "Response room.create\r\n\(Int.random(in: 1...number, using: &random)) OK\r\n\r\n"
      conversation.send(
        side, text, sizes: sizes, pause: .random(in: 0...3_000_000, using: &random))
      conversation.advance(nanoseconds: .random(in: 1_000...4_000_000, using: &random))
      if Int.random(in: 0..<8, using: &random) == 0 { conversation.advance(milliseconds: 150) }
      disturb(&conversation, side, &random)
    }
    if Int.random(in: 0..<3, using: &random) > 0 {
      conversation.close()
    } else {
      conversation.reset(.server)
    }
    for index in conversation.segments.indices.dropFirst(2) {
      if Int.random(in: 0..<12, using: &random) == 0 { conversation.drop(index) }
      if Int.random(in: 0..<8, using: &random) == 0 {
        let last = conversation.segments.count - 1
        conversation.swap(index, min(last, index + Int.random(in: 1...6, using: &random)))
      }
    }
    if Int.random(in: 0..<4, using: &random) == 0 {
      conversation.drop(before: Int.random(in: 0..<8, using: &random))
    }
    return marked(conversation, &random)
  }

  private func disturb(
    _ conversation: inout Conversation, _ side: Conversation.Side, _ random: inout SeededRandom
  ) {
    let sent = conversation.stream(of: side).count
    switch Int.random(in: 0..<10, using: &random) {
    case 0...2:
      conversation.acknowledge(side.other)
    case 3:
      let start = Int.random(in: 0..<sent, using: &random)
      let end = Int.random(in: start + 1...min(sent, start + 60), using: &random)
      conversation.sendAgain(side, start..<end)
    case 4:
      conversation.keepAlive(side, byte: Bool.random(using: &random) ? 0 : nil)
    case 5:
      conversation.setWindow(side.other, to: 0)
      conversation.advance(milliseconds: 1)
      conversation.setWindow(side.other, to: 0xffff)
    default:
      break
    }
  }

  /// Makes each segment one of a kind, so that none passes for another one that the capture shows
  /// twice: in fragments the identification does not tell them apart.
  private func marked(
    _ conversation: Conversation, _ random: inout SeededRandom
  ) -> Conversation {
    var conversation = conversation
    for index in conversation.segments.indices {
      conversation.edit(index) { segment in
        if segment.window == 0 || Int.random(in: 0..<6, using: &random) == 0 {
          segment.selectiveAcknowledgments = [(UInt32(index), UInt32(index + 1))]
        }
        if segment.window != 0 { segment.window = UInt16(1_000 + index) }
        if Int.random(in: 0..<20, using: &random) == 0 { segment.time -= 200_000_000 }
      }
    }
    return conversation
  }
}
