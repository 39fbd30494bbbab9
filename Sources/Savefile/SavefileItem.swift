public import Wire

/// What the reader came upon: look at its properties before the next step.
public enum SavefileItem: Hashable, Sendable {
  /// The buffer ends too early: go on when it holds at least `minimum` bytes from the position on,
  /// or `finish` when there are no more.
  case needMoreBytes(minimum: Int)
  /// A packet: see `packet`, `packetBytes` and what belongs to them.
  case packet
  /// An interface said how many packets it received and dropped: see `statistics`.
  case statistics
  /// A header, or a block that holds nothing that is read here.
  case skipped
}

/// What a pcapng file says about one interface.
public struct SavefileInterface: Hashable, Sendable {
  public var linkType: LinkType
  /// The most bytes of a packet that were captured; 0 for all.
  public var snapshotLength: UInt32
  /// The resolution and offset of its times, as the file has them.
  var resolution: UInt8 = 6
  var timeOffset: Int64 = 0
  /// How many bytes of each packet's end are a frame check sequence.
  var checkSequenceLength: UInt8 = 0
  /// Its place among the interfaces in use, from 1; 0 as long as it is not.
  var use: UInt32 = 0
}

/// What is kept of an interface that has packets or statistics: of many interfaces most have none.
struct InterfaceUse: Sendable {
  /// The resolution and offset of its times.
  let clock: SavefileClock
  let linkType: LinkType
  let checkSequenceLength: Int
  /// The place of its last statistics, from 1; 0 when it has none.
  var statistics: UInt32 = 0
  /// When its last packet came.
  var packetTime = CaptureTime.distantPast
  /// Drops that its packets told since the last statistics.
  var packetDrops: UInt64 = 0
}

/// The totals of an interface's last statistics, and when they were taken.
struct InterfaceStatistics: Sendable {
  var totals: SavefileStatistics
  var time: CaptureTime
}

/// The counters of an interface since the capture began; absent where the file has none.
public struct SavefileStatistics: Hashable, Sendable {
  /// The index of the interface in its section.
  public var interface: Int
  public var received: UInt64?
  public var droppedByInterface: UInt64?
  public var droppedByKernel: UInt64?
  /// Packets that passed the filter, dropped ones among them, and those that are in the file. Both are
  /// written, and not read.
  public var accepted: UInt64?
  public var delivered: UInt64?

  public init(
    interface: Int, received: UInt64? = nil, droppedByInterface: UInt64? = nil,
    droppedByKernel: UInt64? = nil
  ) {
    self.interface = interface
    self.received = received
    self.droppedByInterface = droppedByInterface
    self.droppedByKernel = droppedByKernel
  }
}

/// Packets that were dropped at some time in a stretch of packet time.
public struct SavefileLoss: Hashable, Sendable {
  public var count: UInt64 = 0
  /// `CaptureTime.distantPast` where nothing tells since when.
  public var start = CaptureTime.distantPast
  public var end = CaptureTime.distantPast
}
