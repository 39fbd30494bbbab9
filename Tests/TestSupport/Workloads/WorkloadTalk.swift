import Wire

/// What is said in one connection of a workload, and how much of it there is.
struct WorkloadTalk: Sendable {
  var conversation: Conversation
  var random: SeededRandom
  /// Whether segments are captured out of order, sent twice or lost before they are captured.
  var isDisturbed = false
  var requests = 0
  var errors = 0
  var notifications = 0
  private var uuid = 0

  private static let types = [
    "room.create", "room.close", "peer.join", "peer.leave", "stats.get", "transport.connect",
  ]
  private static let keys = ["room", "peer", "codec", "bitrate", "direction", "label"]
  private static let values = ["lobby", "alice", "opus", "1200000", "sendrecv", "camera-front"]
  /// The payload of a full Ethernet frame with timestamps.
  private static let segmentLength = 1_448

  /// - Parameter number: of the connection; gives it its client's address and port.
  init(number: Int, random: SeededRandom) {
    self.random = random
    conversation = Conversation()
    conversation.client = Endpoint(
      address: IPAddress(ipv4: 0x0a00_0001 &+ UInt32(number / 50)),
      port: UInt16(20_000 + number % 50))
  }

  /// How many packets it has so far.
  var packets: Int { conversation.segments.count }

  mutating func pause(milliseconds: ClosedRange<Int64>) {
    let range = milliseconds.lowerBound * 1_000_000...milliseconds.upperBound * 1_000_000
    // Both sides have reacted before the next one speaks.
    conversation.advance(nanoseconds: 50_000 + Int64.random(in: range, using: &random))
  }

  /// A request of the client, and its answer; now and then a notification of the server.
  ///
  /// - Parameters:
  ///   - parameters: lines of the request.
  ///   - answers: lines of the answer.
  mutating func transact(parameters: Int = 3, answers: Int = 2) {
    let request = request(parameters: parameters)
    say(.client, request.text)
    pause(milliseconds: 1...10)
    say(.server, response(to: request, parameters: answers))
    guard requests % 16 == 0 else { return }
    pause(milliseconds: 1...2)
    notifications += 1
    say(.server, "Notification room.changed\r\n\(lines(2))\r\n")
  }

  /// So many requests before the first is answered; the answers come in any order.
  mutating func pipeline(depth: Int, perSegment: Int) {
    var waiting: [(text: String, type: String, uuid: Int)] = []
    for _ in 0..<depth { waiting.append(request(parameters: 3)) }
    for first in stride(from: 0, to: depth, by: perSegment) {
      pause(milliseconds: 0...1)
      let part = waiting[first..<min(first + perSegment, depth)]
      say(.client, part.map(\.text).joined())
    }
    waiting.shuffle(using: &random)
    for first in stride(from: 0, to: depth, by: perSegment) {
      pause(milliseconds: 0...1)
      var text = ""
      for request in waiting[first..<min(first + perSegment, depth)] {
        text += response(to: request, parameters: 2)
      }
      say(.server, text)
    }
  }

  // MARK: Messages

  private mutating func request(parameters: Int) -> (text: String, type: String, uuid: Int) {
    uuid += 1
    requests += 1
    let type = Self.types.randomElement(using: &random) ?? "room.create"
    return ("Request \(type)\r\n\(uuid)\r\n\(lines(parameters))\r\n", type, uuid)
  }

  private mutating func response(
    to request: (text: String, type: String, uuid: Int), parameters: Int
  ) -> String {
    if Int.random(in: 0..<20, using: &random) == 0 {
      errors += 1
      return "Response \(request.type)\r\n\(request.uuid) ERROR\r\ncode: 404\r\n"
        + "reason: No such room\r\n\r\n"
    }
    return "Response \(request.type)\r\n\(request.uuid) OK\r\n\(lines(parameters))\r\n"
  }

  private mutating func lines(_ count: Int) -> String {
    var text = ""
    for index in 0..<count {
      let value = Self.values.randomElement(using: &random) ?? "lobby"
      text += "\(Self.keys[index % Self.keys.count])\(index): \(value) \(value) \(index)\r\n"
    }
    return text
  }

  // MARK: Segments

  private mutating func say(_ side: Conversation.Side, _ text: String) {
    let length = text.utf8.count
    let sizes = Array(repeating: Self.segmentLength, count: length / Self.segmentLength)
    let chance = isDisturbed ? Int.random(in: 0..<100, using: &random) : 100
    switch chance {
    case ..<10 where sizes.isEmpty && length > 1:
      conversation.acknowledgesAtOnce = false
      let parts = conversation.send(side, text, sizes: [length / 2], pause: 5_000)
      conversation.swap(parts[0], parts[1])
      conversation.advance(nanoseconds: 20_000)
      conversation.acknowledge(side.other)
      conversation.acknowledgesAtOnce = true
    case 10..<20:
      let parts = conversation.send(side, text, sizes: sizes, pause: 30_000)
      conversation.advance(milliseconds: 1)
      conversation.sendAgain(segment: parts[0])
    case 20..<22:
      let parts = conversation.send(side, text, sizes: sizes, pause: 30_000, arrives: false)
      conversation.drop(parts[0])
      conversation.advance(milliseconds: 30)
      conversation.sendAgain(segment: parts[0])
    default:
      conversation.send(side, text, sizes: sizes, pause: 30_000)
    }
  }
}
