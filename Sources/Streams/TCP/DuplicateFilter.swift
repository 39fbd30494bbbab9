import Storage
import Wire

/// Recognises packets that the capture shows twice: equal from the IP header on, except hop limit
/// and checksums, in the same VLANs and tunnel, within 100 ms.
///
/// Remembers hashes of headers only; the payload is compared by whoever asks. A hash has its place in
/// one of many short rows, the newest in front, so that packets that meet do not displace each other
/// at once. A capture that shows packets twice, and more of them within the window than the rows are
/// good for, gets more rows, up to a limit. Source: `semantics.md` section 2.
struct DuplicateFilter: ~Copyable {
  static let window: Int64 = 100_000_000
  private static let columns: UInt64 = 4
  private static let smallest = 1 << 12
  /// 4 MiB: enough for half a million packets a second.
  private static let largest = 1 << 18

  struct Seen: BitwiseCopyable {
    var hash: UInt64
    var time: Int64
  }

  private var seen = FixedTable<Seen>(zeroedOf: DuplicateFilter.smallest)
  private var size = DuplicateFilter.smallest
  /// How many more duplicates are found before it is looked whether there is room.
  private var untilCheck = 8
  private let seed: UInt64

  init(seed: UInt64) {
    self.seed = seed
  }

  /// Notes a packet; tells whether one with equal headers passed within the window.
  ///
  /// - Parameter tuple: a seeded hash of its addresses, ports, VLANs and tunnel, and its direction.
  mutating func note(
    _ bytes: RawSpan, frame: DecodedFrame, tuple: UInt64, time: Int64
  ) -> Bool {
    let tcp = frame.transportOffset
    // The snapshot length may cut the options.
    let end = min(frame.payloadOffset, bytes.byteCount)
    let ip = frame.internetOffset
    precondition(ip >= 0 && ip <= tcp && tcp <= bytes.byteCount &- 20)
    // Of IPv4 version to fragment offset: the identification is in it, TTL and checksum come behind.
    // Of IPv6 version to next header: all but the hop limit. A datagram of fragments has neither.
    let isIPv6 = frame.source.isIPv6
    var internet: UInt64 = 0
    if tcp >= ip &+ 20 {
      internet = bytes.word(known: ip)
      if isIPv6 { internet &= UInt64(littleEndian: 0x00ff_ffff_ffff_ffff) }
    }
    var options: (UInt64, UInt64) = (0, 0)
    if end &- tcp == 32 {
      // Room for a timestamp and two paddings: the options of nearly every segment.
      options = (bytes.word(known: tcp &+ 20), UInt64(bytes.halfWord(known: tcp &+ 28)))
    } else if end > tcp &+ 20 {
      options.0 = digest(bytes, from: tcp &+ 20, to: end)
    }
    let header = ip &+ (isIPv6 ? 40 : 20)
    if tcp > header { options.0 ^= digest(bytes, from: header, to: tcp) }
    return note(
      bytes, tcp: tcp, internet: internet, options: options, length: frame.payloadLength,
      tuple: tuple, time: time)
  }

  /// Notes a plain segment likewise.
  @inline(__always)
  mutating func note(
    _ bytes: RawSpan, segment: PlainSegment, tuple: UInt64, time: Int64
  ) -> Bool {
    let tcp = segment.transportOffset
    var options: (UInt64, UInt64) = (0, 0)
    if segment.payloadOffset != tcp &+ 20 {
      options = (bytes.word(known: tcp &+ 20), UInt64(bytes.halfWord(known: tcp &+ 28)))
    }
    return note(
      bytes, tcp: tcp, internet: bytes.word(known: segment.internetOffset), options: options,
      length: segment.payloadLength, tuple: tuple, time: time)
  }

  @inline(__always)
  private mutating func note(
    _ bytes: RawSpan, tcp: Int, internet: UInt64, options: (UInt64, UInt64), length: Int,
    tuple: UInt64, time: Int64
  ) -> Bool {
    // Sequence numbers, flags and window; the checksum lies behind, and the urgent pointer, which
    // means little.
    let sequence = bytes.word(known: tcp &+ 4)
    let control =
      UInt64(bytes.halfWord(known: tcp &+ 12)) &<< 32
      | UInt64(truncatingIfNeeded: length) & 0xffff_ffff
    let hash = Self.mix(sequence ^ seed, control ^ tuple) ^ options.1
    // 0 is what memory was at first.
    let value = Self.mix(hash ^ internet, options.0 ^ ~seed) | 1 << 63
    let row = value &* Self.columns
    for column in 0..<Self.columns where seen[row &+ column].hash == value {
      if isRecent(seen[row &+ column].time, time) {
        noteFound(at: time)
        return true
      }
    }
    insert(Seen(hash: value, time: time), row: row)
    return false
  }

  @inline(__always)
  private mutating func insert(_ entry: Seen, row: UInt64) {
    seen[row &+ 3] = seen[row &+ 2]
    seen[row &+ 2] = seen[row &+ 1]
    seen[row &+ 1] = seen[row]
    seen[row] = entry
  }

  /// Makes room when duplicates are found while rows are crowded: others are missed then.
  @inline(never)
  private mutating func noteFound(at time: Int64) {
    untilCheck -= 1
    guard untilCheck <= 0 else { return }
    untilCheck = size / 64
    guard size < Self.largest else { return }
    var recent = 0
    for place in 0..<size where isRecent(seen[UInt64(place)], time) { recent += 1 }
    guard recent > size / 8 else { return }
    let old = size
    size = min(Self.largest, size * 8)
    untilCheck = 8
    var table = FixedTable<Seen>(zeroedOf: size)
    swap(&table, &seen)
    // The oldest of a row first.
    for place in (0..<UInt64(old)).reversed() where isRecent(table[place], time) {
      insert(table[place], row: table[place].hash &* Self.columns)
    }
  }

  private func isRecent(_ entry: Seen, _ time: Int64) -> Bool {
    entry.hash != 0 && isRecent(entry.time, time)
  }

  @inline(never)
  private func isRecent(_ old: Int64, _ time: Int64) -> Bool {
    let (age, overflow) = time.subtractingReportingOverflow(old)
    return !overflow && age <= Self.window && age >= -Self.window
  }

  /// Two words through their 128-bit product.
  @inline(__always)
  private static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = (a ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: b ^ 0xe703_7ed1_a0b4_28db)
    return product.high ^ product.low
  }

  /// A hash of rare headers.
  @inline(never)
  private func digest(_ bytes: RawSpan, from start: Int, to end: Int) -> UInt64 {
    var hash = MultilinearHash(seed: seed)
    var offset = start
    while offset + 8 <= end {
      hash.combine(bytes.word(at: offset))
      offset += 8
    }
    while offset < end {
      hash.combine(UInt64(bytes.byte(at: offset)))
      offset += 1
    }
    return hash.value
  }
}
