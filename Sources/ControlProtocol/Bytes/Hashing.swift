/// Mixes two words through their 128-bit product.
@inline(__always)
func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
  let product = a.multipliedFullWidth(by: b)
  return product.high ^ product.low
}

extension RawSpan {
  /// A seeded hash of a short piece, such as a key.
  func keyHash(of range: Range<Int>, seed: UInt64) -> UInt64 {
    var hash = seed ^ 0x9e37_79b9_7f4a_7c15
    var index = range.lowerBound
    while index &+ 8 <= range.upperBound {
      hash = fold(hash ^ word(at: index), 0xa076_1d64_78bd_642f)
      index &+= 8
    }
    var rest: UInt64 = 0
    while index < range.upperBound {
      rest = rest &<< 8 | UInt64(byte(at: index))
      index &+= 1
    }
    return fold(
      hash ^ rest, 0xe703_7ed1_a0b4_28db ^ UInt64(truncatingIfNeeded: range.count))
  }
}

/// A seeded hash over bytes that come in pieces; where they were cut makes no difference.
struct ContentHash: Sendable {
  // Words go to the four lanes in turn, so that a long piece keeps four multiplications in flight.
  private var lanes = SIMD4<UInt64>()
  /// The bytes that do not fill a word yet.
  private var rest: UInt64 = 0
  private var count: UInt64 = 0

  private static let multipliers = SIMD4<UInt64>(
    0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db, 0x8ebc_6af0_9c88_c6e3, 0x5899_65cc_7537_4cc3)

  init(seed: UInt64 = 0) {
    lanes = SIMD4(
      seed ^ 0x2d35_8dcc_aa6c_78a5, seed ^ 0x8bb8_4b93_962e_acc9, seed ^ 0x4b33_a62e_d433_d4a3,
      seed ^ 0x4d5a_2da5_1de1_aa47)
  }

  mutating func update(_ span: RawSpan, _ range: Range<Int>) {
    var index = range.lowerBound
    let end = range.upperBound
    while index < end && count & 7 != 0 {
      take(span.byte(at: index))
      index &+= 1
    }
    while index &+ 8 <= end && count & 31 != 0 {
      take(word: span.word(at: index))
      index &+= 8
    }
    var (a, b, c, d) = (lanes[0], lanes[1], lanes[2], lanes[3])
    let m = Self.multipliers
    let blocks = index
    while index &+ 32 <= end {
      a = fold(a ^ span.word(at: index), m[0])
      b = fold(b ^ span.word(at: index &+ 8), m[1])
      c = fold(c ^ span.word(at: index &+ 16), m[2])
      d = fold(d ^ span.word(at: index &+ 24), m[3])
      index &+= 32
    }
    lanes = SIMD4(a, b, c, d)
    count &+= UInt64(truncatingIfNeeded: index &- blocks)
    while index &+ 8 <= end {
      take(word: span.word(at: index))
      index &+= 8
    }
    while index < end {
      take(span.byte(at: index))
      index &+= 1
    }
  }

  @inline(__always)
  private mutating func take(_ byte: UInt8) {
    let place = count & 7
    rest |= UInt64(byte) &<< (place &* 8)
    if place == 7 {
      count &-= 7
      take(word: rest)
      rest = 0
    } else {
      count &+= 1
    }
  }

  @inline(__always)
  private mutating func take(word: UInt64) {
    let lane = Int(truncatingIfNeeded: (count &>> 3) & 3)
    lanes[lane] = fold(lanes[lane] ^ word, Self.multipliers[lane])
    count &+= 8
  }

  /// The hash of what came so far, never 0.
  var value: UInt64 {
    let a = fold(lanes[0] ^ rest, lanes[1] ^ count | 1)
    let b = fold(lanes[2] ^ count, lanes[3] | 1)
    let hash = fold(a ^ 0x9e37_79b9_7f4a_7c15, b | 1)
    return hash == 0 ? 1 : hash
  }
}
