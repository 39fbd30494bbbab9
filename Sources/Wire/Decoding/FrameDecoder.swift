/// Decodes the headers of one packet, from the link layer down to TCP, in one pass over its bytes.
///
/// It keeps nothing between packets, allocates nothing and has no failing path: what it cannot decode
/// it names. Each header has its function, which hands over to the next one; `Walk` is what they
/// hand on.
public enum FrameDecoder {
  /// The most headers (tags, tunnels, IPv6 extension headers) around a datagram.
  public static let maximumDepth = 16

  /// Decodes a packet that begins with the header of `linkType`.
  ///
  /// The frame is reused from packet to packet; what of it is set says the outcome. Offsets in the
  /// outcome and the frame lie within `bytes`.
  public static func decode(
    _ bytes: RawSpan, linkType: LinkType, into frame: inout DecodedFrame
  ) -> DecodeOutcome {
    frame.vlans = VLANTags()
    frame.tunnel = .none
    var walk = Walk(end: bytes.byteCount)
    if linkType == .ethernet {
      return ethernet(bytes, at: 0, &walk, &frame)
    }
    return link(linkType, bytes, &walk, &frame)
  }

  /// Goes on with the payload of a datagram that was put together from fragments.
  ///
  /// `frame` holds the addresses, tags and tunnel as the fragments' decoding left them. Its offsets
  /// become offsets into `payload`, with an `internetOffset` of 0 unless another IP header follows.
  /// The outcome can be a fragment again (a fragmented datagram inside a fragmented tunnel); it is at
  /// least eight bytes shorter than `payload`.
  ///
  /// - Parameter wireLength: how long it was on the wire, when the snapshot length cut its end off.
  public static func decodeDatagram(
    _ payload: RawSpan, wireLength: Int = 0, protocol: UInt8, into frame: inout DecodedFrame
  ) -> DecodeOutcome {
    frame.internetOffset = 0
    var walk = Walk(end: payload.byteCount)
    walk.wireEnd = max(payload.byteCount, wireLength)
    return transport(`protocol`, payload, at: 0, &walk, &frame)
  }
}

extension FrameDecoder {
  /// What the decoding functions hand on.
  struct Walk {
    /// Where the captured bytes of the current layer end.
    var end: Int
    /// Where the current layer ended on the wire; `Int.max` while no IP header has said it.
    var wireEnd = Int.max
    /// How many headers lie around the current one.
    var depth = 0

    init(end: Int) {
      self.end = end
    }

    /// Counts one more header; false when there are too many.
    mutating func descend() -> Bool {
      depth &+= 1
      return depth <= maximumDepth
    }

    /// Ends the current layer at a position that its header gives.
    @inline(__always)
    mutating func limit(to wireEnd: Int) {
      if wireEnd < self.wireEnd { self.wireEnd = wireEnd }
      if self.wireEnd < end { end = self.wireEnd }
    }

    /// Leaves the length of the current layer to the layers around it, or to what was captured.
    mutating func leaveUnlimited() {
      if wireEnd == .max { wireEnd = end }
    }
  }
}
