import Savefile

/// A capture in `Fixtures/generated/trust` that shows one outcome, reason, cause or hint, with what
/// must be told of it. What is expected is written down by hand from the script.
public struct TrustFixture: Sendable, CustomStringConvertible {
  public let name: String
  /// What the capture shows.
  public let behaviour: String
  /// Options that the tool needs to show it.
  public let options: [String]
  /// The capture file.
  public let file: [UInt8]
  /// Lines of JSON: the `transaction` and `diagnostic` records in their order, with the fields that
  /// they must have. Of `fields` those that are not there must be absent.
  public let expected: String
  /// What `transactions -x` must say in words.
  public let words: [String]

  public var description: String { name }

  /// Fields of a transaction that are compared whether they are expected or not.
  public static let fields = [
    "outcome", "unanswered", "quality", "causes", "hints", "latency_ns", "waited_ns", "late",
    "response_type",
  ]

  init(
    _ name: String, _ behaviour: String, options: [String] = [], _ file: [UInt8],
    expected: [String], words: [String] = []
  ) {
    self.name = name
    self.behaviour = behaviour
    self.options = options
    self.file = file
    self.expected = expected.map { "{\($0)}\n" }.joined()
    self.words = words
  }

  init(
    _ name: String, _ behaviour: String, options: [String] = [], _ conversation: Conversation,
    snapLength: Int = .max, isSorted: Bool = true, expected: [String], words: [String] = []
  ) {
    let capture = ConversationCapture(conversation, snapLength: snapLength, isSorted: isSorted)
    self.init(
      name, behaviour, options: options, capture.pcap(), expected: expected, words: words)
  }

  /// All of them.
  public static let all = outcomes + reasons + causes + hints + pairing

  // MARK: What the scripts are made of

  static func request(_ uuid: Int, _ type: String = "room.create", size: Int = 0) -> String {
    "Request \(type)\r\n\(uuid)\r\nname: r\(String(repeating: "x", count: size))\r\n\r\n"
  }

  static func response(
    _ uuid: Int, _ type: String = "room.create", status: String = "OK", size: Int = 0
  ) -> String {
    let body = size == 0 ? "" : "body: \(String(repeating: "x", count: size))\r\n"
    return "Response \(type)\r\n\(uuid) \(status)\r\n\(body)\r\n"
  }

  /// An open connection: 2 ms to the server and back, 20 µs to the client.
  static func open(_ port: UInt16 = 40_000) -> Conversation {
    var conversation = Conversation(clientPort: port)
    conversation.open(roundTrip: 2_000_000)
    conversation.advance(milliseconds: 5)
    return conversation
  }

  /// A transaction; its parts may be troubled by `body`.
  static func exchange(
    _ body: (inout Conversation) -> Void
  ) -> Conversation {
    var conversation = open()
    body(&conversation)
    conversation.advance(milliseconds: 300)
    conversation.close()
    return conversation
  }
}
