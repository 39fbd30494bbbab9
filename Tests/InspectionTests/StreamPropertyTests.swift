import ControlProtocol
import Records
import TestSupport
import Testing
import Wire

@testable import Inspection

/// What holds of streams whatever befalls them.
@Suite struct StreamPropertyTests {
  static let captures: [(name: String, capture: ConversationCapture)] =
    StreamFixture.all.map { ($0.name, $0.capture) }
    + GeneratedFixture.all.map { ($0.name, $0.capture) }

  /// Inspects packets; nothing may be broken at the end, and every byte is accounted for.
  @discardableResult
  private func inspect(
    _ packets: [(time: Int64, bytes: ArraySlice<UInt8>)], linkType: UInt16 = 1,
    checksEach: Bool = false, _ note: Comment
  ) -> CollectingSink {
    let sink = CollectingSink()
    let inspector = Inspector(configuration: InspectionConfiguration(), sink: sink)
    var broken: [String] = []
    for (index, packet) in packets.enumerated() {
      let bytes = Array(packet.bytes)
      unsafe inspector.inspect(
        Packet(
          number: UInt64(index + 1), time: CaptureTime(nanoseconds: packet.time),
          originalLength: UInt32(bytes.count), linkType: LinkType(rawValue: linkType)),
        bytes: bytes.span.bytes)
      if checksEach { broken += inspector.brokenInvariants() }
    }
    if !checksEach { broken = inspector.brokenInvariants() }
    inspector.finish()
    #expect(broken == [], note)
    for connection in sink.connections {
      for ledger in [connection.clientToServer.ledger, connection.serverToClient.ledger] {
        #expect(ledger.isBalanced, note)
        #expect(ledger.pending == 0, note)
      }
    }
    return sink
  }

  private func packets(
    of capture: ConversationCapture
  ) -> [(time: Int64, bytes: ArraySlice<UInt8>)] {
    capture.packets.map { ($0.time, $0.bytes[...]) }
  }

  @Test(arguments: captures.indices)
  func anyCutIsSurvived(index: Int) {
    let (name, capture) = Self.captures[index]
    let packets = packets(of: capture)
    for last in packets.indices {
      for cut in packets[last].bytes.indices {
        var some = Array(packets[...last])
        some[last].bytes = some[last].bytes.prefix(cut)
        inspect(some, "\(name): packet \(last + 1) cut at \(cut)")
      }
    }
  }

  @Test(arguments: captures.indices)
  func anySnapshotLengthIsSurvived(index: Int) {
    let (name, capture) = Self.captures[index]
    for length in 14..<150 {
      let some = packets(of: capture).map { ($0.time, $0.bytes.prefix(length)) }
      inspect(some, checksEach: true, "\(name): snapshot length \(length)")
    }
  }

  @Test(arguments: captures.indices)
  func anyPacketMayBeMissing(index: Int) {
    let (name, capture) = Self.captures[index]
    let packets = packets(of: capture)
    for missing in packets.indices {
      var some = packets
      some.remove(at: missing)
      inspect(some, checksEach: true, "\(name) without packet \(missing + 1)")
    }
  }

  static let recordings =
    [
      "both-ask-equal-uuids", "early-end", "errors", "half-close", "ipv6", "late-start",
      "lossy-link", "many-segments", "notifications", "pipelined-out-of-order", "port-reuse",
      "reset", "slow-link-slow-server", "spoiled-link", "stall", "superseded", "unanswered",
      "zero-window",
    ].flatMap { ["recorded/\($0)-client", "recorded/\($0)-server"] }
    + [
      "cooked-any-sll2", "each-type-sequential", "hello-single", "ipv6", "midstream-start",
      "pipelined-6-in-one-segment", "reject-lf-only", "split-anywhere",
    ].map { "mediasoup/\($0)" }

