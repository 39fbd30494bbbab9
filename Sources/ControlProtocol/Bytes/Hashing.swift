import Storage

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
  // Each 16 bytes go into `a`, and the lanes change places: two multiplications in flight.
  private var a: UInt64
  private var b: UInt64
  private let key: UInt64
  /// The last bytes, fewer than 16, that fill no block yet.
  private var rest: (UInt64, UInt64) = (0, 0)
  private var count: UInt64 = 0

  init(seed: UInt64 = 0) {
    a = seed ^ 0x2d35_8dcc_aa6c_78a5
    b = seed ^ 0x8bb8_4b93_962e_acc9
    key = fold(seed ^ 0x4b33_a62e_d433_d4a3, 0xa076_1d64_78bd_642f)
  }

  mutating func update(_ span: RawSpan, _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= span.byteCount)
    var index = range.lowerBound
    let end = range.upperBound
    while count & 15 != 0, index < end {
      append(span.byte(known: index))
      index &+= 1
    }
    guard index < end else { return }
    count &+= UInt64(truncatingIfNeeded: end &- index)
    var (a, b) = (a, b)
    while index &+ 32 <= end {
      a = fold(a ^ span.word(known: index), key ^ span.word(known: index &+ 8))
      b = fold(b ^ span.word(known: index &+ 16), key ^ span.word(known: index &+ 24))
      index &+= 32
    }
    if index &+ 16 <= end {
      (a, b) = (b, fold(a ^ span.word(known: index), key ^ span.word(known: index &+ 8)))
      index &+= 16
    }
    (self.a, self.b) = (a, b)
    let middle = min(index &+ 8, end)
    rest.0 = middle &- index == 8 ? span.word(known: index) : span.shortWord(index..<end)
    rest.1 = span.shortWord(middle..<end)
  }

  /// Takes a byte into a block that was begun.
  private mutating func append(_ byte: UInt8) {
    let shift = (count & 7) &<< 3
    if count & 8 == 0 {
      rest.0 |= UInt64(byte) &<< shift
    } else {
      rest.1 |= UInt64(byte) &<< shift
    }
    count &+= 1
    guard count & 15 == 0 else { return }
    (a, b) = (b, fold(a ^ rest.0, key ^ rest.1))
    rest = (0, 0)
  }

  /// The hash of what came so far, never 0.
  var value: UInt64 {
    let last = fold(a ^ rest.0, key ^ rest.1)
    let hash = fold(last ^ count ^ 0x9e37_79b9_7f4a_7c15, b ^ key ^ 0x4d5a_2da5_1de1_aa47)
    return hash == 0 ? 1 : hash
  }
}
