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

  init(seed: UInt64) {
    self.seed = seed
  }

  /// The number of a type; `TypeNumber.none` when there is no room for it.
  mutating func number(of type: RawSpan, in arena: inout TextArena) -> UInt32 {
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

extension [UInt8] {
  /// Appends captured bytes.
  mutating func append(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
  }
}
