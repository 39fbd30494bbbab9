/// What an endpoint did, with the time of the clock that captures use: one line of its log.
public struct TrafficEvent: Sendable {
  public enum Kind: String, Sendable {
    case connected, ended
    /// The time is from before the write that carried the first byte.
    case sent
    /// The time is from after the read that carried the last byte.
    case read
  }

  public var kind: Kind
  public var side: TrafficScenario.Side
  /// The number of the connection in the scenario, from 0.
  public var connection: Int
  /// CLOCK_REALTIME in nanoseconds.
  public var nanoseconds: Int64
  /// The client's port, of `connected`.
  public var clientPort: UInt16?
  /// Where in its stream the message begins, of `sent` and `read`.
  public var offset: Int?
  public var message: TrafficMessage?

  /// The event as one line of NDJSON, without the line's end.
  public var json: String {
    // The time first, so that logs of both sides are merged by sorting their lines.
    var line = "{\"ns\":\(nanoseconds),\"side\":\"\(side.rawValue)\""
    line += ",\"connection\":\(connection),\"event\":\"\(kind.rawValue)\""
    if let clientPort { line += ",\"client_port\":\(clientPort)" }
    if let offset { line += ",\"offset\":\(offset)" }
    if let message {
      line += ",\"kind\":\"\(message.kind.rawValue.lowercased())\""
      line += ",\"type\":\(Self.quoted(message.type))"
      if let uuid = message.uuid { line += ",\"uuid\":\(uuid)" }
      line += ",\"length\":\(message.text.utf8.count),\"text\":\(Self.quoted(message.text))"
    }
    return line + "}"
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\r": quoted += "\\r"
      case "\n": quoted += "\\n"
      case "\"", "\\": quoted += "\\\(scalar)"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
