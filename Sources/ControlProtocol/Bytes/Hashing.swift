/// Mixes two words through their 128-bit product.
@inline(__always)
func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
  let product = a.multipliedFullWidth(by: b)
  return product.high ^ product.low
}

extension RawSpan {
  /// The fewer than eight bytes in `range` as a word, the first one lowest.
  @inline(__always)
  fileprivate func shortWord(_ range: Range<Int>) -> UInt64 {
    let count = range.count
    if count == 0 { return 0 }
    let unused = UInt64(truncatingIfNeeded: 8 &- count) &<< 3
    // One load where there are eight bytes to load.
    if range.lowerBound &+ 8 <= byteCount {
      return (word(at: range.lowerBound) &<< unused) &>> unused
    }
    if range.upperBound >= 8 { return word(at: range.upperBound &- 8) &>> unused }
    var word: UInt64 = 0
    for index in range.reversed() { word = word &<< 8 | UInt64(byte(at: index)) }
    return word
  }

  /// What tells a key from others: its bytes and their number where they fit in a word, else a seeded
  /// hash with the highest bit set.
  @inline(__always)
  func keyPrint(of range: Range<Int>, seed: UInt64) -> UInt64 {
    range.count < 8
      ? KeySet.print(ofShort: shortWord(range), count: range.count)
      : KeySet.print(ofLong: longHash(of: range, seed: seed))
  }

  @inline(__always)
  private func longHash(of range: Range<Int>, seed: UInt64) -> UInt64 {
    guard range.count > 16 else {
      // Two words that may share bytes are all there is.
      let words = fold(
        word(at: range.lowerBound) ^ seed ^ 0xa076_1d64_78bd_642f,
        word(at: range.upperBound &- 8) ^ (seed &+ 0x9e37_79b9_7f4a_7c15))
      return fold(words, 0xe703_7ed1_a0b4_28db ^ UInt64(truncatingIfNeeded: range.count))
    }
    return longerHash(of: range, seed: seed)
  }

  @inline(never)
  private func longerHash(of range: Range<Int>, seed: UInt64) -> UInt64 {
    var hash = seed ^ 0x9e37_79b9_7f4a_7c15
    var index = range.lowerBound
    while index &+ 8 <= range.upperBound {
      hash = fold(hash ^ word(at: index), 0xa076_1d64_78bd_642f)
      index &+= 8
    }
    return fold(
      hash ^ shortWord(index..<range.upperBound),
      0xe703_7ed1_a0b4_28db ^ UInt64(truncatingIfNeeded: range.count))
  }
}

/// A seeded hash over bytes that come in pieces; where they were cut makes no difference.
struct ContentHash: Sendable {
  // Each word goes into `a`, and the lanes move up: four multiplications in flight for long pieces.
  private var a: UInt64
  private var b: UInt64
  private var c: UInt64
  private var d: UInt64
  /// The last bytes, fewer than eight, that fill no word yet.
  private var rest: UInt64 = 0
  private var count: UInt64 = 0

  private static let multiplier: UInt64 = 0xa076_1d64_78bd_642f

  init(seed: UInt64 = 0) {
    a = seed ^ 0x2d35_8dcc_aa6c_78a5
    b = seed ^ 0x8bb8_4b93_962e_acc9
    c = seed ^ 0x4b33_a62e_d433_d4a3
    d = seed ^ 0x4d5a_2da5_1de1_aa47
  }

  mutating func update(_ span: RawSpan, _ range: Range<Int>) {
    var index = range.lowerBound
    let end = range.upperBound
    let filled = Int(truncatingIfNeeded: count & 7)
    if filled != 0 {
      let taken = min(8 &- filled, end &- index)
      rest |= span.shortWord(index..<index &+ taken) &<< UInt64(truncatingIfNeeded: filled &<< 3)
      count &+= UInt64(truncatingIfNeeded: taken)
      index &+= taken
      if count & 7 != 0 { return }
      take(rest)
      rest = 0
    }
    count &+= UInt64(truncatingIfNeeded: end &- index)
    var (a, b, c, d) = (a, b, c, d)
    let m = Self.multiplier
    while index &+ 32 <= end {
      a = fold(a ^ span.word(at: index), m)
      b = fold(b ^ span.word(at: index &+ 8), m)
      c = fold(c ^ span.word(at: index &+ 16), m)
      d = fold(d ^ span.word(at: index &+ 24), m)
      index &+= 32
    }
    while index &+ 8 <= end {
      (a, b, c, d) = (b, c, d, fold(a ^ span.word(at: index), m))
      index &+= 8
    }
    (self.a, self.b, self.c, self.d) = (a, b, c, d)
    rest = span.shortWord(index..<end)
  }

  private mutating func take(_ word: UInt64) {
    (a, b, c, d) = (b, c, d, fold(a ^ word, Self.multiplier))
  }

  /// The hash of what came so far, never 0.
  var value: UInt64 {
    let low = fold(a ^ rest, b ^ count | 1)
    let high = fold(c ^ count, d | 1)
    let hash = fold(low ^ 0x9e37_79b9_7f4a_7c15, high | 1)
    return hash == 0 ? 1 : hash
  }
}
