import ControlProtocol
import Records
import Storage
import Wire

/// The bytes that tell one group from another, made anew for each record.
///
/// Every part has a fixed length or is preceded by its length, so that no captured value can make
/// two groups meet.
struct GroupKey: Sendable {
  let plan: GroupingPlan
  private(set) var bytes: [UInt8] = []
  /// Whether a captured value was too long to make a group of its own.
  private(set) var isTooLong = false

  /// The most bytes of a captured value that makes a group of its own.
  static let longestValue = TextTable.longestText
  /// The most bytes of a whole key.
  static let longest = 8 * longestValue

  init(plan: GroupingPlan) {
    self.plan = plan
    bytes.reserveCapacity(64)
  }

  mutating func begin() {
    bytes.removeAll(keepingCapacity: true)
    isTooLong = false
  }

  mutating func append(_ number: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
    }
  }

  mutating func append(_ address: IPAddress) {
    bytes.append(address.isIPv6 ? 1 : 0)
    append(address.high)
    append(address.low)
  }

  /// A captured value with its length, or that there is none.
  mutating func append(_ range: TextRange, in text: RawSpan) {
    guard range.isPresent else { return bytes.append(0) }
    let value = text.text(range)
    guard value.byteCount <= Self.longestValue else {
      isTooLong = true
      return
    }
    bytes.append(1)
    bytes.append(UInt8(truncatingIfNeeded: value.byteCount >> 8))
    bytes.append(UInt8(truncatingIfNeeded: value.byteCount))
    Statistics.append(value, to: &bytes)
  }

  /// Makes the key of a record.
  mutating func make(
    _ identity: borrowing ConnectionIdentity, _ direction: Direction, type: TextRange,
    parameters: Span<ParameterText>, text: RawSpan
  ) {
    begin()
    for dimension in plan.dimensions {
      switch dimension {
      case .type: append(type, in: text)
      case .direction: bytes.append(direction.rawValue)
      case .client: append(identity.client.address)
      case .server:
        append(identity.server.address)
        append(UInt64(identity.server.port))
      case .connection: append(identity.connection)
      case .parameter(let key):
        append(Self.value(of: key, in: parameters, text), in: text)
      }
    }
  }

  /// What the record's group has in common.
  func values(
    _ identity: borrowing ConnectionIdentity, _ direction: Direction, type: TextRange,
    parameters: Span<ParameterText>, text: RawSpan
  ) -> [GroupValue] {
    var values: [GroupValue] = []
    for dimension in plan.dimensions {
      switch dimension {
      case .type: values.append(.type(type.isPresent ? copied(text.text(type)) : nil))
      case .direction: values.append(.direction(direction))
      case .client: values.append(.client(identity.client.address))
      case .server: values.append(.server(identity.server))
      case .connection: values.append(.connection(copy identity))
      case .parameter(let key):
        let range = Self.value(of: key, in: parameters, text)
        values.append(
          .parameter(
            key: key, value: range.isPresent ? copied(text.text(range)) : nil, isHidden: false))
      }
    }
    return values
  }

  /// The first parameter with a key; absent when there is none.
  private static func value(
    of key: [UInt8], in parameters: Span<ParameterText>, _ text: RawSpan
  ) -> TextRange {
    for index in parameters.indices where parameters[index].key.isPresent {
      if text.text(parameters[index].key).hasSameBytes(as: key.rawBytes) {
        return parameters[index].value
      }
    }
    return .absent
  }
}
