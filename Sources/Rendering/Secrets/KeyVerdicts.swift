/// What was found out about parameter keys seen lately: whether their values are secret.
///
/// A fixed number of shelves, each with the four keys that were learned last of those that belong on
/// it, whole: no traffic can make a key pass for another. Keys over `longest` bytes are not remembered.
struct KeyVerdicts: Sendable {
  private static let longest = 24

  /// A key of at most `longest` bytes: equal ones have equal words.
  private struct Words: Equatable {
    var first: UInt64 = 0
    var middle: UInt64 = 0
    var last: UInt64 = 0
    /// How many bytes there are; nothing has the number that stands here in an unused place.
    var count = -1

    init() {}

    /// The `count` bytes of `text` from `start` on.
    @inline(__always)
    init(_ text: RawSpan, from start: Int, count: Int) {
      self.count = count
      if count >= 8 {
        first = text.word(at: start)
        last = text.word(at: start &+ count &- 8)
        if count > 16 { middle = text.word(at: start &+ 8) }
      } else if start &+ 8 <= text.byteCount {
        first = text.word(at: start) & (1 &<< (UInt64(truncatingIfNeeded: count) &<< 3) &- 1)
      } else {
        for offset in 0..<count {
          first |= UInt64(text.byte(at: start &+ offset)) &<< (UInt64(offset) &<< 3)
        }
      }
    }
  }

  private struct Place {
    var key = Words()
    var isSecret = false
  }

  private var places = [Place](repeating: Place(), count: 4 * 256)
  /// Odd, and drawn at random, so that traffic cannot choose which keys take each other's place.
  private let multiplier: UInt64

  init(seed: UInt64) {
    multiplier = seed | 1
  }

  /// Whether `keys` have the key at `range`, which is inside `text`.
  @inline(__always)
  mutating func verdict(on range: Range<Int>, of text: RawSpan, by keys: SecretKeys) -> Bool {
    guard range.count <= Self.longest else { return keys.contains(text.extracting(range)) }
    let words = Words(text, from: range.lowerBound, count: range.count)
    let mixed = (words.first ^ words.last &* 31 ^ words.middle &* 961) &* multiplier
    let shelf = Int(truncatingIfNeeded: mixed >> 56) &* 4
    for index in shelf..<(shelf &+ 4) where places[index].key == words {
      return places[index].isSecret
    }
    return learn(words, on: shelf, text.extracting(range), keys)
  }

  @inline(never)
  private mutating func learn(
    _ words: Words, on shelf: Int, _ key: RawSpan, _ keys: SecretKeys
  ) -> Bool {
    for index in (shelf..<(shelf + 3)).reversed() { places[index + 1] = places[index] }
    places[shelf].key = words
    places[shelf].isSecret = keys.contains(key)
    return places[shelf].isSecret
  }
}
