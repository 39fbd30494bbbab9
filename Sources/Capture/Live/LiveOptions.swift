/// How interfaces are opened.
public struct LiveOptions: Sendable {
  /// Bytes of the kernel's ring, for each interface.
  public var bufferBytes = 32 << 20
  /// The most bytes captured of a packet, at most 262,144.
  public var snapshotLength = LiveOptions.maximumSnapshotLength
  /// Whether frames for other hosts are wanted too.
  public var isPromiscuous = false
  /// What takes the time of a packet, by libpcap's name (`host`, `adapter`, …); nil for its default.
  public var timeStampType: String?
  /// The link type, by libpcap's name; nil for its default, and for LINUX_SLL2 of `any`.
  public var linkType: String?

  /// The longest snapshot: that of libpcap and tcpdump.
  public static let maximumSnapshotLength = 262_144

  /// Creates the defaults.
  public init() {}
}
