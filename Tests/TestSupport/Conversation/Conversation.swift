public import Wire

/// A TCP connection written as a script: what both sides send and when, and what befalls their
/// segments on the way to the capture. What a reader must make of it follows from the script
/// (`ConversationTruth`), not from any reader.
///
/// Time stands still until `advance` is called, and while a connection opens. Segments are numbered in
/// the order in which they were written; verbs that write some return their indices, so that others can
/// drop or swap them.
public struct Conversation: Sendable {
  public enum Side: Int, Sendable {
    case client, server

    public var other: Side { self == .client ? .server : .client }
  }

  /// A segment as it is captured.
  public struct Segment: Sendable {
    public var side: Side
    /// Nanoseconds since the epoch.
    public var time: Int64
    public var sequenceNumber: UInt32
    public var acknowledgmentNumber: UInt32 = 0
    public var flags: TCPFlags
    public var window: UInt16 = 0xffff
    public var windowScale: UInt8?
    public var urgentPointer: UInt16 = 0
    public var selectiveAcknowledgments: [(left: UInt32, right: UInt32)] = []
    public var payload: [UInt8] = []
    /// Where the payload lies in its side's stream; absent when it is no part of it.
    public var offset: Int?
    public var timeToLive: UInt8 = 64
    public var identification: UInt16
    public var isCaptured = true
    /// Whether the IP header leaves the length to the network card (segmentation offload).
    public var leavesLength = false
    /// Payload bytes of an IP fragment, when the datagram is to be cut; a multiple of eight.
    public var fragmentLength: Int?
  }

  /// What one side has sent and seen.
  struct End: Sendable {
    var initialSequenceNumber: UInt32
    /// All that was sent, without what was sent again.
    var stream: [UInt8] = []
    /// How much of the peer's stream arrived here in order, with the SYN and the FIN.
    var seen: UInt32 = 0
    var window: UInt16 = 0xffff
    var sentSYN = false
    var sentFIN = false
  }

  public var client: Endpoint
  public var server: Endpoint
  public var vlans: [UInt16] = []
  /// Whether every segment with payload is followed at once by the peer's acknowledgment.
  public var acknowledgesAtOnce = true
  /// From when a packet is captured to when the peer's answer to it is, nanoseconds.
  public var reactionTime: Int64 = 20_000
  /// The moment at which the next verb acts, nanoseconds since the epoch.
  public var time: Int64
  public internal(set) var segments: [Segment] = []
  var ends: [End]

  /// A conversation of which nothing was said yet.
  ///
  /// - Parameter start: seconds since the epoch.
  public init(
    clientPort: UInt16 = 40_000, serverPort: UInt16 = 4080, isIPv6: Bool = false,
    clientInitial: UInt32 = 1_000, serverInitial: UInt32 = 5_000, start: Int64 = 1_700_000_000
  ) {
    let documentation: UInt64 = 0x2001_0db8_0000_0000
    client = Endpoint(
      address: isIPv6 ? IPAddress(ipv6High: documentation, low: 1) : IPAddress(ipv4: 0xc000_0201),
      port: clientPort)
    server = Endpoint(
      address: isIPv6 ? IPAddress(ipv6High: documentation, low: 2) : IPAddress(ipv4: 0xc000_0202),
      port: serverPort)
    ends = [
      End(initialSequenceNumber: clientInitial), End(initialSequenceNumber: serverInitial),
    ]
    time = start * 1_000_000_000
  }

  // MARK: Time

  public mutating func advance(milliseconds: Int64) {
    time += milliseconds * 1_000_000
  }

  public mutating func advance(nanoseconds: Int64) {
    time += nanoseconds
  }

  // MARK: Opening and closing

