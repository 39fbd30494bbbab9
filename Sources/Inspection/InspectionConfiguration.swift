/// What an inspector looks at and where it stops.
public struct InspectionConfiguration: Sendable {
  /// Ports on which ControlProtocol is always read.
  public var ports: [UInt16] = [4080]
  /// Whether connections on other ports are searched for it.
  public var detects = true
  /// Whether connections in which nothing was found are told too.
  public var showsOtherConnections = false
  /// How long a request waits for its answer, in nanoseconds; 0 for ever.
  public var timeoutNanoseconds: Int64 = 30_000_000_000
  /// Whether messages are told with their parameters.
  public var keepsParameters = false
  /// Whether records carry the number of their input.
  public var hasSeveralInputs = false
  /// Whether tcp.stream cannot be known because a capture filter hides packets.
  public var hidesPackets = false
  /// Where memory and patience end.
  public var limits = Limits()
  /// Seeds the tables that captured values are looked up in.
  public var seed: UInt64 = 0

  /// What the command line has by default, with limits as wide.
  public init() {}

  /// What bounds memory and patience. Source: `semantics.md` section 2.
  public struct Limits: Sendable {
    /// Bytes of one stream that wait for missing ones, its own or those of the other stream.
    public var waitingBytesPerStream = 1 << 20
    /// Captured bytes held anywhere.
    public var heldBytes = 64 << 20
    /// Open and lingering connections; the least recently active goes first.
    public var connections = 100_000
    /// Requests that wait in one connection; the oldest goes first.
    public var pendingRequestsPerConnection = 10_000
    /// Bytes of one message that are read.
    public var messageBytes = 1 << 20
    /// How long a hole that was acknowledged may still be filled, nanoseconds.
    public var reorderNanoseconds: Int64 = 100_000_000
    /// How long a hole that was not acknowledged may, nanoseconds.
    public var holeNanoseconds: Int64 = 120_000_000_000
    /// How long a half-open connection may be idle, nanoseconds.
    public var halfOpenNanoseconds: Int64 = 60_000_000_000
    /// Datagrams whose fragments are kept; the one that began first goes first. They may hold a quarter
    /// of what may be held anywhere.
    public var fragmentedDatagrams = 4_096
    /// How long the fragments of a datagram may take to come, nanoseconds.
    public var fragmentNanoseconds: Int64 = 30_000_000_000

    /// The limits that the command line has by default.
    public init() {}
  }
}
