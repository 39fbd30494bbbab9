/// What the pusher of a chunk wants to know again about a byte of it: four words that the parser
/// carries along and never reads.
public struct ArrivalMark: BitwiseCopyable, Hashable, Sendable {
  /// The first word, as pushed.
  public var word0: UInt64
  /// The second word.
  public var word1: UInt64
  /// The third word.
  public var word2: UInt64
  /// The fourth word.
  public var word3: UInt64

  /// Creates a mark of four words.
  @inlinable
  public init(word0: UInt64 = 0, word1: UInt64 = 0, word2: UInt64 = 0, word3: UInt64 = 0) {
    self.word0 = word0
    self.word1 = word1
    self.word2 = word2
    self.word3 = word3
  }
}
