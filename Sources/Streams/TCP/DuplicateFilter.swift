import Storage
import Wire

/// Recognises packets that the capture shows twice: equal from the IP header on, except hop limit
/// and checksums, in the same VLANs and tunnel, within 100 ms.
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
  mutating func note(_ bytes: RawSpan, frame: DecodedFrame, time: Int64) -> Bool {
    var hash = MultilinearHash(seed: seed)
    if frame.vlans.rawValue != 0 || frame.tunnel.kind != .none {
      // Equal packets in two of them belong to two connections.
      hash.combine(frame.vlans.rawValue)
      hash.combine(frame.tunnel.path)
    }
    let ip = frame.internetOffset
    var offset: Int
    if frame.source.isIPv6 {
      // Version to payload length, next header; all but the hop limit.
      hash.combine(bytes.word(at: ip) & UInt64(littleEndian: 0x00ff_ffff_ffff_ffff))
      offset = ip + 8
    } else {
      hash.combine(bytes.word(at: ip))
      // Protocol without TTL and checksum, then the addresses and any options.
      offset = ip + 12
    }
    let tcp = frame.transportOffset
    // The snapshot length may cut the options.
    let end = min(frame.payloadOffset, bytes.byteCount)
    if tcp < ip + 20 {
      // A datagram of fragments has no IP header of its own.
      hash.combine(frame.source.high ^ frame.destination.low)
      hash.combine(frame.source.low ^ frame.destination.high)
    }
    while offset + 8 <= tcp {
      hash.combine(bytes.word(at: offset))
      offset += 8
    }
    hash.combine(bytes.word(at: tcp))
    hash.combine(bytes.word(at: tcp + 8))
    // The checksum lies in bytes 16 and 17; the urgent pointer behind it means little.
    offset = tcp + 20
    while offset + 8 <= end {
      hash.combine(bytes.word(at: offset))
      offset += 8
    }
    if offset < end, end - tcp >= 28 {
      hash.combine(bytes.word(at: end - 8))
    } else if offset < end {
      for index in offset..<end { hash.combine(UInt64(bytes.byte(at: index))) }
    }
    hash.combine(UInt64(frame.payloadLength))
    let value = hash.value
    let old = seen[value]
    if old.hash == value, old.time != .min {
      let (age, overflow) = time.subtractingReportingOverflow(old.time)
      if !overflow, age <= Self.window, age >= -Self.window { return true }
    }
    seen[value] = Seen(hash: value, time: time)
    return false
  }
}
