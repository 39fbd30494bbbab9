/// What a report groups by: any combination of a transaction's properties.
///
/// Source: `semantics.md` section 5.
public struct GroupingPlan: Hashable, Sendable {
  /// A property to group by.
  public enum Dimension: Hashable, Sendable {
    /// The request type.
    case type
    /// Which way the request travels.
    case direction
    /// The address of the connection's client, whatever its port.
    case client
    /// The address and port of the connection's server.
    case server
    /// The connection.
    case connection
    /// The first value of a parameter of the request, by its key.
    case parameter([UInt8])

    /// How it is written: `type`, `param.room`.
    public var name: String {
      switch self {
      case .type: "type"
      case .direction: "direction"
      case .client: "client"
      case .server: "server"
      case .connection: "connection"
      case .parameter(let key): "param." + String(decoding: key, as: UTF8.self)
      }
    }

    /// Reads one; nil when there is none of that name.
    public init?(_ name: String) {
      switch name {
      case "type": self = .type
      case "direction": self = .direction
      case "client": self = .client
      case "server": self = .server
      case "connection": self = .connection
      default:
        guard name.hasPrefix("param."), name.utf8.count > 6 else { return nil }
        self = .parameter(Array(name.utf8.dropFirst(6)))
      }
    }
  }

  /// In the order in which they are told, each once; at least one.
  public let dimensions: [Dimension]

  /// Creates a plan. Repeated dimensions count once.
  public init(_ dimensions: [Dimension]) {
    var seen: [Dimension] = []
    for dimension in dimensions where !seen.contains(dimension) { seen.append(dimension) }
    self.dimensions = seen
  }

  /// Whether requests must be told with their parameters.
  public var needsParameters: Bool {
    dimensions.contains {
      if case .parameter = $0 { true } else { false }
    }
  }
}
