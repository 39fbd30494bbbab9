/// What was in a capture, told when no message was found in it.
public struct TrafficSurvey: Sendable {
  /// What the first bytes of a connection look like.
  public enum Look: UInt8, BitwiseCopyable, Sendable { case nothing, tls, http, text, binary }

  /// A TCP port with its traffic.
  public struct Port: Sendable {
    /// Its number.
    public var port: UInt16
    /// Packets of the connections to it.
    public var packets: UInt64
    /// What the first bytes of one of them look like.
    public var look: Look

    /// Creates an entry.
    public init(port: UInt16, packets: UInt64, look: Look) {
      self.port = port
      self.packets = packets
      self.look = look
    }
  }

  /// The busiest ports, the busiest first; at most eight.
  public var busiestPorts: [Port] = []
  /// TCP packets seen.
  public var segments: UInt64 = 0

  public init() {}
}