  /// Recordings without any one of their packets, and cut behind each; the small ones at every byte.
  @Test(arguments: recordings)
  func recordingsAreSurvivedInPieces(name: String) throws {
    let file = FixtureFile.packets(of: "\(name).pcap")
    let linkType = try #require(file.first?.linkType)
    let packets = file.map { (time: $0.time, bytes: $0.bytes[...]) }
    let isSmall = file.reduce(0) { $0 + $1.bytes.count } <= 2_500
    for index in packets.indices {
      var some = packets
      some.remove(at: index)
      inspect(some, linkType: linkType, "\(name) without packet \(index + 1)")
      some = Array(packets[...index])
      for cut in isSmall ? Array(packets[index].bytes.indices) : [] {
        some[index].bytes = packets[index].bytes.prefix(cut)
        inspect(some, linkType: linkType, "\(name): packet \(index + 1) cut at \(cut)")
      }
      some[index] = packets[index]
      inspect(some, linkType: linkType, "\(name) ends behind packet \(index + 1)")
    }
  }

  /// Any order and any bytes: nothing traps, and every byte is accounted for.
  @Test(arguments: 0..<60)
  func anythingIsSurvived(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var some = (0..<3).flatMap { _ in
      packets(of: Self.captures[Int.random(in: Self.captures.indices, using: &random)].capture)
    }
    for _ in 0..<some.count / 2 {
      some.append(some[Int.random(in: some.indices, using: &random)])
    }
    some.shuffle(using: &random)
    for index in some.indices where Int.random(in: 0..<3, using: &random) == 0 {
      var bytes = Array(some[index].bytes)
      guard bytes.count > 14 else { continue }
      let place = Int.random(in: 14..<bytes.count, using: &random)
      bytes[place] = UInt8.random(in: .min ... .max, using: &random)
      some[index].bytes = bytes[...]
      some[index].time =
        some[index].time &+ Int64.random(in: -3_000_000_000...3_000_000_000, using: &random)
    }
    inspect(some, checksEach: true, "seed \(seed)")
  }

  /// Times at the ends of what they can be end every wait, and hang nothing.
  @Test func anyTimeIsSurvived() {
    let packets = packets(of: Self.captures[0].capture)
    let times: [Int64] = [.max, .min, 0, .max - 1, .min + 1, .max, 1, .max]
    let some = packets.enumerated().map { (times[$0.offset % times.count], $0.element.bytes) }
    inspect(some, checksEach: true, "extreme times")
  }

  /// So do times at the ends in the middle of messages, and no time between them is negative.
  @Test(arguments: 0..<100)
  func anyTimeInAMessageIsSurvived(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var conversation = Conversation()
    conversation.open()
    for uuid in 1...4 {
      conversation.send(.client, "Request a.b\r\n\(uuid)\r\nkey: value\r\n\r\n", sizes: [9, 9])
      conversation.send(.server, "Response a.b\r\n\(uuid) OK\r\nkey: value\r\n\r\n", sizes: [9, 9])
    }
    conversation.close()
    let some = packets(of: ConversationCapture(conversation)).map { packet in
      let end: Int64 = [.min, .max, 0].randomElement(using: &random) ?? 0
      let step = Int64.random(in: 0..<3, using: &random) * 1_000_000_000
      return (time: end == .max ? end - step : end + step, bytes: packet.bytes)
    }
    for record in inspect(some, "seed \(seed)").transactions.map(\.record) {
      let spans = [
        record.latency, record.duration, record.requestTransfer, record.responseTransfer,
        record.waited, record.acknowledged, record.network, record.server,
      ]
      #expect(spans.allSatisfy { $0 ?? 0 >= 0 }, "seed \(seed): \(spans)")
    }
  }

