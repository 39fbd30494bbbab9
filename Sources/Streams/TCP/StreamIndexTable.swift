import Storage
import Wire

/// Gives connections the tcp.stream index that Wireshark would, by its own rule: one for each pair
/// of endpoints, without regard to VLANs and tunnels, and a new one for a SYN whose initial sequence
/// number differs from the one known for its sender.
///
/// Remembers a fixed number of endpoint pairs. Beyond it the indices of new connections are not
/// known any more, and it says so by giving none.
struct StreamIndexTable: ~Copyable {
  /// 24 bytes each, and 8 more in the table.
  private static let capacity = 1 << 18

  private struct Entry: BitwiseCopyable {
    var hash: UInt64
    var index: UInt64
    /// Of the lower and the upper endpoint; see `baseKnown`.
    var base: InlineArray<2, UInt32>
    var baseKnown: InlineArray<2, Bool>
  }

  private var entries: [Entry] = []
  private var table = IndexTable()
  private var next: UInt64 = 0
  private var isKnown: Bool
  private let seed: UInt64

  init(seed: UInt64, isKnown: Bool) {
    self.seed = seed
    self.isKnown = isKnown
  }

  /// From here on indices are unknowable, because packets were not seen.
  mutating func giveUp() {
    isKnown = false
    entries = []
    table = IndexTable()
  }

  /// The index for a packet that begins a connection of ours, or carries a SYN.
  ///
  /// - Parameter side: 0 when the lower endpoint sent it.
  mutating func index(
    for key: ConnectionKey, side: Int, frame: DecodedFrame
  ) -> UInt64? {
    guard isKnown else { return nil }
    var hasher = SeededHash(seed: seed)
    hasher.combine(key.lower.address.high)
    hasher.combine(key.lower.address.low)
    hasher.combine(key.upper.address.high)
    hasher.combine(key.upper.address.low)
    hasher.combine(
      UInt64(key.lower.port) << 32 | UInt64(key.upper.port) << 1
        | (key.lower.address.isIPv6 ? 1 : 0))
    let hash = hasher.value
    let short = UInt32(truncatingIfNeeded: hash)
    let isSYN = frame.flags.contains(.syn)
    let base = isSYN ? frame.sequenceNumber : frame.sequenceNumber &- 1
    if let slot = table.find(hash: short, where: { entries[Int($0)].hash == hash }) {
      let place = Int(slot)
      let isReuse =
        isSYN && !frame.flags.contains(.acknowledgment) && entries[place].baseKnown[side]
        && entries[place].base[side] != frame.sequenceNumber
      if isReuse {
        entries[place].index = next
        entries[place].baseKnown = [false, false]
        next += 1
      }
      if isReuse || !entries[place].baseKnown[side] {
        entries[place].base[side] = base
        entries[place].baseKnown[side] = true
      }
      return entries[place].index
    }
    guard entries.count < Self.capacity else {
      giveUp()
      return nil
    }
    var entry = Entry(hash: hash, index: next, base: [0, 0], baseKnown: [false, false])
    entry.base[side] = base
    entry.baseKnown[side] = true
    if frame.flags.contains(.acknowledgment) {
      entry.base[1 - side] = frame.acknowledgmentNumber &- 1
      entry.baseKnown[1 - side] = true
    }
    next += 1
    table.insert(hash: short, slot: UInt32(entries.count))
    entries.append(entry)
    return entry.index
  }
}
