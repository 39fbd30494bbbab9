/// Conversations whose requests differ in type, parameters, latency and fate.
public enum VariedTraffic {
  private struct Line {
    var time: Int64
    var side: Conversation.Side
    var text: String
  }

  /// - Parameters:
  ///   - requests: how many each conversation has.
  ///   - seed: what the traffic follows from.
  public static func make(
    connections: Int, requests: Int, seed: UInt64
  ) -> ConversationCapture {
    var random = SeededRandom(seed: seed)
    let conversations = (0..<connections).map { index in
      var conversation = Conversation(
        clientPort: UInt16(20_000 + index), serverPort: index % 4 == 3 ? 4081 : 4080,
        isIPv6: index % 3 == 0)
      conversation.advance(nanoseconds: Int64.random(in: 0...300_000_000, using: &random))
      conversation.open()
      let start = conversation.time + 1_000_000
      for line in lines(count: requests, from: start, &random) {
        conversation.time = line.time
        conversation.send(line.side, line.text)
      }
      conversation.advance(milliseconds: 5)
      if index % 5 != 4 { conversation.close() }
      return conversation
    }
    return ConversationCapture(conversations)
  }

  private static func lines(
    count: Int, from start: Int64, _ random: inout SeededRandom
  ) -> [Line] {
    var lines: [Line] = []
    for uuid in 1...count {
      let side: Conversation.Side = Int.random(in: 0..<5, using: &random) == 0 ? .server : .client
      let type =
        ["room.create", "room.join", "stats.get", "peer.leave"].randomElement(
          using: &random) ?? ""
      // Some have no room, some an empty one.
      let room = Int.random(in: 0..<6, using: &random)
      let parameters = room == 0 ? "" : "room: \(room == 1 ? "" : "r\(room)")\r\n"
      let time = start + Int64.random(in: 0...3_000_000_000, using: &random)
      lines.append(
        Line(time: time, side: side, text: "Request \(type)\r\n\(uuid)\r\n\(parameters)\r\n"))
      if Int.random(in: 0..<12, using: &random) == 0 {
        lines.append(
          Line(
            time: time + 1_000, side: side,
            text: "Notification \(type)\r\n\(parameters.isEmpty ? "x: y\r\n" : parameters)\r\n"))
      }
      guard Int.random(in: 0..<12, using: &random) > 0 else { continue }
      // Spread over decades, with a tail beyond every timeout that a test sets.
      let latency =
        Int64.random(in: 50_000...300_000, using: &random)
        << Int64.random(in: 0..<13, using: &random)
      let isError = Int.random(in: 0..<6, using: &random) == 0
      let status = isError ? "ERROR\r\ncode: 40\(room)\r\nreason: no" : "OK"
      lines.append(
        Line(
          time: time + latency, side: side.other,
          text: "Response \(type)\r\n\(uuid) \(status)\r\n\r\n"))
    }
    // Equal times keep their order: a request stands before its answer.
    return lines.enumerated().sorted {
      ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
    }.map(\.element)
  }
}
