/// Which records a renderer writes; it passes over the others that it is given.
public struct RecordKinds: OptionSet, Sendable {
  public var rawValue: UInt8

  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  public static let messages = RecordKinds(rawValue: 1 << 0)
  public static let transactions = RecordKinds(rawValue: 1 << 1)
  public static let diagnostics = RecordKinds(rawValue: 1 << 2)
  public static let connections = RecordKinds(rawValue: 1 << 3)
}
