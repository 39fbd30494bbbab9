import Storage
import Wire

/// Gives connections the tcp.stream index that Wireshark would, by its own rule: one for each pair
/// of endpoints, without regard to VLANs and tunnels, and a new one for a SYN without an ACK whose
/// sequence number differs from the initial one that is known or supposed for its sender, whatever
/// became of the connection before.
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
    var base: InlineArray<2, UInt32> = [0, 0]
    var baseKnown: InlineArray<2, Bool> = [false, false]
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
    guard isKnown else { return }
    isKnown = false
    entries = []
    table = IndexTable()
  }

  /// What is known of a pair of endpoints behind a packet.
  struct Note {
    /// Absent when it is unknowable.
    var index: UInt64?
    /// Whether packets without a SYN change nothing any more.
    var isSettled: Bool
    /// Whether the packet begins another connection between the same ports.
    var isReuse: Bool
  }

  /// What a packet says of the index of its pair of endpoints. Every packet that begins a connection
  /// of ours is to be shown, every SYN, and every one of a connection whose index is not settled.
  ///
  /// - Parameter side: 0 when the lower endpoint sent it.
  mutating func note(_ key: ConnectionKey, side: Int, frame: DecodedFrame) -> Note {
    guard isKnown else { return Note(index: nil, isSettled: true, isReuse: false) }
    let hash = hash(of: key)
    let short = UInt32(truncatingIfNeeded: hash)
    var place = entries.count
    var isReuse = false
    if let slot = table.find(hash: short, where: { entries[Int($0)].hash == hash }) {
      place = Int(slot)
    } else {
      guard place < Self.capacity else {
        giveUp()
        return Note(index: nil, isSettled: true, isReuse: false)
      }
      table.insert(hash: short, slot: UInt32(place))
      entries.append(Entry(hash: hash, index: next))
      next += 1
    }
    let isSYN = frame.flags.contains(.syn)
    let isAnswer = frame.flags.contains(.acknowledgment)
    if isSYN, entries[place].baseKnown[side],
      entries[place].base[side] != frame.sequenceNumber
    {
      if !isAnswer {
        entries[place] = Entry(hash: hash, index: next)
        next += 1
        isReuse = true
      }
      entries[place].baseKnown[side] = false
    }
    if !entries[place].baseKnown[side] {
      entries[place].base[side] = isSYN ? frame.sequenceNumber : frame.sequenceNumber &- 1
      entries[place].baseKnown[side] = true
    }
    if isAnswer, !entries[place].baseKnown[1 - side] {
      entries[place].base[1 - side] = frame.acknowledgmentNumber &- 1
      entries[place].baseKnown[1 - side] = true
    }
    return Note(
      index: entries[place].index,
      isSettled: entries[place].baseKnown[0] && entries[place].baseKnown[1], isReuse: isReuse)
  }

  private func hash(of key: ConnectionKey) -> UInt64 {
    var hasher = SeededHash(seed: seed)
    hasher.combine(key.lower.address.high)
    hasher.combine(key.lower.address.low)
    hasher.combine(key.upper.address.high)
    hasher.combine(key.upper.address.low)
    hasher.combine(
      UInt64(key.lower.port) << 32 | UInt64(key.upper.port) << 1
        | (key.lower.address.isIPv6 ? 1 : 0))
    return hasher.value
  }
}
