public import Records
public import Wire

/// What a group has in common, in one dimension.
public enum GroupValue: Sendable {
  /// The type as sent; nil when it was missing.
  case type([UInt8]?)
  /// Which way the requests travel.
  case direction(Direction)
  /// The client's address.
  case client(IPAddress)
  /// The server's address and port.
  case server(Endpoint)
  /// The connection, as its first record of the group had it.
  case connection(ConnectionIdentity)
  /// A parameter; its value is nil where requests have none of that key, and a token where it is
  /// hidden.
  case parameter(key: [UInt8], value: [UInt8]?, isHidden: Bool)
}

/// The transactions and notifications of one group.
public struct GroupRow: Sendable {
  /// One for each dimension of the plan.
  public var values: [GroupValue]
  /// What was counted of it.
  public var tally: Tally
}

/// All groups of a run or of an interval.
public struct GroupedTallies: Sendable {
  /// What was grouped by.
  public var plan: GroupingPlan
  /// The busiest first; equal ones in the order of their first appearance.
  public var rows: [GroupRow]
  /// What did not fit into rows; absent when all did.
  public var other: Tally?
}
