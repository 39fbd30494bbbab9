import Storage
import Wire

/// Recognises packets that the capture shows twice: equal from the IP header on, except hop limit
/// and checksums, within 100 ms.
///
/// Remembers hashes of headers only, in a table of fixed size in which newer ones replace older; the
/// payload is compared by whoever asks. Source: `semantics.md` section 2.
struct DuplicateFilter: ~Copyable {
  static let window: Int64 = 100_000_000
  private static let size = 1 << 13

  struct Seen: BitwiseCopyable {
    var hash: UInt64
    var time: Int64
  }

  private var seen = FixedTable(repeating: Seen(hash: 0, time: .min), size: DuplicateFilter.size)
  private let seed: UInt64

  init(seed: UInt64) {
    self.seed = seed
  }

  /// Notes a packet; tells whether one with equal headers passed within the window.
  ///
  /// - Parameter tuple: a seeded hash of its addresses, ports, VLANs and tunnel.
  @inline(__always)
  mutating func note(
    _ bytes: RawSpan, frame: DecodedFrame, tuple: UInt64, time: Int64
  ) -> Bool {
    let tcp = frame.transportOffset
    // The snapshot length may cut the options.
    let end = min(frame.payloadOffset, bytes.byteCount)
    let ip = frame.internetOffset
    var hash = MultilinearHash(seed: seed ^ tuple)
    // Sequence numbers, flags and window; the checksum lies behind, and the urgent pointer, which
    // means little.
    hash.combine(bytes.word(at: tcp + 4))
    hash.combine(UInt64(bytes.halfWord(at: tcp + 12)) << 32 | UInt64(UInt32(frame.payloadLength)))
    if frame.source.isIPv6 {
      // Version to payload length, next header; all but the hop limit.
      hash.combine(bytes.word(at: ip) & UInt64(littleEndian: 0x00ff_ffff_ffff_ffff))
      if tcp > ip + 40 { Self.combine(bytes, from: ip + 40, to: tcp, into: &hash) }
    } else if tcp >= ip + 20 {
      // Version to fragment offset: the identification is in it. TTL and checksum come behind.
      hash.combine(bytes.word(at: ip))
      if tcp > ip + 20 { Self.combine(bytes, from: ip + 20, to: tcp, into: &hash) }
    }
    if end - tcp == 32 {
      // Room for a timestamp and two paddings: the options of nearly every segment.
      hash.combine(bytes.word(at: tcp + 20))
      hash.combine(UInt64(bytes.halfWord(at: tcp + 28)))
    } else if end > tcp + 20 {
      Self.combine(bytes, from: tcp + 20, to: end, into: &hash)
    }
    let value = hash.value
    let old = seen[value]
    if old.hash == value, old.time != .min {
      let (age, overflow) = time.subtractingReportingOverflow(old.time)
      if !overflow, age <= Self.window, age >= -Self.window { return true }
    }
    seen[value] = Seen(hash: value, time: time)
    return false
  }

  @inline(never)
  private static func combine(
    _ bytes: RawSpan, from start: Int, to end: Int, into hash: inout MultilinearHash
  ) {
    var offset = start
    while offset + 8 <= end {
      hash.combine(bytes.word(at: offset))
      offset += 8
    }
    while offset < end {
      hash.combine(UInt64(bytes.byte(at: offset)))
      offset += 1
    }
  }
}
