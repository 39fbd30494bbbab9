internal import Records
internal import Wire

extension ConnectionIdentity {
  /// A number that says where a record belongs.
  func number(of field: Field, at index: Int, direction: Direction) -> Int64? {
    switch field {
    case .vlan:
      return index < vlans.count ? Int64(vlans[index]) : nil
    case .anyPort:
      return index == 0 ? Int64(client.port) : index == 1 ? Int64(server.port) : nil
    default: break
    }
    guard index == 0 else { return nil }
    switch field {
    case .connection: return Int64(clamping: connection)
    case .tcpStream: return tcpStream.map { Int64(clamping: $0) }
    case .sourcePort: return Int64(source(of: direction).port)
    case .destinationPort: return Int64(destination(of: direction).port)
    case .clientPort: return Int64(client.port)
    case .serverPort: return Int64(server.port)
    case .input: return input.map(Int64.init)
    case .tunnelIdentifier: return tunnel.kind == .none ? nil : tunnel.identifier.map(Int64.init)
    default: return nil
    }
  }

  /// An address of it.
  func address(of field: Field, at index: Int, direction: Direction) -> IPAddress? {
    if field == .anyHost {
      return index == 0 ? client.address : index == 1 ? server.address : nil
    }
    guard index == 0 else { return nil }
    switch field {
    case .source: return source(of: direction).address
    case .destination: return destination(of: direction).address
    case .clientHost: return client.address
    case .serverHost: return server.address
    default: return nil
    }
  }

  /// The bits of its words.
  func words(of field: Field, direction: Direction) -> UInt64 {
    switch field {
    case .direction: 1 << UInt64(direction.rawValue)
    case .tunnelKind: tunnel.kind == .none ? 0 : 1 << UInt64(tunnel.kind.rawValue)
    default: 0
    }
  }
}

/// A stream, of which only is known whose it is.
struct StreamOwner: FieldSource {
  let identity: ConnectionIdentity

  func number(of field: Field, at index: Int) -> Int64? {
    identity.number(of: field, at: index, direction: .clientToServer)
  }

  func address(of field: Field, at index: Int) -> IPAddress? {
    identity.address(of: field, at: index, direction: .clientToServer)
  }

  func words(of field: Field) -> UInt64 {
    identity.words(of: field, direction: .clientToServer)
  }
}
