/// What was found out about parameter keys seen lately: whether their values are secret.
///
/// A fixed number of pairs of places, each with the two keys that came last to it, whole: no traffic
/// can make a key pass for another. Keys over `longest` bytes are not remembered.
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

    @inline(__always)
    init(_ key: RawSpan) {
      count = key.byteCount
      if count >= 8 {
        first = key.word(at: 0)
        last = key.word(at: count &- 8)
        if count > 16 { middle = key.word(at: 8) }
      } else {
        for offset in 0..<count { first = first << 8 | UInt64(key.byte(at: offset)) }
      }
    }
  }

  private struct Place {
    var key = Words()
    var isSecret = false
  }

  private var places = [Place](repeating: Place(), count: 256)
  /// Odd, and drawn at random, so that traffic cannot choose which keys take each other's place.
  private let multiplier: UInt64

  init(seed: UInt64) {
    multiplier = seed | 1
  }

  /// Whether `keys` have `key`.
  @inline(__always)
  mutating func verdict(on key: RawSpan, by keys: SecretKeys) -> Bool {
    guard key.byteCount <= Self.longest else { return keys.contains(key) }
    let words = Words(key)
    let mixed = (words.first ^ words.last &* 31 ^ words.middle &* 961) &* multiplier
    let index = Int(truncatingIfNeeded: mixed >> 56)
    if places[index].key == words { return places[index].isSecret }
    if places[index ^ 1].key == words { return places[index ^ 1].isSecret }
    return learn(words, at: index, key, keys)
  }

  @inline(never)
  private mutating func learn(
    _ words: Words, at index: Int, _ key: RawSpan, _ keys: SecretKeys
  ) -> Bool {
    places[index ^ 1] = places[index]
    places[index].key = words
    places[index].isSecret = keys.contains(key)
    return places[index].isSecret
  }
}
