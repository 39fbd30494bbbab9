/// What a perfect observer of a capture knows of a conversation in it: found by brute force, byte by
/// byte, from the segments that were captured and the streams that the script wrote.
///
/// Source: `semantics.md` sections 2 and 4.
public struct ConversationTruth: Sendable {
  /// A message of the script, as the capture shows it.
  public struct Message: Sendable {
    public var side: Conversation.Side
    public var message: TrafficMessage
    /// Where it lies in its stream, from the first byte after the SYN.
    public var offset: Int
    public var length: Int
    /// When the first packet that carries its first byte was captured; absent when none was.
    public var firstSent: Int64?
    /// When its last byte and all captured ones before it had been captured.
    public var delivered: Int64?
    /// The 1-based numbers of the packets that carry its first and its last byte first.
    public var firstPacket: Int?
    public var lastPacket: Int?
    /// Whether every byte of it was captured.
    public var isWhole: Bool
  }

  /// A request with the response of the same uuid in the other stream.
  public struct Transaction: Sendable {
    public var request: Message
    public var response: Message?

    /// Absent when it was not answered, or when the capture lacks what it is measured from.
    public var latency: Int64? {
      guard let delivered = request.delivered, let sent = response?.firstSent else { return nil }
      return max(0, sent - delivered)
    }

    /// From the request's first byte to when it was delivered.
    public var requestTransfer: Int64? {
      guard let sent = request.firstSent, let delivered = request.delivered else { return nil }
      return delivered - sent
    }

    /// From the response's first byte, or from the request's delivery if that came later, to when the
    /// response was delivered.
    public var responseTransfer: Int64? {
      guard let delivered = response?.delivered, let sent = response?.firstSent,
        let asked = request.delivered
      else { return nil }
      return delivered - max(sent, asked)
    }

    /// `ok`, `error`, `unknown-status` or `unanswered`.
    public var outcome: String {
      switch response?.message.status {
      case nil: "unanswered"
      case "OK": "ok"
      case "ERROR": "error"
      default: "unknown-status"
      }
    }
  }

  /// All strict messages of both streams, by side, then by offset.
  public let messages: [Message]
  /// All requests, in the same order.
  public let transactions: [Transaction]

  /// - Parameter packets: the number in the capture, the time and the captured payload length of each
  ///   captured segment, in the order of the capture.
  init(
    _ conversation: Conversation,
    packets: [(segment: Conversation.Segment, number: Int, payloadLength: Int)]
  ) {
    var messages: [Message] = []
    for side in [Conversation.Side.client, .server] {
      let stream = conversation.stream(of: side)
      var arrivals = [(time: Int64, number: Int)?](repeating: nil, count: stream.count)
      for packet in packets where packet.segment.side == side {
        guard let offset = packet.segment.offset else { continue }
        for byte in offset..<min(offset + packet.payloadLength, stream.count)
        where arrivals[byte] == nil {
          arrivals[byte] = (packet.segment.time, packet.number)
        }
      }
      var delivered = Int64.min
      let deliveries = arrivals.map { arrival in
        delivered = max(delivered, arrival?.time ?? .min)
        return delivered
      }
      for (message, offset) in Self.messages(in: stream) {
        let length = message.text.utf8.count
        let last = offset + length - 1
        messages.append(
          Message(
            side: side, message: message, offset: offset, length: length,
            firstSent: arrivals[offset]?.time,
            delivered: arrivals[last] == nil ? nil : deliveries[last],
            firstPacket: arrivals[offset]?.number, lastPacket: arrivals[last]?.number,
            isWhole: arrivals[offset...last].allSatisfy { $0 != nil }))
      }
    }
    self.messages = messages
    transactions = Self.pair(messages)
  }

  /// Cuts a stream at the empty lines; what is no strict message is left out.
  private static func messages(in stream: [UInt8]) -> [(TrafficMessage, Int)] {
    var found: [(TrafficMessage, Int)] = []
    var begin = 0
    let end = Array("\r\n\r\n".utf8)
    for index in stream.indices where index >= 3 && index - 3 >= begin {
      guard stream[index - 3...index].elementsEqual(end) else { continue }
      if let text = String(validating: stream[begin...index], as: UTF8.self),
        let message = TrafficMessage(text: text)
      {
        found.append((message, begin))
      }
      begin = index + 1
    }
    return found
  }

  private static func pair(_ messages: [Message]) -> [Transaction] {
    struct Key: Hashable {
      var side: Conversation.Side
      var uuid: Int
    }
    var responses: [Key: [Message]] = [:]
    for message in messages where message.message.kind == .response {
      guard let uuid = message.message.uuid else { continue }
      responses[Key(side: message.side.other, uuid: uuid), default: []].append(message)
    }
    return messages.compactMap { message in
      guard message.message.kind == .request, let uuid = message.message.uuid else { return nil }
      let key = Key(side: message.side, uuid: uuid)
      let response = responses[key]?.first
      if response != nil { responses[key]?.removeFirst() }
      return Transaction(request: message, response: response)
    }
  }
}
