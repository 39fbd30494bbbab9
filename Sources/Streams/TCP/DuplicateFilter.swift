import Storage
import Wire

/// Recognises packets that the capture shows twice: equal from the IP header on, except hop limit
/// and checksums, in the same VLANs and tunnel, within 100 ms.
///
/// Remembers hashes of headers only; the payload is compared by whoever asks. A hash has its place in
/// one of many short rows, the newest in front, so that packets that meet do not displace each other
/// at once. When there are more packets within the window than rows are good for, they become more, up
/// to a limit; sooner in a capture that does show packets twice. Of a hash 44 bits count, of a time 39,
/// which come again after 9 minutes and 10 seconds. Source: `semantics.md` section 2.
struct DuplicateFilter: ~Copyable {
  /// 100 ms, in units of time.
  private static let window: Int32 = 100_000_000 >> unit
  /// A unit of time is so many bits of nanoseconds: 128.
  private static let unit: Int64 = 7
  private static let leastRows: UInt64 = 1 << 12
  /// 4 MiB then, enough for half a million packets a second.
  private static let mostDoublings: UInt64 = 5

  /// Four packets whose hashes share bits, the newest first.
  struct Row: BitwiseCopyable {
    /// The lower halves of their hashes, odd; 0 where there is none.
    var hashes = SIMD4<UInt32>()
    var times = SIMD4<UInt32>()

    @inline(__always)
    mutating func insert(_ hash: UInt32, at time: UInt32) {
      hashes = SIMD4(hash, hashes[0], hashes[1], hashes[2])
      times = SIMD4(time, times[0], times[1], times[2])
    }
  }

  private var seen = FixedTable<Row>(zeroedOf: Int(leastRows))
  /// Packets of which no copy can have passed, the oldest first: they are put into their rows together, those
  /// of the first half when the memory of their rows has had time to arrive.
  private var waiting = InlineArray<32, Waiting>(repeating: Waiting())
  private var waitingCount = 0
  /// How many of them have been asked for.
  private var askedCount = 0

  private struct Waiting: BitwiseCopyable {
    var hash: UInt64 = 0
    var time: UInt32 = 0
  }
  /// How often the rows were doubled.
  private var doublings: UInt64 = 0
  /// How many more duplicates are found before it is looked whether there is room.
  private var untilCheck = 8
  /// How many more packets come before their rate is looked at.
  private var untilLook = 1
  /// When it was looked at.
  private var looked: UInt32?
  private let seed: UInt64

  init(seed: UInt64) {
    self.seed = seed
  }

  /// Notes a packet by its hash; tells whether one with equal headers passed within the window.
  @inline(__always)
  mutating func note(_ hash: UInt64, at time: Int64) -> Bool {
    if waitingCount > 0 { settle() }
    let kept = UInt32(truncatingIfNeeded: hash)
    let now = Self.units(time)
    count(1, at: now)
    let number = row(of: hash)
    var row = seen[number]
    if row.hashes.holds(kept) { return isRepeat(of: kept, in: number, at: now) }
    row.insert(kept, at: now)
    seen[number] = row
    return false
  }

  /// Notes a packet of which no copy passed before, without a look.
  @inline(__always)
  mutating func noteNew(_ hash: UInt64, at time: Int64) {
    waiting[waitingCount] = Waiting(hash: hash, time: Self.units(time))
    waitingCount &+= 1
    if waitingCount &- askedCount == waiting.count / 2 { ask() }
  }

  /// What is noted of a packet: a hash of its headers.
  ///
  /// - Parameter tuple: a seeded hash of its addresses, ports, VLANs and tunnel, and its direction.
  func hash(of frame: DecodedFrame, _ bytes: RawSpan, tuple: UInt64) -> UInt64 {
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
    return hash(
      bytes, tcp: tcp, internet: internet, options: options, length: frame.payloadLength,
      tuple: tuple)
  }

  /// The same of a plain segment.
  @inline(__always)
  func hash(of segment: PlainSegment, _ bytes: RawSpan, tuple: UInt64) -> UInt64 {
    let tcp = segment.transportOffset
    var options: (UInt64, UInt64) = (0, 0)
    if segment.payloadOffset != tcp &+ 20 {
      options = (bytes.word(known: tcp &+ 20), UInt64(bytes.halfWord(known: tcp &+ 28)))
    }
    return hash(
      bytes, tcp: tcp, internet: bytes.word(known: segment.internetOffset), options: options,
      length: segment.payloadLength, tuple: tuple)
  }

  @inline(__always)
  private func hash(
    _ bytes: RawSpan, tcp: Int, internet: UInt64, options: (UInt64, UInt64), length: Int,
    tuple: UInt64
  ) -> UInt64 {
    // Sequence numbers, flags and window; the checksum lies behind, and the urgent pointer, which
    // means little.
    let sequence = bytes.word(known: tcp &+ 4)
    let control =
      UInt64(bytes.halfWord(known: tcp &+ 12)) &<< 32
      | UInt64(truncatingIfNeeded: length) & 0xffff_ffff
    let hash = Self.mix(sequence ^ seed, control ^ tuple) ^ options.1
    return Self.mix(hash ^ internet, options.0 ^ ~seed) | 1
  }

