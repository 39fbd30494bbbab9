/// How long requests wait and how many of them may.
public struct CorrelationConfiguration: Sendable {
  /// Nanoseconds; 0 for ever.
  public var timeoutNanoseconds: Int64 = 30_000_000_000
  /// How long a response that found no request is kept, nanoseconds.
  public var orphanNanoseconds: Int64 = 200_000_000
  /// Requests kept for one connection; the oldest goes first.
  public var pendingPerConnection = 10_000
  /// Responses kept that found no request, of all connections.
  public var orphans = 65_536
  /// Seeds the tables that captured values are looked up in.
  public var seed: UInt64 = 0

  /// What the command line has by default.
  public init() {}
}