  /// Segments of any size in any order, any of them twice, give the messages that the script wrote.
  @Test(arguments: 0..<60)
  func anyOrderGivesTheSameMessages(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var conversation = script(&random)
    let data = conversation.segments.indices.filter { conversation.segments[$0].offset != nil }
    for _ in data {
      guard let a = data.randomElement(using: &random), let b = data.randomElement(using: &random)
      else { continue }
      if conversation.segments[a].side == conversation.segments[b].side { conversation.swap(a, b) }
    }
    for index in data.reversed() where Int.random(in: 0..<4, using: &random) == 0 {
      conversation.duplicate(index, after: 1_000, hops: Bool.random(using: &random) ? 2 : 0)
    }
    let capture = ConversationCapture(conversation)
    let sink = inspect(packets(of: capture), checksEach: true, "seed \(seed)")
    expectMessages(of: capture.truth, in: sink, wholeOnly: false, "seed \(seed)")
    #expect(sink.transactions.count == capture.truth.transactions.count, "seed \(seed)")
    #expect(sink.transactions.allSatisfy { $0.record.outcome == .ok }, "seed \(seed)")
    #expect(sink.diagnostics.isEmpty, "seed \(seed)")
  }

  /// Lost segments take with them the messages that they carried bytes of, and no other; the ledger
  /// says how much is missing.
  @Test(arguments: 0..<60)
  func anyLossLosesNoMore(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var conversation = script(&random)
    for index in conversation.segments.indices
    where conversation.segments[index].offset != nil && Int.random(in: 0..<5, using: &random) == 0 {
      conversation.drop(index)
    }
    let capture = ConversationCapture(conversation)
    let sink = inspect(packets(of: capture), checksEach: true, "seed \(seed)")
    expectMessages(of: capture.truth, in: sink, wholeOnly: true, "seed \(seed)")
    let captured = conversation.segments.filter(\.isCaptured).map { ($0, $0.payload.count) }
    for (side, counts) in [
      (Conversation.Side.client, sink.connections.first?.clientToServer),
      (.server, sink.connections.first?.serverToClient),
    ] {
      let truth = StreamTruth(
        conversation, side, packets: captured.map { (segment: $0.0, payloadLength: $0.1) })
      let missing = truth.gaps.reduce(0) { $0 + $1.length }
      #expect(counts.map { Int($0.ledger.missing) } == missing, "seed \(seed)")
      #expect(counts.map { Int($0.ledger.length) } == truth.length, "seed \(seed)")
    }
  }

  /// Requests of both sides with their answers, in bursts that are acknowledged at their end.
  private func script(_ random: inout SeededRandom) -> Conversation {
    var conversation = Conversation(
      clientInitial: .random(in: .min ... .max, using: &random),
      serverInitial: .random(in: .min ... .max, using: &random))
    conversation.acknowledgesAtOnce = false
    conversation.open()
    conversation.advance(milliseconds: 1)
    func sizes(_ random: inout SeededRandom) -> [Int] {
      (0..<12).map { _ in Int.random(in: 1...30, using: &random) }
    }
    for side in [Conversation.Side.client, .server] {
      let asked = (1...6).map { "Request room.create\r\n\($0)\r\nname: r\($0)\r\n\r\n" }.joined()
      conversation.send(side, asked, sizes: sizes(&random), pause: 100_000)
    }
    for side in [Conversation.Side.client, .server] {
      let told = (1...6).map { "Response room.create\r\n\($0) OK\r\n\r\n" }.joined()
      conversation.send(side, told, sizes: sizes(&random), pause: 100_000)
    }
    conversation.advance(milliseconds: 1)
    conversation.acknowledge(.client)
    conversation.acknowledge(.server)
    conversation.advance(milliseconds: 500)
    conversation.close()
    return conversation
  }

  private func expectMessages(
    of truth: ConversationTruth, in sink: CollectingSink, wholeOnly: Bool, _ note: Comment
  ) {
    for message in truth.messages where message.isWhole || !wholeOnly {
      let direction: Direction = message.side == .client ? .clientToServer : .serverToClient
      let found = sink.messages.filter {
        $0.record.direction == direction && Int($0.record.offset) == message.offset
      }
      #expect(found.count == 1, "offset \(message.offset); \(note)")
      guard let record = found.first?.record else { continue }
      #expect(record.isComplete, "offset \(message.offset); \(note)")
      #expect(Int(record.length) == message.length, note)
      #expect(record.start.nanoseconds == message.firstSent, note)
      #expect(record.end.nanoseconds == message.delivered, note)
    }
    if !wholeOnly { #expect(sink.messages.count == truth.messages.count, note) }
  }
}
