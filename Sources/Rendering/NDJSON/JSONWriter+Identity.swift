public import Records
internal import Wire

extension JSONWriter {
  /// Writes the fields that say where a record belongs: its connection with the sender and receiver
  /// of what travels in `direction`, or with client and server when that is nil.
  public mutating func fields(of identity: ConnectionIdentity, direction: Direction?) {
    var row = buffer.beginRow()
    row.fields(of: identity, direction)
    buffer.end(row)
  }

  /// Writes an address.
  mutating func field(_ name: StaticString, _ address: IPAddress) {
    key(name)
    buffer.append(UInt8(ascii: "\""))
    buffer.append(address)
    endString()
  }

  /// Writes a moment; nothing when it is not known.
  mutating func field(known name: StaticString, _ time: CaptureTime) {
    if time != .distantPast { field(name, Optional(time)) }
  }
}

extension JSONRow {
  /// Writes what `JSONWriter.fields(of:direction:)` tells of.
  @inline(__always)
  mutating func fields(of identity: borrowing ConnectionIdentity, _ direction: Direction?) {
    key("connection")
    number(identity.connection)
    field("tcp_stream", identity.tcpStream)
    if direction == .serverToClient {
      field("src", identity.server.address)
      key("src_port")
      number(UInt64(identity.server.port))
      field("dst", identity.client.address)
      key("dst_port")
      number(UInt64(identity.client.port))
    } else {
      field("src", identity.client.address)
      key("src_port")
      number(UInt64(identity.client.port))
      field("dst", identity.server.address)
      key("dst_port")
      number(UInt64(identity.server.port))
    }
    switch direction {
    case .clientToServer: literal(#","direction":"client-to-server""#)
    case .serverToClient: literal(#","direction":"server-to-client""#)
    case nil: break
    }
    let (input, tags, tunnel) = (identity.input, identity.vlans, identity.tunnel.kind)
    if input != nil || tags.rawValue != 0 || tunnel != .none {
      self = self.writingSurroundings(of: identity)
    }
  }

  @inline(never)
  private consuming func writingSurroundings(of identity: borrowing ConnectionIdentity) -> JSONRow {
    let identity = copy identity
    var row = self
    if let input = identity.input { row.field("input", UInt64(input)) }
    let tags = identity.vlans
    if tags.count > 0 {
      row.key("vlan")
      for index in 0..<tags.count {
        row.literal(index == 0 ? "[" : ",")
        row.number(UInt64(tags[index]))
      }
      row.literal("]")
    }
    if identity.tunnel.kind != .none {
      row.key("tunnel")
      row.literal(#"{"kind":""#)
      row = row.writing { $0.append(identity.tunnel.kind.name) }
      row.literal("\"")
      if let identifier = identity.tunnel.identifier { row.field("identifier", UInt64(identifier)) }
      row.literal("}")
    }
    return row
  }
}
