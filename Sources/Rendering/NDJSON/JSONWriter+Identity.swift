public import Records
internal import Wire

extension JSONWriter {
  /// Writes the fields that say where a record belongs: its connection with the sender and receiver
  /// of what travels in `direction`, or with client and server when that is nil.
  public mutating func fields(of identity: ConnectionIdentity, direction: Direction?) {
    let source = identity.source(of: direction ?? .clientToServer)
    let destination = identity.destination(of: direction ?? .clientToServer)
    field("connection", identity.connection)
    field("tcp_stream", identity.tcpStream)
    field("src", source.address)
    field("src_port", UInt64(source.port))
    field("dst", destination.address)
    field("dst_port", UInt64(destination.port))
    if let direction { field("direction", direction.name) }
    if let input = identity.input { field("input", UInt64(input)) }
    if identity.vlans.count > 0 {
      key("vlan")
      beginArray()
      for index in 0..<identity.vlans.count { value(UInt64(identity.vlans[index])) }
      endArray()
    }
    if identity.tunnel.kind != .none {
      key("tunnel")
      beginObject()
      field("kind", identity.tunnel.kind.name)
      field("identifier", identity.tunnel.identifier.map(UInt64.init))
      endObject()
    }
  }

  /// Writes an address.
  mutating func field(_ name: StaticString, _ address: IPAddress) {
    key(name)
    buffer.append(UInt8(ascii: "\""))
    buffer.append(address)
    endString()
  }
}
