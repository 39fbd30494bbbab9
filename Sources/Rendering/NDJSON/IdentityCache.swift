internal import Records
internal import Wire

/// The finished JSON of what records say about their connections, because it is the same for all
/// messages of a direction and a third of their lines.
///
/// A fixed number of places, each taken over by whichever connection needs it; a connection's own
/// number picks the place.
struct IdentityCache {
  private struct Place {
    var identity = ConnectionIdentity()
    /// Empty in a place that was never used.
    var json: [UInt8] = []
  }

  private var places = [Place](repeating: Place(), count: 512)

  /// Writes what `JSONWriter.fields(of:direction:)` would.
  mutating func write(
    _ identity: ConnectionIdentity, _ direction: Direction, to json: inout JSONWriter
  ) {
    let index = Int(truncatingIfNeeded: identity.connection & 0xff) << 1 | Int(direction.rawValue)
    if places[index].json.isEmpty || !places[index].identity.isSame(as: identity) {
      fill(index, with: identity, direction)
    }
    let known = places[index].json
    unsafe json.fields(json: known.span.bytes)
  }

  @inline(never)
  private mutating func fill(
    _ index: Int, with identity: ConnectionIdentity, _ direction: Direction
  ) {
    var json = JSONWriter(capacity: 512)
    json.fields(of: identity, direction: direction)
    places[index].identity = identity
    places[index].json.removeAll(keepingCapacity: true)
    for offset in 0..<json.buffer.count {
      places[index].json.append(json.buffer.bytes.byte(at: offset))
    }
  }
}

extension ConnectionIdentity {
  /// Whether both say the same about the same connection.
  fileprivate func isSame(as other: ConnectionIdentity) -> Bool {
    connection == other.connection && client == other.client && server == other.server
      && tcpStream == other.tcpStream && vlans == other.vlans && tunnel == other.tunnel
      && input == other.input
  }
}
