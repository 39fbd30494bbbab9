/// SipHash-2-4: a keyed hash of 64 bits that tells nothing about its input without the key.
///
/// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), section 2.
struct SipHash {
  private var v0: UInt64
  private var v1: UInt64
  private var v2: UInt64
  private var v3: UInt64

  /// The hash of `bytes` under the key whose first eight bytes are `k0`, little-endian, and whose
  /// last eight are `k1`.
  static func hash(_ bytes: RawSpan, k0: UInt64, k1: UInt64) -> UInt64 {
    var state = SipHash(k0: k0, k1: k1)
    var offset = 0
    while offset &+ 8 <= bytes.byteCount {
      state.absorb(bytes.word(at: offset))
      offset &+= 8
    }
    var last = UInt64(truncatingIfNeeded: bytes.byteCount) << 56
    if bytes.byteCount >= 8, offset < bytes.byteCount {
      // The end of the last eight bytes; what lies before it was absorbed.
      last |= bytes.word(at: bytes.byteCount &- 8) >> (UInt64(8 &- (bytes.byteCount & 7)) &<< 3)
      offset = bytes.byteCount
    }
    var shift: UInt64 = 0
    while offset < bytes.byteCount {
      last |= UInt64(bytes.byte(at: offset)) << shift
      shift &+= 8
      offset &+= 1
    }
    state.absorb(last)
    return state.finish()
  }

  private init(k0: UInt64, k1: UInt64) {
    v0 = k0 ^ 0x736f_6d65_7073_6575
    v1 = k1 ^ 0x646f_7261_6e64_6f6d
    v2 = k0 ^ 0x6c79_6765_6e65_7261
    v3 = k1 ^ 0x7465_6462_7974_6573
  }

  @inline(__always)
  private mutating func absorb(_ word: UInt64) {
    v3 ^= word
    round()
    round()
    v0 ^= word
  }

  @inline(__always)
  private mutating func finish() -> UInt64 {
    v2 ^= 0xff
    round()
    round()
    round()
    round()
    return v0 ^ v1 ^ v2 ^ v3
  }

  @inline(__always)
  private mutating func round() {
    v0 = v0 &+ v1
    v1 = v1 << 13 | v1 >> 51
    v1 ^= v0
    v0 = v0 << 32 | v0 >> 32
    v2 = v2 &+ v3
    v3 = v3 << 16 | v3 >> 48
    v3 ^= v2
    v0 = v0 &+ v3
    v3 = v3 << 21 | v3 >> 43
    v3 ^= v0
    v2 = v2 &+ v1
    v1 = v1 << 17 | v1 >> 47
    v1 ^= v2
    v2 = v2 << 32 | v2 >> 32
  }
}
