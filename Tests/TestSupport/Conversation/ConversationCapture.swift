import Wire

/// The capture of some conversations: their packets in the order of the capture, and what is true of
/// each conversation in it.
public struct ConversationCapture: Sendable {
  /// A packet with an Ethernet header.
  public struct Packet: Sendable {
    /// Nanoseconds since the epoch.
    public var time: Int64
    /// What was captured of it.
    public var bytes: [UInt8]
    public var originalLength: Int
  }

  public private(set) var packets: [Packet] = []
  /// One for each conversation, in their order.
  public let truths: [ConversationTruth]

  /// A capture of conversations, merged by time.
  ///
  /// - Parameters:
  ///   - snapLength: how much of each packet is captured.
  ///   - isSorted: false to keep the segments of a single conversation in their order, whatever their
  ///     times.
  public init(_ conversations: [Conversation], snapLength: Int = .max, isSorted: Bool = true) {
    struct Entry {
      var conversation: Int
      var segment: Conversation.Segment
    }
    var entries: [Entry] = []
    for (index, conversation) in conversations.enumerated() {
      entries += conversation.segments.filter(\.isCaptured).map {
        Entry(conversation: index, segment: $0)
      }
    }
    if isSorted {
      entries = entries.enumerated()
        .sorted { ($0.element.segment.time, $0.offset) < ($1.element.segment.time, $1.offset) }
        .map(\.element)
    }
    var captured = conversations.map { _ in
      [(segment: Conversation.Segment, number: Int, payloadLength: Int)]()
    }
    for entry in entries {
      let segment = entry.segment
      let conversation = conversations[entry.conversation]
      let frames = conversation.frames(of: segment)
      for frame in frames {
        packets.append(
          Packet(
            time: segment.time, bytes: Array(frame.bytes.prefix(snapLength)),
            originalLength: frame.bytes.count))
      }
      // The last fragment completes a datagram: its packet counts for the whole.
      let cut = frames.count == 1 ? frames[0].unpaddedLength - snapLength : 0
      captured[entry.conversation].append(
        (segment, packets.count, max(0, segment.payload.count - max(0, cut))))
    }
    truths = zip(conversations, captured).map { ConversationTruth($0, packets: $1) }
  }

  /// A capture of one conversation.
  public init(_ conversation: Conversation, snapLength: Int = .max, isSorted: Bool = true) {
    self.init([conversation], snapLength: snapLength, isSorted: isSorted)
  }

  /// What is true of the first conversation.
  public var truth: ConversationTruth { truths[0] }
}

extension Conversation {
  /// The frames that carry a segment: one, or one for each IP fragment.
  func frames(of segment: Segment) -> [(bytes: [UInt8], unpaddedLength: Int)] {
    datagrams(of: segment).map { datagram in
      let bytes = PacketBuilder.ethernet(datagram, vlans: vlans)
      return (bytes, 14 + 4 * vlans.count + datagram.count)
    }
  }

  /// The IP datagrams that carry a segment.
  func datagrams(of segment: Segment) -> [[UInt8]] {
    var builder = PacketBuilder(
      from: segment.side == .client ? client : server,
      to: segment.side == .client ? server : client,
      sequenceNumber: segment.sequenceNumber,
      acknowledgmentNumber: segment.acknowledgmentNumber, flags: segment.flags,
      payload: segment.payload)
    builder.window = segment.window
    builder.urgentPointer = segment.urgentPointer
    builder.timeToLive = segment.timeToLive
    builder.identification = UInt32(segment.identification)
    if let scale = segment.windowScale {
      // Maximum segment size 1460, window scale.
      builder.options += [2, 4, 0x05, 0xb4, 1, 3, 3, scale]
    }
    if !segment.selectiveAcknowledgments.isEmpty {
      builder.options += [1, 1, 5, UInt8(2 + 8 * segment.selectiveAcknowledgments.count)]
      for block in segment.selectiveAcknowledgments {
        builder.options.append(bigEndian: block.left)
        builder.options.append(bigEndian: block.right)
      }
    }
    if let length = segment.fragmentLength { return builder.fragments(ofSize: length) }
    var datagram = builder.datagram()
    if segment.leavesLength {
      datagram.replaceSubrange(2..<4, with: [0, 0])
      datagram.replaceSubrange(10..<12, with: [0, 0])
      let checksum = PacketBuilder.checksum(Array(datagram.prefix(20)))
      datagram.replaceSubrange(10..<12, with: [UInt8(checksum >> 8), UInt8(checksum & 0xff)])
    }
    return [datagram]
  }
}