  /// SYN, SYN/ACK, ACK; `roundTrip` nanoseconds pass before the second, the reaction time before the
  /// third.
  ///
  /// - Parameter data: what the SYN carries already (TCP Fast Open).
  public mutating func open(roundTrip: Int64 = 20_000, data: String = "") {
    ends[0].stream += Array(data.utf8)
    ends[0].sentSYN = true
    write(.client, [.syn], payload: Array(data.utf8), offset: data.isEmpty ? nil : 0, scale: 7)
    ends[1].seen = 1 &+ UInt32(data.utf8.count)
    advance(nanoseconds: roundTrip)
    ends[1].sentSYN = true
    write(.server, [.syn, .acknowledgment], scale: 7)
    ends[0].seen = 1
    advance(nanoseconds: reactionTime)
    write(.client, [.acknowledgment])
  }

  /// Both sides send SYN before either sees the other's.
  public mutating func openSimultaneously() {
    for side in [Side.client, .server] {
      ends[side.rawValue].sentSYN = true
      write(side, [.syn], scale: 7)
      advance(nanoseconds: reactionTime)
    }
    for side in [Side.client, .server] {
      ends[side.rawValue].seen = 1
      write(side, [.syn, .acknowledgment], scale: 7)
      advance(nanoseconds: reactionTime)
    }
  }

  /// Begins in the middle: as if `open` had been and no packet of it was captured.
  public mutating func beginMidstream() {
    for side in [0, 1] {
      ends[side].sentSYN = true
      ends[side].seen = 1
    }
  }

  /// Ends a side's stream, with its last bytes if any; the peer acknowledges.
  public mutating func finish(_ side: Side, with text: String = "") {
    let bytes = Array(text.utf8)
    let offset = ends[side.rawValue].stream.count
    ends[side.rawValue].stream += bytes
    write(side, [.fin, .acknowledgment], payload: bytes, offset: bytes.isEmpty ? nil : offset)
    ends[side.rawValue].sentFIN = true
    ends[side.other.rawValue].seen = nextPosition(of: side)
    write(side.other, [.acknowledgment], after: reactionTime)
  }

  /// Both sides end their streams, the client first.
  public mutating func close() {
    finish(.client)
    advance(nanoseconds: 2 * reactionTime)
    finish(.server)
  }

  /// Resets the connection; `text` is payload of the RST, which is no part of the stream.
  public mutating func reset(_ side: Side, with text: String = "") {
    write(side, [.reset, .acknowledgment], payload: Array(text.utf8))
  }

  // MARK: Data

  /// Sends bytes in segments of the given sizes, the last one with the rest, `pause` nanoseconds apart.
  ///
  /// - Parameters:
  ///   - arrives: whether they reach the peer, which acknowledges them then.
  ///   - urgent: whether the last byte is urgent.
  /// - Returns: the indices of the data segments.
  @discardableResult
  public mutating func send(
    _ side: Side, _ text: String, sizes: [Int] = [], pause: Int64 = 0, arrives: Bool = true,
    urgent: Bool = false
  ) -> [Int] {
    send(
      side, bytes: Array(text.utf8), sizes: sizes, pause: pause, arrives: arrives, urgent: urgent)
  }

  /// Sends bytes that need not be text, in the same way.
  @discardableResult
  public mutating func send(
    _ side: Side, bytes: [UInt8], sizes: [Int] = [], pause: Int64 = 0, arrives: Bool = true,
    urgent: Bool = false
  ) -> [Int] {
    var rest = bytes[...]
    var indices: [Int] = []
    for size in sizes.map(Optional.some) + [nil] where !rest.isEmpty {
      let bytes = Array(rest.prefix(size ?? rest.count))
      rest = rest.dropFirst(bytes.count)
      if !indices.isEmpty { advance(nanoseconds: pause) }
      let offset = ends[side.rawValue].stream.count
      ends[side.rawValue].stream += bytes
      indices.append(write(side, [.push, .acknowledgment], payload: bytes, offset: offset))
      if urgent, rest.isEmpty {
        segments[segments.count - 1].flags.insert(.urgent)
        segments[segments.count - 1].urgentPointer = UInt16(clamping: bytes.count)
      }
      if arrives { arrive(from: side) }
    }
    return indices
  }

