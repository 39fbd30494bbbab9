/// A seeded multiply-fold hash for small keys, so that whoever controls the network cannot choose
/// its collisions.
public struct SeededHash: Sendable {
  @usableFromInline var state: UInt64

  @inlinable
  public init(seed: UInt64) {
    state = seed ^ 0x9e37_79b9_7f4a_7c15
  }

  /// Mixes a word in.
  @inlinable
  public mutating func combine(_ word: UInt64) {
    let product = (word ^ state).multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93 ^ (state | 1))
    state = product.high ^ product.low ^ word.byteSwapped
  }

  /// The hash of what was mixed in.
  @inlinable
  public var value: UInt64 {
    let product = (state ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: 0xe703_7ed1_a0b4_28db)
    return product.high ^ product.low
  }
}
