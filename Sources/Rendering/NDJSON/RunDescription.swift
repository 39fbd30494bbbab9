public import Wire

/// What a run was asked to do: the `meta` line, the first of every NDJSON output.
///
/// Options that are nil or empty were not given and leave no field.
public struct RunDescription: Sendable {
  /// The version of the records' schema.
  public static let schema = "1.0"

  /// Where packets come from.
  public enum Mode: Sendable {
    case file, live

    var name: String {
      switch self {
      case .file: "file"
      case .live: "live"
      }
    }
  }

  /// The value of an option that this type has no property for.
  public enum OptionValue: Sendable {
    case flag(Bool)
    case number(Int64)
    case list([String])
  }

  /// Where memory and patience end. Sizes in bytes, times in nanoseconds.
  public struct Limits: Sendable {
    /// Bytes of one stream that wait for missing ones, its own or those of the other stream.
    public var waitingBytesPerStream: Int?
    /// Captured bytes held anywhere.
    public var heldBytes: Int?
    /// Open and lingering connections.
    public var connections: Int?
    /// Requests that wait in one connection.
    public var pendingRequestsPerConnection: Int?
    /// Bytes of one message that are read.
    public var messageBytes: Int?
    /// How long a hole that was acknowledged may still be filled.
    public var reorderNanoseconds: Int64?
    /// How long a hole that was not acknowledged may.
    public var holeNanoseconds: Int64?
    /// How long a half-open connection may be idle.
    public var halfOpenNanoseconds: Int64?
    /// Datagrams whose fragments are kept.
    public var fragmentedDatagrams: Int?
    /// How long the fragments of a datagram may take to come.
    public var fragmentNanoseconds: Int64?

    /// Creates limits of which none is told.
    public init() {}
  }

  /// The version of the tool.
  public var version: String
  /// The name of the command: `messages`, `report`, …
  public var command: String
  /// Files or interfaces, as the user named them.
  public var inputs: [String]
  /// Whether packets come from files or as they happen.
  public var mode: Mode
  /// The capture filter: the one that was given or, live, the whole one.
  public var captureFilter: String?
  /// The ports on which ControlProtocol is always read.
  public var ports: [UInt16] = []
  /// How long a request waits for its answer; 0 for ever.
  public var timeoutNanoseconds: Int64 = 0
  /// Whether credentials are shown.
  public var showsSecrets = false

  /// Whether other ports are searched for the protocol.
  public var detects: Bool?
  /// Whether connections without the protocol are told.
  public var showsOtherConnections: Bool?
  /// Whether warnings and errors fail the run.
  public var isStrict: Bool?
  /// Whether equal packets of two inputs are taken for one packet.
  public var removesDuplicates: Bool?
  /// The expression that selects records.
  public var selection: String?
  /// What a report groups by.
  public var groups: [String] = []
  /// The length of a report's intervals.
  public var intervalNanoseconds: Int64?
  /// What a report's rows are sorted by.
  public var sort: String?
  /// Whether a report counts unanswered requests in percentiles as cut off.
  public var isCensored: Bool?
  /// Whether only failed transactions are told.
  public var onlyFailed: Bool?
  /// The least latency of a transaction that is told.
  public var slowerNanoseconds: Int64?
  /// How many of the slowest are told.
  public var top: Int?
  /// After how many packets the run ends.
  public var count: UInt64?
  /// After how long the run ends.
  public var durationNanoseconds: Int64?
  /// The moment before which records are passed over.
  public var since: CaptureTime?
  /// The moment from which on records are passed over.
  public var until: CaptureTime?
  /// The most bytes captured of a packet.
  public var snapshotLength: Int?
  /// Where memory and patience end.
  public var limits = Limits()
  /// Further options that change results, with names in the style of the others.
  public var further: [(name: String, value: OptionValue)] = []

  /// Creates a description with what every run has.
  public init(version: String, command: String, inputs: [String], mode: Mode) {
    self.version = version
    self.command = command
    self.inputs = inputs
    self.mode = mode
  }
}

extension JSONWriter {
  /// Writes the `meta` line.
  public mutating func line(_ run: RunDescription) {
    beginLine(record: "meta")
    field("schema", RunDescription.schema)
    field("tool", "souptap")
    field("version", run.version)
    field("command", run.command)
    key("inputs")
    beginArray()
    for input in run.inputs { value(input) }
    endArray()
    field("mode", run.mode.name)
    field("capture_filter", run.captureFilter)
    key("ports")
    beginArray()
    for port in run.ports { value(UInt64(port)) }
    endArray()
    field("timeout_ns", run.timeoutNanoseconds)
    field("secrets", run.showsSecrets ? "shown" : "hidden")
    options(of: run)
    limits(run.limits)
    for (name, option) in run.further { further(name, option) }
    endLine()
  }

  private mutating func options(of run: RunDescription) {
    field("detect", run.detects)
    field("all", run.showsOtherConnections)
    field("strict", run.isStrict)
    field("dedup", run.removesDuplicates)
    field("where", run.selection)
    field("by", run.groups)
    field("interval_ns", run.intervalNanoseconds)
    field("sort", run.sort)
    field("censored", run.isCensored)
    field("failed", run.onlyFailed)
    field("slower_ns", run.slowerNanoseconds)
    field("top", run.top.map(Int64.init))
    field("count", run.count)
    field("duration_ns", run.durationNanoseconds)
    field("since", run.since)
    field("until", run.until)
    field("snapshot_length", run.snapshotLength.map(Int64.init))
  }

  private mutating func limits(_ limits: RunDescription.Limits) {
    let fields: [(StaticString, Int64?)] = [
      ("waiting_bytes_per_stream", limits.waitingBytesPerStream.map(Int64.init)),
      ("held_bytes", limits.heldBytes.map(Int64.init)),
      ("connections", limits.connections.map(Int64.init)),
      ("pending_requests_per_connection", limits.pendingRequestsPerConnection.map(Int64.init)),
      ("message_bytes", limits.messageBytes.map(Int64.init)),
      ("reorder_ns", limits.reorderNanoseconds),
      ("hole_ns", limits.holeNanoseconds),
      ("half_open_ns", limits.halfOpenNanoseconds),
      ("fragmented_datagrams", limits.fragmentedDatagrams.map(Int64.init)),
      ("fragment_ns", limits.fragmentNanoseconds),
    ]
    guard fields.contains(where: { $0.1 != nil }) else { return }
    key("limits")
    beginObject()
    for (name, number) in fields { field(name, number) }
    endObject()
  }

  private mutating func further(_ name: String, _ option: RunDescription.OptionValue) {
    key(name)
    switch option {
    case .flag(let flag): value(flag)
    case .number(let number): value(number)
    case .list(let texts):
      beginArray()
      for text in texts { value(text) }
      endArray()
    }
  }
}
