/// A seeded multiply-fold hash for small keys, so that whoever controls the network cannot choose
/// its collisions.
public struct SeededHash: Sendable {
  @usableFromInline var state: UInt64

  /// A hash of nothing yet; another seed gives other hashes.
  @inlinable
  public init(seed: UInt64) {
    state = seed ^ 0x9e37_79b9_7f4a_7c15
  }

  /// Mixes a word in.
  @inlinable
  public mutating func combine(_ word: UInt64) {
    state = fold(word ^ state, 0xd6e8_feb8_6659_fd93 ^ (state | 1)) ^ word.byteSwapped
  }

  /// The hash of what was mixed in.
  @inlinable
  public var value: UInt64 {
    fold(state ^ 0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db)
  }
}

/// A seeded hash for some words at a time whose products do not wait for each other: a sum of words
/// times odd multipliers that follow from the seed.
public struct MultilinearHash: Sendable {
  @usableFromInline var sum: UInt64
  @usableFromInline var multiplier: UInt64

  /// A hash of nothing yet; another seed gives other hashes.
  @inlinable
  public init(seed: UInt64) {
    sum = seed
    multiplier = seed &* 0x9e37_79b9_7f4a_7c15 | 1
  }

  /// Mixes a word in.
  @inlinable
  public mutating func combine(_ word: UInt64) {
    sum = sum &+ fold(word, multiplier)
    // Another odd multiplier for the next word.
    multiplier = multiplier &+ 0xd6e8_feb8_6659_fd94
  }

  /// The hash of what was mixed in.
  @inlinable
  public var value: UInt64 {
    fold(sum ^ 0xa076_1d64_78bd_642f, multiplier)
  }
}
