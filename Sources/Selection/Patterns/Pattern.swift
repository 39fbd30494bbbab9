/// A regular expression over bytes, as a program for an automaton without memory of its way.
///
/// It has alternatives, groups, repetitions, classes and anchors, and nothing that would need to go
/// back: matching takes time proportional to the text.
struct Pattern: Sendable {
  /// The longest text of a pattern, in bytes.
  static let maximumBytes = 4096
  /// The most instructions of a program.
  static let maximumInstructions = 2000
  /// The deepest nesting of groups.
  static let maximumDepth = 100
  /// The highest number of times in `{n,m}`.
  static let maximumCount = 1000

  /// A step of the program.
  enum Instruction: Sendable {
    /// A byte of a set, by the set's number; then the next instruction.
    case bytes(Int)
    case jump(Int)
    case split(Int, Int)
    /// Nothing but the beginning, or the end, of the text.
    case begin, end
    case match
  }

  private(set) var instructions: [Instruction] = []
  /// For each byte the number of its class: bytes of one class are in the same sets.
  private(set) var classes: [UInt8] = []
  private(set) var classCount = 0
  /// For each set the classes in it.
  private(set) var classesOfSets: [[Bool]] = []

  /// Reads a pattern.
  init(_ text: [UInt8]) throws(PatternError) {
    var parser = PatternParser(text)
    let node = try parser.parse()
    var builder = PatternBuilder()
    try builder.add(node)
    try builder.finish()
    instructions = builder.instructions
    (classes, classCount) = Self.classes(of: builder.sets)
    classesOfSets = builder.sets.map { set in
      var members = [Bool](repeating: false, count: classCount)
      for byte in 0..<256 where set.contains(UInt8(byte)) { members[Int(classes[byte])] = true }
      return members
    }
  }

  private static func classes(of sets: [ByteSet]) -> ([UInt8], Int) {
    var classes = [UInt8](repeating: 0, count: 256)
    var count = 1
    for set in sets {
      // Each class falls apart into what is in the set and what is not.
      var split: [Int: UInt8] = [:]
      var seenOutside = Set<UInt8>()
      for byte in 0..<256 where !set.contains(UInt8(byte)) { seenOutside.insert(classes[byte]) }
      for byte in 0..<256 where set.contains(UInt8(byte)) {
        let old = Int(classes[byte])
        guard seenOutside.contains(UInt8(old)) else { continue }
        if split[old] == nil {
          split[old] = UInt8(truncatingIfNeeded: count)
          count += 1
        }
        classes[byte] = split[old] ?? 0
      }
    }
    return (classes, count)
  }
}

/// What is wrong with a pattern, and where.
struct PatternError: Error {
  /// In bytes from the beginning of the pattern.
  var offset: Int
  var message: String
}

/// A set of bytes.
struct ByteSet: Hashable, Sendable {
  private var words: InlineWords = InlineWords()

  private struct InlineWords: Hashable, Sendable {
    var a: UInt64 = 0
    var b: UInt64 = 0
    var c: UInt64 = 0
    var d: UInt64 = 0
  }

  func contains(_ byte: UInt8) -> Bool {
    let bit = UInt64(1) << UInt64(byte & 63)
    switch byte >> 6 {
    case 0: return words.a & bit != 0
    case 1: return words.b & bit != 0
    case 2: return words.c & bit != 0
    default: return words.d & bit != 0
    }
  }

  mutating func insert(_ byte: UInt8) {
    let bit = UInt64(1) << UInt64(byte & 63)
    switch byte >> 6 {
    case 0: words.a |= bit
    case 1: words.b |= bit
    case 2: words.c |= bit
    default: words.d |= bit
    }
  }

  mutating func insert(_ bytes: ClosedRange<UInt8>) {
    for byte in bytes { insert(byte) }
  }

  mutating func formUnion(_ other: ByteSet) {
    words.a |= other.words.a
    words.b |= other.words.b
    words.c |= other.words.c
    words.d |= other.words.d
  }

  var inverted: ByteSet {
    var set = self
    set.words = InlineWords(a: ~words.a, b: ~words.b, c: ~words.c, d: ~words.d)
    return set
  }

  /// With both cases of every ASCII letter in it.
  var foldingCase: ByteSet {
    var set = self
    for letter in UInt8(ascii: "a")...UInt8(ascii: "z") {
      if contains(letter) { set.insert(letter ^ 0x20) }
      if contains(letter ^ 0x20) { set.insert(letter) }
    }
    return set
  }
}
