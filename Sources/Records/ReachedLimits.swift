/// How often each limit of memory and patience was reached, by what.
///
/// Source: `semantics.md` section 2.
public struct ReachedLimits: Hashable, Sendable {
  /// Holes given up because too much waited behind them.
  public var waiting: UInt64 = 0
  /// Times that too many captured bytes were held altogether.
  public var held: UInt64 = 0
  /// Connections given up because there were too many.
  public var connections: UInt64 = 0
  /// Messages that were too long.
  public var messages: UInt64 = 0
  /// Requests given up because too many waited in their connection.
  public var pending: UInt64 = 0
  /// Half-open connections that were idle for too long.
  public var halfOpen: UInt64 = 0
  /// Datagrams given up because the fragments of too many waited.
  public var datagrams: UInt64 = 0
  /// Datagrams given up because their fragments took too long to come.
  public var lateDatagrams: UInt64 = 0

  /// No limit was reached.
  public init() {}
}
