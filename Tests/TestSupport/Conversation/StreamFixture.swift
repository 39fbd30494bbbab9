import Wire

/// A capture in `Fixtures/generated/streams` that shows one thing that real networks do to TCP, with
/// what must be told of it.
public struct StreamFixture: Sendable, CustomStringConvertible {
  /// A tool that streams are compared with.
  public enum Tool: Sendable { case tshark, tcpflow }

  public let name: String
  /// What the capture is good for.
  public let behaviour: String
  /// What Wireshark calls it, where it has a word.
  public let wireshark: String
  public let capture: ConversationCapture
  public let conversations: [Conversation]
  /// By connection: the two streams, the client's first.
  public let streams: [[StreamTruth]]
  /// Counts that are not zero: of a connection, `client` or `server`, by the record's field.
  public let counts: [[Conversation.Side: [String: Int]]]
  /// How each connection ended.
  public let ended: [String]
  /// Why another tool gives other bytes, for the tools that do.
  public let differences: [Tool: String]

  public var description: String { name }

  /// - Parameters:
  ///   - counts: of each conversation; absent counts are zero.
  ///   - ended: `fin` when nothing is said.
  ///   - gapReason: why bytes are missing that nobody acknowledged.
  init(
    _ name: String, _ behaviour: String, wireshark: String = "", _ conversations: [Conversation],
    counts: [[Conversation.Side: [String: Int]]] = [], ended: [String] = [],
    gapReason: String = "end", snapLength: Int = .max, isSorted: Bool = true,
    differences: [Tool: String] = [:]
  ) {
    self.name = name
    self.behaviour = behaviour
    self.wireshark = wireshark
    self.conversations = conversations
    self.counts = conversations.indices.map { counts.indices.contains($0) ? counts[$0] : [:] }
    self.ended = conversations.indices.map { ended.indices.contains($0) ? ended[$0] : "fin" }
    self.differences = differences
    capture = ConversationCapture(conversations, snapLength: snapLength, isSorted: isSorted)
    streams = conversations.map { conversation in
      let packets = conversation.captured(snapLength: snapLength, isSorted: isSorted)
      return [Conversation.Side.client, .server].map {
        StreamTruth(conversation, $0, packets: packets, gapReason: gapReason)
      }
    }
  }

  /// Lines of JSON: fields that the tool's `connection` and `stream` records must have.
  public var expected: String {
    var lines = ""
    for index in conversations.indices {
      var directions: [String] = []
      for (side, name) in [
        (Conversation.Side.client, "client_to_server"), (.server, "server_to_client"),
      ] {
        let counted = Self.countNames.map { "\"\($0)\":\(counts[index][side]?[$0] ?? 0)" }
        let length = streams[index][side.rawValue].length
        directions.append(
          "\"\(name)\":{\(counted.joined(separator: ",")),\"ledger\":{\"length\":\(length)}}")
      }
      lines +=
        "{\"record\":\"connection\",\"connection\":\(index),\"ended\":\"\(ended[index])\","
        + "\(directions.joined(separator: ","))}\n"
    }
    for (index, pair) in streams.enumerated() {
      for stream in pair where stream.length > 0 {
        let direction = stream.side == .client ? "client-to-server" : "server-to-client"
        let gaps = stream.gaps.map {
          "{\"offset\":\($0.offset),\"length\":\($0.length),\"reason\":\"\($0.reason)\"}"
        }
        lines +=
          "{\"record\":\"stream\",\"connection\":\(index),\"direction\":\"\(direction)\","
          + "\"length\":\(stream.bytes.count)"
          + (gaps.isEmpty ? "" : ",\"gaps\":[\(gaps.joined(separator: ","))]") + "}\n"
      }
    }
    return lines
  }

  /// The counts that are compared; `gaps` is the stream record's to say.
  public static let countNames = [
    "retransmitted_segments", "out_of_order_segments", "duplicate_packets", "overlap_conflicts",
    "zero_windows", "keep_alives", "before_origin", "after_fin", "reset_bytes",
    "spurious_retransmissions", "zero_window_probes", "out_of_window_segments",
    "fragmented_segments",
  ]

  /// All of them.
  public static let all = repeats + losses + lives + oddities
}

extension Conversation {
  /// The port of a side.
  public func port(of side: Side) -> UInt16 { side == .client ? client.port : server.port }

  /// The captured segments in the order of the capture, with the captured length of their payload.
  func captured(
    snapLength: Int, isSorted: Bool
  ) -> [(segment: Segment, payloadLength: Int)] {
    var captured = segments.filter(\.isCaptured)
    if isSorted {
      captured = captured.enumerated()
        .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }
    return captured.map { segment in
      let frames = frames(of: segment)
      let cut = frames.count == 1 ? frames[0].unpaddedLength - snapLength : 0
      return (segment, max(0, segment.payload.count - max(0, cut)))
    }
  }
}
