internal import Records

/// Writes what records say about their connections, and keeps the text of those told of lately: most
/// records belong to one of them.
///
/// A fixed number of places, each with the connection and direction that came to it last, whole.
@safe
struct IdentityTexts: ~Copyable {
  private struct Place {
    var identity = ConnectionIdentity()
    var direction = Direction.clientToServer
    /// Bytes of its text; 0 where the place is unused.
    var count = 0
  }

  /// Connections, each with two places.
  private static let connections = 128
  /// Bytes of a text that is kept: enough for two IPv6 addresses, not for all surroundings beside.
  private static let longest = 256

  private var places = [Place](repeating: Place(), count: 2 * connections)
  private let texts: UnsafeMutablePointer<UInt8>

  init() {
    unsafe texts = .allocate(capacity: 2 * Self.connections * Self.longest)
  }

  deinit {
    unsafe texts.deallocate()
  }

  /// Writes the fields of `identity` for what travels in `direction`.
  @inline(__always)
  mutating func write(
    _ identity: borrowing ConnectionIdentity, _ direction: Direction, to row: inout JSONRow
  ) {
    let connection = Int(truncatingIfNeeded: identity.connection) & (Self.connections &- 1)
    let index = connection &<< 1 | Int(direction.rawValue)
    let identity = copy identity
    let count = places[index].count
    guard count > 0, places[index].direction == direction, places[index].identity == identity else {
      return learn(identity, direction, at: index, to: &row)
    }
    unsafe row.copy(texts + index &* Self.longest, count: count)
  }

  @inline(never)
  private mutating func learn(
    _ identity: ConnectionIdentity, _ direction: Direction, at index: Int, to row: inout JSONRow
  ) {
    let before = row.count
    row.fields(of: identity, direction)
    let count = row.count - before
    guard count <= Self.longest else { return }
    places[index] = Place(identity: identity, direction: direction, count: count)
    unsafe (texts + index * Self.longest).update(from: row.start + before, count: count)
  }
}
