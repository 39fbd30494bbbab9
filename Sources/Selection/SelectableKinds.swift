/// Kinds of records that an expression can ask about.
public struct SelectableKinds: OptionSet, Hashable, Sendable {
  /// One bit a kind.
  public var rawValue: UInt8

  /// Creates a set from its bits.
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// `message` records.
  public static let messages = SelectableKinds(rawValue: 1 << 0)
  /// `transaction` records.
  public static let transactions = SelectableKinds(rawValue: 1 << 1)
  /// `connection` records.
  public static let connections = SelectableKinds(rawValue: 1 << 2)
  /// `diagnostic` records.
  public static let diagnostics = SelectableKinds(rawValue: 1 << 3)
  /// Streams, of which only is known whose they are.
  public static let streams = SelectableKinds(rawValue: 1 << 4)
  /// All of them.
  public static let all: SelectableKinds = [
    .messages, .transactions, .connections, .diagnostics, .streams,
  ]

  /// The kinds in words, as commands are called: `messages and transactions`.
  var words: String {
    let names: [(SelectableKinds, String)] = [
      (.messages, "messages"), (.transactions, "transactions"), (.connections, "connections"),
    ]
    let known = names.filter { contains($0.0) }.map(\.1)
    guard let last = known.last, known.count > 1 else { return known.joined() }
    return known.dropLast().joined(separator: ", ") + " and " + last
  }
}
