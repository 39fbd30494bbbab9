import Wire

/// What a perfect observer of a capture knows of one stream in it, found byte by byte from the
/// segments that were captured: the bytes, and where some are missing and why.
///
/// It knows nothing of how long anything waited: reasons that follow from time or limits are the
/// script's to say. Source: `semantics.md` section 2.
public struct StreamTruth: Sendable, Equatable {
  public struct Gap: Sendable, Equatable {
    public var offset: Int
    public var length: Int
    public var reason: String

    public init(offset: Int, length: Int, reason: String) {
      self.offset = offset
      self.length = length
      self.reason = reason
    }
  }

  public var side: Conversation.Side
  /// What was captured, in order, without the gaps.
  public var bytes: [UInt8] = []
  /// Ascending; those that touch and have one reason are one.
  public var gaps: [Gap] = []

  /// How long the stream is, gaps included.
  public var length: Int { bytes.count + gaps.reduce(0) { $0 + $1.length } }

  /// - Parameters:
  ///   - packets: the captured segments in the order of the capture, with how many bytes of their
  ///     payload were captured.
  ///   - gapReason: why bytes are missing that nobody acknowledged.
  public init(
    _ conversation: Conversation, _ side: Conversation.Side,
    packets: [(segment: Conversation.Segment, payloadLength: Int)], gapReason: String = "end"
  ) {
    self.side = side
    let own = packets.filter { $0.segment.side == side }
    guard let first = own.first?.segment else { return }
    func position(_ sequence: UInt32, of side: Conversation.Side) -> Int {
      Int(Int32(bitPattern: sequence &- conversation.sequenceNumber(of: side, at: 0)))
    }
    let hasSYN = own.contains { $0.segment.flags.contains(.syn) }
    var origin = hasSYN ? 0 : position(first.sequenceNumber, of: side)
    if !hasSYN, first.offset == nil, first.payload.count <= 1,
      own.dropFirst().first?.segment.sequenceNumber == first.sequenceNumber &+ 1
    {
      // A keep-alive is no part of the stream.
      origin += 1
    }
    var known: [Int: UInt8] = [:]
    var cut: Set<Int> = []
    var end = origin
    var last = Int.max
    for (segment, captured) in own {
      if segment.flags.contains(.reset) { break }
      if let offset = segment.offset {
        for index in segment.payload.indices where offset + index >= origin {
          let place = offset + index
          guard place < last else { continue }
          if index >= captured {
            if known[place] == nil { cut.insert(place) }
          } else if known[place] == nil, !cut.contains(place) {
            known[place] = segment.payload[index]
          }
          end = max(end, place + 1)
        }
      }
      if segment.flags.contains(.fin) {
        last = position(segment.sequenceNumber, of: side) + segment.payload.count
        end = max(end, last)
      }
    }
    var acknowledged = origin
    for (segment, _) in packets
    where segment.side != side && segment.flags.contains(.acknowledgment)
      && !segment.flags.contains(.reset)
    {
      acknowledged = max(acknowledged, position(segment.acknowledgmentNumber, of: side))
    }
    acknowledged = min(acknowledged, min(last, conversation.stream(of: side).count))
    end = max(end, acknowledged)
    for place in origin..<max(origin, end) {
      if let byte = known[place] {
        bytes.append(byte)
        continue
      }
      let reason = cut.contains(place) ? "snaplen" : place < acknowledged ? "acked" : gapReason
      if let gap = gaps.last, gap.reason == reason,
        gap.offset + gap.length == place - origin
      {
        gaps[gaps.count - 1].length += 1
      } else {
        gaps.append(Gap(offset: place - origin, length: 1, reason: reason))
      }
    }
  }
}
