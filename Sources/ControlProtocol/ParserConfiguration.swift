/// What a parser keeps and where it stops keeping.
public struct ParserConfiguration: Sendable {
  /// The most bytes of one message that are read; what follows is counted and skipped.
  /// Between 16 bytes and 1 GiB; what lies outside is taken for the nearer of the two.
  public var maximumMessageLength = 1 << 20
  /// Whether parameters and raw lines are kept for every message.
  public var keepsParameters = false
  /// Seeds every hash that captured bytes go into.
  public var seed: UInt64 = 0

  public init() {}
}
