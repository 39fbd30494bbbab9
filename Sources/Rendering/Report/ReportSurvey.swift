/// What a report tells beside what was counted: what was selected, and what was in a capture without
/// a message.
public struct ReportSurvey: Sendable {
  /// A TCP port with its traffic.
  public struct Port: Sendable {
    /// The port of the side that listens, as far as that is known.
    public var port: UInt16
    /// Packets from it and to it.
    public var packets: UInt64
    /// What its first bytes look like, in a word or two of our own (`TLS`, `HTTP`); empty for nothing.
    public var look: String

    /// Creates the entry of a port.
    public init(port: UInt16, packets: UInt64, look: String) {
      self.port = port
      self.packets = packets
      self.look = look
    }
  }

  /// The busiest first.
  public var busiestPorts: [Port] = []
  /// TCP packets seen.
  public var segments: UInt64 = 0
  /// Packets that a capture filter took away; absent when there was none or nobody counted.
  public var filteredPackets: UInt64?
  /// The ports on which ControlProtocol was expected.
  public var expectedPorts: [UInt16] = []
  /// What was selected, in words; nil when everything was.
  public var selection: String?
  /// Messages that were read, selected or not.
  public var messagesRead: UInt64 = 0

  /// A survey of nothing.
  public init() {}
}
