import ControlProtocol
import Records
import Storage

/// Message types seen, each kept once. Bounded: what no longer fits is for the caller to keep.
///
/// Their texts stand in the arena that transactions point into, in front of what is dropped.
struct TypeTable: ~Copyable {
  private static let maximumCount = 4096
  private static let maximumLength = 128

  private var ranges: [TextRange] = []
  private var hashes: [UInt64] = []
  private var table = IndexTable()
  private let seed: UInt64
  private var recent = RecentTypes()

  init(seed: UInt64) {
    self.seed = seed
  }

  /// The number of a type; `TypeNumber.none` when there is no room for it.
  @inline(__always)
  mutating func number(of type: RawSpan, in arena: inout TextArena) -> UInt32 {
    guard type.byteCount >= 8, type.byteCount <= 16 else { return find(type, in: &arena) }
    let words = (type.word(at: 0), type.word(at: type.byteCount &- 8))
    if let number = recent.number(of: words, count: type.byteCount) { return number }
    let number = find(type, in: &arena)
    if number != TypeNumber.none { recent.note(number, of: words, count: type.byteCount) }
    return number
  }

  @inline(never)
  private mutating func find(_ type: RawSpan, in arena: inout TextArena) -> UInt32 {
    guard type.byteCount <= Self.maximumLength else { return TypeNumber.none }
    let hash = UUIDKey.hash(type, seed: seed)
    let short = UInt32(truncatingIfNeeded: hash)
    if let found = table.find(hash: short, where: { hashes[Int($0)] == hash }) { return found }
    return add(type, hash: hash, to: &arena)
  }

  @inline(never)
  private mutating func add(
    _ type: RawSpan, hash: UInt64, to arena: inout TextArena
  ) -> UInt32 {
    // What is on its way may be long: nothing is kept behind it.
    guard ranges.count < Self.maximumCount, !arena.holdsMoreThanKept else {
      return TypeNumber.none
    }
    let number = UInt32(ranges.count)
    table.insert(hash: UInt32(truncatingIfNeeded: hash), slot: number)
    ranges.append(TextRange(start: arena.count, count: type.byteCount))
    hashes.append(hash)
    arena.append(type)
    arena.keepAll()
    return number
  }

  /// Where the text of a numbered type stands.
  func text(_ number: UInt32) -> TextRange {
    ranges[Int(number)]
  }
}

/// The types that were looked up last, of those that two words tell whole.
struct RecentTypes: ~Copyable {
  struct Entry: BitwiseCopyable {
    var first: UInt64 = 0
    var last: UInt64 = 0
    var count: Int = 0
    var number: UInt32 = 0
  }

  private var entries = FixedTable<Entry>(zeroedOf: 64)

  /// Whoever chooses types that share a place makes them slow, not wrong.
  @inline(__always)
  private static func place(_ words: (UInt64, UInt64)) -> UInt64 {
    ((words.0 ^ words.1 &* 31) &* 0x9e37_79b9_7f4a_7c15) &>> 58
  }

  @inline(__always)
  func number(of words: (UInt64, UInt64), count: Int) -> UInt32? {
    let entry = entries[Self.place(words)]
    guard entry.first == words.0, entry.last == words.1, entry.count == count else { return nil }
    return entry.number
  }

  mutating func note(_ number: UInt32, of words: (UInt64, UInt64), count: Int) {
    entries[Self.place(words)] = Entry(
      first: words.0, last: words.1, count: count, number: number)
  }
}

extension [UInt8] {
  /// Appends captured bytes.
  mutating func append(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
  }
}
