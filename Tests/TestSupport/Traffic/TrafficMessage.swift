/// A strict ControlProtocol message as the traffic tool writes and reads it, on purpose without
/// anything of the parser under test.
public struct TrafficMessage: Sendable {
  public enum Kind: String, Sendable {
    case request = "Request"
    case response = "Response"
    case notification = "Notification"
  }

  public struct Parameter: Sendable {
    public var key: String
    public var value: String

    public init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  public var kind: Kind
  public var type: String
  /// Absent in a Notification.
  public var uuid: Int?
  /// Present in a Response.
  public var status: String?
  public var parameters: [Parameter]

  public init(
    kind: Kind, type: String, uuid: Int? = nil, status: String? = nil, parameters: [Parameter] = []
  ) {
    self.kind = kind
    self.type = type
    self.uuid = uuid
    self.status = status
    self.parameters = parameters
  }

  /// Reads one whole message; nil when it does not follow the grammar.
  public init?(text: String) {
    var lines = text.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count >= 3, lines.removeLast().isEmpty, lines.removeLast().isEmpty else {
      return nil
    }
    let start = lines.removeFirst().split(separator: " ", maxSplits: 1).map(String.init)
    guard start.count == 2, let kind = Kind(rawValue: start[0]) else { return nil }
    self.init(kind: kind, type: start[1])
    if kind != .notification {
      guard !lines.isEmpty else { return nil }
      let second = lines.removeFirst().split(separator: " ").map(String.init)
      guard second.count == (kind == .request ? 1 : 2), let uuid = Int(second[0]) else {
        return nil
      }
      self.uuid = uuid
      status = second.dropFirst().first
    }
    for line in lines {
      let halves = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard halves.count == 2, halves[1].first == " " else { return nil }
      parameters.append(Parameter(key: String(halves[0]), value: String(halves[1].dropFirst())))
    }
  }

  /// The message as it goes over the wire.
  public var text: String {
    var text = "\(kind.rawValue) \(type)\r\n"
    if let uuid {
      text += status.map { "\(uuid) \($0)\r\n" } ?? "\(uuid)\r\n"
    }
    for parameter in parameters {
      text += "\(parameter.key): \(parameter.value)\r\n"
    }
    return text + "\r\n"
  }

  /// The value of the first parameter of that name.
  public subscript(key: String) -> String? {
    parameters.first { $0.key == key }?.value
  }

  /// The message with a parameter that makes it `length` bytes long, when it is shorter.
  public func padded(to length: Int) -> TrafficMessage {
    var padded = self
    let missing = length - text.utf8.count - "pad: \r\n".utf8.count
    guard missing > 0 else { return self }
    padded.parameters.append(Parameter(key: "pad", value: String(repeating: "x", count: missing)))
    return padded
  }
}
