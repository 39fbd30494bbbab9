/// A hash by which a packet that was captured twice is recognised.
///
/// Source: `semantics.md` section 2.
public enum PacketFingerprint {
  /// Hashes a decoded segment's packet from its innermost IP header to the end of its captured
  /// payload. What a router or an offloading card changes is left out: the TTL or hop limit, the IPv4
  /// header checksum, the TCP checksum. So is what pads the frame.
  ///
  /// - Parameters:
  ///   - bytes: what the frame was decoded from. A datagram put together from fragments has no IP
  ///     header; its addresses stand for it.
  ///   - seed: makes collisions unforeseeable for who sends packets; one for a run.
  /// - Complexity: Reads all those bytes.
  public static func fingerprint(
    of bytes: RawSpan, frame: DecodedFrame, seed: UInt64
  ) -> UInt64 {
    var hash = Hash(seed: seed)
    let transport = frame.transportOffset
    let end = frame.payloadOffset &+ frame.payloadLength
    // Frames come from `FrameDecoder`; another one must not make a load trap.
    guard frame.internetOffset >= 0, transport >= frame.internetOffset, end >= transport &+ 20,
      end <= bytes.byteCount
    else { return hash.value }

    let headerLength = transport &- frame.internetOffset
    if headerLength >= 40, frame.source.isIPv6 {
      hash.mix(bytes.bigEndian64(at: frame.internetOffset) & ~0xff, UInt64(headerLength))
      hash.mix(bytes, frame.internetOffset &+ 8, transport)
    } else if headerLength >= 20, !frame.source.isIPv6 {
      let timeToLiveAndChecksum = bytes.bigEndian32(at: frame.internetOffset &+ 8) & 0x00ff_0000
      hash.mix(bytes.bigEndian64(at: frame.internetOffset), UInt64(timeToLiveAndChecksum))
      hash.mix(bytes, frame.internetOffset &+ 12, transport)
    } else {
      hash.mix(frame.source.high, frame.source.low)
      hash.mix(frame.destination.high, frame.destination.low)
    }
    hash.mix(bytes, transport, transport &+ 16)
    hash.mix(bytes, transport &+ 18, end)
    return hash.value
  }

  /// Hashes all captured bytes of a packet.
  ///
  /// - Complexity: Reads all those bytes.
  public static func fingerprint(of bytes: RawSpan, seed: UInt64) -> UInt64 {
    var hash = Hash(seed: seed)
    hash.mix(bytes, 0, bytes.byteCount)
    return hash.value
  }

  /// A seeded hash of words by multiplication, both halves of the product folded.
  private struct Hash {
    private(set) var value: UInt64

    init(seed: UInt64) {
      value = seed ^ 0x2d35_8dcc_aa6c_78a5
    }

    mutating func mix(_ a: UInt64, _ b: UInt64) {
      let product = (value ^ a ^ 0x8bb8_4b93_962e_acc9).multipliedFullWidth(
        by: value.byteSwapped ^ b ^ 0x4b33_a62e_d433_d4a3)
      value = product.high ^ product.low &+ 0x9e37_79b9_7f4a_7c15
    }

    /// Mixes in the bytes from `start` to `end`, and how many they are.
    mutating func mix(_ bytes: RawSpan, _ start: Int, _ end: Int) {
      var position = start
      while end &- position >= 16 {
        mix(bytes.bigEndian64(at: position), bytes.bigEndian64(at: position &+ 8))
        position &+= 16
      }
      var rest: (UInt64, UInt64) = (0, 0)
      while position < end {
        rest = (rest.0 << 8 | rest.1 >> 56, rest.1 << 8 | UInt64(bytes.byte(at: position)))
        position &+= 1
      }
      mix(rest.0, rest.1)
      mix(UInt64(truncatingIfNeeded: end &- start), 0)
    }
  }
}