  /// Sends a part of the stream again, as one segment; all that was sent has arrived afterwards.
  ///
  /// - Parameter text: other bytes in place of the stream's own, from the beginning of the range on.
  @discardableResult
  public mutating func sendAgain(
    _ side: Side, _ range: Range<Int>, as text: String? = nil, arrives: Bool = true
  ) -> Int {
    let bytes = text.map { Array($0.utf8) } ?? Array(ends[side.rawValue].stream[range])
    let index = write(
      side, [.push, .acknowledgment], payload: bytes, offset: range.lowerBound)
    if arrives { arrive(from: side) }
    return index
  }

  /// Sends a segment that was sent before again.
  @discardableResult
  public mutating func sendAgain(segment index: Int, arrives: Bool = true) -> Int {
    let segment = segments[index]
    let start = segment.offset ?? 0
    return sendAgain(segment.side, start..<start + segment.payload.count, arrives: arrives)
  }

  /// Acknowledges what arrived, or the peer's stream up to an offset.
  @discardableResult
  public mutating func acknowledge(_ side: Side, upTo offset: Int? = nil) -> Int {
    if let offset { ends[side.rawValue].seen = 1 &+ UInt32(offset) }
    return write(side, [.acknowledgment])
  }

  /// Sends a keep-alive: the sequence number before the next one, and one byte that means nothing.
  @discardableResult
  public mutating func keepAlive(_ side: Side, byte: UInt8? = nil) -> Int {
    let index = write(side, [.acknowledgment], payload: byte.map { [$0] } ?? [])
    segments[index].sequenceNumber &-= 1
    write(side.other, [.acknowledgment], after: reactionTime)
    return index
  }

  /// Tells the peer how much more a side can take, as the window field says it.
  public mutating func setWindow(_ side: Side, to window: UInt16) {
    ends[side.rawValue].window = window
    write(side, [.acknowledgment])
  }

  /// What a side has sent, as its application wrote it.
  public func stream(of side: Side) -> [UInt8] { ends[side.rawValue].stream }

  /// The sequence number of a place in a side's stream.
  public func sequenceNumber(of side: Side, at offset: Int) -> UInt32 {
    ends[side.rawValue].initialSequenceNumber &+ 1 &+ UInt32(truncatingIfNeeded: offset)
  }

  // MARK: Writing

  private mutating func arrive(from side: Side) {
    ends[side.other.rawValue].seen = nextPosition(of: side)
    if acknowledgesAtOnce { write(side.other, [.acknowledgment], after: reactionTime) }
  }

  /// The distance of a side's next sequence number from its initial one.
  private func nextPosition(of side: Side) -> UInt32 {
    let end = ends[side.rawValue]
    return 1 &+ UInt32(truncatingIfNeeded: end.stream.count) &+ (end.sentFIN ? 1 : 0)
  }

  @discardableResult
  private mutating func write(
    _ side: Side, _ flags: TCPFlags, payload: [UInt8] = [], offset: Int? = nil,
    scale: UInt8? = nil, after delay: Int64 = 0
  ) -> Int {
    let end = ends[side.rawValue]
    var position = nextPosition(of: side)
    if let offset { position = 1 &+ UInt32(truncatingIfNeeded: offset) }
    if flags.contains(.syn) { position = 0 }
    var segment = Segment(
      side: side, time: time + delay, sequenceNumber: end.initialSequenceNumber &+ position,
      flags: flags,
      window: end.window, windowScale: scale, payload: payload, offset: offset,
      identification: UInt16(truncatingIfNeeded: segments.count &+ 1))
    if flags.contains(.acknowledgment) {
      segment.acknowledgmentNumber = ends[side.other.rawValue].initialSequenceNumber &+ end.seen
    }
    segments.append(segment)
    return segments.count - 1
  }
}
