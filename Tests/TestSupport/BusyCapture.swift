import Savefile
import Wire

/// A capture with many connections at once, to be cut into several files.
public enum BusyCapture {
  /// Conversations whose requests and answers mix, with answers out of order; each side asks.
  ///
  /// - Parameter connections: how many; each has some twenty packets.
  public static func make(connections: Int, seed: UInt64 = 1) -> ConversationCapture {
    var random = SeededRandom(seed: seed)
    let conversations = (0..<connections).map { index in
      var conversation = Conversation(
        clientPort: UInt16(20_000 + index), isIPv6: index % 3 == 0,
        start: 1_700_000_000 + Int64(index / 8))
      conversation.advance(nanoseconds: Int64.random(in: 0...900_000_000, using: &random))
      conversation.open()
      for uuid in 1...3 {
        conversation.advance(nanoseconds: Int64.random(in: 1_000...300_000_000, using: &random))
        conversation.send(
          uuid == 2 ? .server : .client,
          "Request room.create\r\n\(uuid)\r\nname: r\(index)\r\n\r\n",
          sizes: [Int.random(in: 1...20, using: &random)])
        conversation.advance(nanoseconds: Int64.random(in: 1_000...300_000_000, using: &random))
        conversation.send(
          uuid == 2 ? .client : .server, "Response room.create\r\n\(uuid) OK\r\n\r\n")
      }
      conversation.advance(milliseconds: 1)
      conversation.close()
      return conversation
    }
    return ConversationCapture(conversations)
  }
}

extension ConversationCapture {
  /// Some of its packets as a pcap file.
  public func pcap(packets indices: some Sequence<Int>) -> [UInt8] {
    var file: [UInt8] = []
    SavefileEncoder.appendPcapHeader(linkType: .ethernet, to: &file)
    for index in indices {
      let packet = packets[index]
      unsafe SavefileEncoder.appendPcapRecord(
        packet.bytes.span.bytes, time: CaptureTime(nanoseconds: packet.time),
        originalLength: UInt32(clamping: packet.originalLength), to: &file)
    }
    return file
  }
}
