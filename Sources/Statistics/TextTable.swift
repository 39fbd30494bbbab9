import ControlProtocol
import Storage

/// Numbers distinct captured texts from 0 in the order of their first appearance, up to a limit.
///
/// Invariants: `slots` is a power of two and at least twice the number of entries; an entry never
/// changes its number. Memory: at most `limit` texts of ``longestText`` bytes.
struct TextTable: Sendable {
  /// Texts longer than this get no number: a message may be a mebibyte of type.
  static let longestText = 512

  private struct Entry: Sendable {
    var hash: UInt64
    var start: UInt32
    var length: UInt16
    var tag: UInt8
  }

  let limit: Int
  private let longest: Int
  private let seed: UInt64
  private var entries: [Entry] = []
  private var bytes: [UInt8] = []
  /// Open addressing: the number of an entry plus one; 0 for free.
  private var slots: [UInt16] = []

  /// - Parameters:
  ///   - limit: the most texts that get a number; at most 32,767.
  ///   - longest: the most bytes of a text that gets a number; at most 65,535.
  init(limit: Int, seed: UInt64, longest: Int = TextTable.longestText) {
    self.longest = min(longest, Int(UInt16.max))
    self.limit = max(0, min(limit, Int(Int16.max)))
    self.seed = seed
  }

  var count: Int { entries.count }

  var estimatedBytes: Int {
    entries.capacity * MemoryLayout<Entry>.stride + bytes.capacity + slots.capacity * 2
  }

  /// The number of a text, given to it now when it is new; nil when there is no room for it.
  ///
  /// - Parameter tag: what else tells two texts apart.
  mutating func number(of text: RawSpan, tag: UInt8) -> Int? {
    guard text.byteCount <= longest else { return nil }
    let hash = seededHash(text, seed: seed, tag: tag)
    if slots.isEmpty { slots = [UInt16](repeating: 0, count: 8) }
    let mask = slots.count &- 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let number = Int(slots[slot]) &- 1
      if entries[number].hash == hash, entries[number].tag == tag,
        bytes.rawBytes.extracting(range(of: number)).hasSameBytes(as: text)
      {
        return number
      }
      slot = (slot &+ 1) & mask
    }
    guard entries.count < limit else { return nil }
    entries.append(
      Entry(
        hash: hash, start: UInt32(truncatingIfNeeded: bytes.count),
        length: UInt16(truncatingIfNeeded: text.byteCount), tag: tag))
    append(text, to: &bytes)
    slots[slot] = UInt16(entries.count)
    if entries.count * 2 > slots.count { grow() }
    return entries.count - 1
  }

  /// The text with a number.
  func text(_ number: Int) -> [UInt8] { Array(bytes[range(of: number)]) }

  /// The tag of the text with a number.
  func tag(_ number: Int) -> UInt8 { entries[number].tag }

  private func range(of number: Int) -> Range<Int> {
    let entry = entries[number]
    return Int(entry.start)..<Int(entry.start) + Int(entry.length)
  }

  private mutating func grow() {
    let mask = slots.count * 2 - 1
    slots = [UInt16](repeating: 0, count: mask + 1)
    for (number, entry) in entries.enumerated() {
      var slot = Int(truncatingIfNeeded: entry.hash) & mask
      while slots[slot] != 0 { slot = (slot &+ 1) & mask }
      slots[slot] = UInt16(number + 1)
    }
  }
}
