/// What two endpoints shall do: the small language of `Fixtures/scenarios`.
///
/// A line is one of
/// - `# …`: a remark;
/// - `set KEY=VALUE …`: a setting of the endpoints, the bridge or the recording;
/// - `connect [after=MS]`: the steps below belong to the next connection, which the client opens that
///   long after the one before ended (the first `connect` may be left out);
/// - `SIDE MS VERB …`: a step, that long after the connection was made.
///
/// Verbs: `request TYPE UUID`, `requests COUNT EVERY-MS TYPE FIRST-UUID`, `notification TYPE`,
/// `stop-reading`, `read-again`, `freeze MS` (the process does nothing), `half-close`, `close`,
/// `reset`. Sending verbs take `KEY=VALUE` parameters, an underscore standing for a blank; `cut=N:MS`
/// (N writes with pauses) and `size=BYTES` are for the sender. What is due at once goes into one write.
///
/// Every request carries how it wishes to be answered: `delay` (milliseconds), `error` (a code),
/// `reason`, `silent` (never), `answer-cut`, `answer-size`.
public struct TrafficScenario: Sendable {
  public enum Side: String, Sendable {
    case client, server
  }

  public struct Cut: Sendable {
    public var pieces: Int
    public var pauseMilliseconds: Int

    /// Reads `N:MS`.
    public init?(_ text: String) {
      let numbers = text.split(separator: ":").compactMap { Int($0) }
      guard numbers.count == 2, numbers[0] > 0, numbers[1] >= 0 else { return nil }
      pieces = numbers[0]
      pauseMilliseconds = numbers[1]
    }
  }

  public enum Action: Sendable {
    case send(TrafficMessage, cut: Cut?)
    case stopReading, readAgain
    case freeze(milliseconds: Int)
    case halfClose, close, reset
  }

  public struct Step: Sendable {
    public var side: Side
    public var connection: Int
    public var milliseconds: Int
    public var action: Action
  }

  /// A line that cannot be read.
  public struct LineError: Error, CustomStringConvertible {
    public var line: String
    public var description: String { "cannot read the scenario's line \"\(line)\"" }
  }

  public var settings: [String: String] = [:]
  public var steps: [Step] = []
  /// How long the client waits before it opens each connection, milliseconds.
  public var pauses = [0]

  public init(_ text: String) throws(LineError) {
    var sawSteps = false
    for line in text.split(separator: "\n").map(String.init) where !line.hasPrefix("#") {
      var words = line.split(separator: " ").map(String.init)
      guard let first = words.first else { continue }
      words.removeFirst()
      switch first {
      case "set":
        for word in words {
          guard let (key, value) = Self.assignment(word) else { throw LineError(line: line) }
          settings[key] = value
        }
      case "connect":
        let pause = words.first.flatMap(Self.assignment).flatMap { Int($0.value) } ?? 0
        if sawSteps { pauses.append(pause) }
      default:
        sawSteps = true
        guard let side = Side(rawValue: first), try read(words, side: side) else {
          throw LineError(line: line)
        }
      }
    }
  }

  /// When the last step of a connection is due, milliseconds after its beginning.
  public func end(ofConnection connection: Int) -> Int {
    steps.filter { $0.connection == connection }.map(\.milliseconds).max() ?? 0
  }

  /// The value of a setting that is a whole number.
  public func number(_ key: String) -> Int? {
    settings[key].flatMap { Int($0) }
  }

  private static func assignment(_ word: String) -> (key: String, value: String)? {
    let halves = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.count == 2 else { return nil }
    return (String(halves[0]), halves[1].split(separator: "_").joined(separator: " "))
  }

  private mutating func read(_ words: [String], side: Side) throws(LineError) -> Bool {
    guard words.count >= 2, let milliseconds = Int(words[0]) else { return false }
    func step(_ action: Action, after delay: Int = 0) -> Step {
      Step(
        side: side, connection: pauses.count - 1, milliseconds: milliseconds + delay,
        action: action)
    }
    let rest = Array(words.dropFirst(2))
    switch words[1] {
    case "stop-reading": steps.append(step(.stopReading))
    case "read-again": steps.append(step(.readAgain))
    case "half-close": steps.append(step(.halfClose))
    case "close": steps.append(step(.close))
    case "reset": steps.append(step(.reset))
    case "freeze":
      guard let pause = rest.first.flatMap({ Int($0) }) else { return false }
      steps.append(step(.freeze(milliseconds: pause)))
    case "notification":
      guard let type = rest.first else { return false }
      steps.append(step(Self.sending(.notification, type, uuid: nil, rest.dropFirst())))
    case "request":
      guard rest.count >= 2, let uuid = Int(rest[1]) else { return false }
      steps.append(step(Self.sending(.request, rest[0], uuid: uuid, rest.dropFirst(2))))
    case "requests":
      guard rest.count >= 4, let count = Int(rest[0]), let every = Int(rest[1]),
        let first = Int(rest[3])
      else { return false }
      for index in 0..<count {
        let action = Self.sending(.request, rest[2], uuid: first + index, rest.dropFirst(4))
        steps.append(step(action, after: index * every))
      }
    default: return false
    }
    return true
  }

  private static func sending(
    _ kind: TrafficMessage.Kind, _ type: String, uuid: Int?, _ words: ArraySlice<String>
  ) -> Action {
    var message = TrafficMessage(kind: kind, type: type, uuid: uuid)
    var cut: Cut?
    var size = 0
    for case (let key, let value) in words.compactMap(assignment) {
      switch key {
      case "cut": cut = Cut(value)
      case "size": size = Int(value) ?? 0
      default: message.parameters.append(.init(key: key, value: value))
      }
    }
    return .send(message.padded(to: size), cut: cut)
  }
}