  /// Puts what was asked for into its rows, and asks for the rows of the others.
  @inline(never)
  private mutating func ask() {
    let half = waiting.count / 2
    count(half, at: waiting[askedCount].time)
    insertWaiting(askedCount)
    for index in 0..<half {
      waiting[index] = waiting[askedCount + index]
      seen.prefetch(row(of: waiting[index].hash))
    }
    askedCount = half
    waitingCount = half
  }

  /// Puts all that waits into its rows.
  @inline(never)
  private mutating func settle() {
    count(waitingCount - askedCount, at: waiting[waitingCount - 1].time)
    insertWaiting(waitingCount)
    waitingCount = 0
    askedCount = 0
  }

  @inline(__always)
  private mutating func insertWaiting(_ count: Int) {
    for index in 0..<count {
      let packet = waiting[index]
      seen[row(of: packet.hash)]
        .insert(UInt32(truncatingIfNeeded: packet.hash), at: packet.time)
    }
  }

  private static func units(_ time: Int64) -> UInt32 { UInt32(truncatingIfNeeded: time >> unit) }

  @inline(__always)
  private func row(of hash: UInt64) -> UInt64 {
    row(hash >> 52, of: UInt32(truncatingIfNeeded: hash))
  }

  /// The number of a row: what it was when rows were least, then bits of the hash.
  @inline(__always)
  private func row(_ first: UInt64, of kept: UInt32) -> UInt64 {
    first &<< doublings | UInt64(kept >> 1) & (1 &<< doublings &- 1)
  }

  /// Whether the packet of this hash that a row holds passed within the window. If not, this one takes
  /// its place: what is sent again and again displaces nothing.
  @inline(never)
  private mutating func isRepeat(of hash: UInt32, in number: UInt64, at now: UInt32) -> Bool {
    for column in 0..<4 where seen[number].hashes[column] == hash {
      if Self.isRecent(seen[number].times[column], now) {
        noteFound(at: now)
        return true
      }
      seen[number].times[column] = now
      break
    }
    return false
  }

  private static func isRecent(_ time: UInt32, _ now: UInt32) -> Bool {
    let age = Int32(bitPattern: now &- time)
    return age <= window && age >= -window
  }

  @inline(__always)
  private mutating func count(_ packets: Int, at now: UInt32) {
    untilLook &-= packets
    if untilLook <= 0 { lookAtRate(now) }
  }

  /// Makes room when 24 packets for each row came within the window: nearly all are displaced then
  /// before a copy of them can be found, so that none may be. At lower rates some are found, and
  /// `noteFound` makes room: more rows cost a clean capture a twelfth of its time, in which it waits
  /// for their memory.
  @inline(never)
  private mutating func lookAtRate(_ now: UInt32) {
    if let looked, Self.isRecent(looked, now) { makeRoom(at: now) }
    looked = now
    untilLook = Int(Self.leastRows &<< doublings) * 24
  }

  /// Makes room when duplicates are found while rows are crowded: others are missed then.
  @inline(never)
  private mutating func noteFound(at now: UInt32) {
    untilCheck -= 1
    guard untilCheck <= 0 else { return }
    let rows = Self.leastRows &<< doublings
    untilCheck = Int(rows / 16)
    guard doublings < Self.mostDoublings else { return }
    var recent: UInt64 = 0
    for number in 0..<rows { recent += Self.recent(in: seen[number], now) }
    guard recent > rows / 16 else { return }
    untilCheck = 8
    makeRoom(at: now)
  }

  /// Eight times as many rows, up to the limit.
  private mutating func makeRoom(at now: UInt32) {
    let before = doublings
    doublings = min(Self.mostDoublings, before + 3)
    guard doublings > before else { return }
    var table = FixedTable<Row>(zeroedOf: Int(Self.leastRows &<< doublings))
    swap(&table, &seen)
    for number in 0..<(Self.leastRows &<< before) {
      let old = table[number]
      // The oldest of a row first.
      for column in (0..<4).reversed()
      where old.hashes[column] != 0 && Self.isRecent(old.times[column], now) {
        seen[row(number >> before, of: old.hashes[column])]
          .insert(old.hashes[column], at: old.times[column])
      }
    }
  }

  private static func recent(in row: Row, _ now: UInt32) -> UInt64 {
    var count: UInt64 = 0
    for column in 0..<4 where row.hashes[column] != 0 && isRecent(row.times[column], now) {
      count += 1
    }
    return count
  }

  /// Two words through their 128-bit product.
  @inline(__always)
  private static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    fold(a ^ 0xa076_1d64_78bd_642f, b ^ 0xe703_7ed1_a0b4_28db)
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
