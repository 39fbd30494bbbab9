/// Which records a renderer writes; it passes over the others that it is given.
public struct RecordKinds: OptionSet, Sendable {
  /// One bit a kind.
  public var rawValue: UInt8

  /// Creates a set from its bits.
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// `message` lines.
  public static let messages = RecordKinds(rawValue: 1 << 0)
  /// `transaction` lines.
  public static let transactions = RecordKinds(rawValue: 1 << 1)
  /// `diagnostic` lines.
  public static let diagnostics = RecordKinds(rawValue: 1 << 2)
  /// `connection` lines.
  public static let connections = RecordKinds(rawValue: 1 << 3)
}
