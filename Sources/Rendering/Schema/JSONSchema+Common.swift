internal import Records
internal import Wire

extension JSONSchema {
  /// The fields of every record that belongs to a connection.
  static func identity(source: String, destination: String, hasDirection: Bool = true)
    -> [SchemaField]
  {
    let addresses: [SchemaField] = [
      .always("connection", .integer, "The tool's number of the connection, from 0."),
      .optional(
        "tcp_stream", .integer, "Wireshark's tcp.stream; absent where it cannot be known."),
      .always("src", .text, "The IP address of \(source)."),
      .always("src_port", .integer, "The TCP port of \(source)."),
      .always("dst", .text, "The IP address of \(destination)."),
      .always("dst_port", .integer, "The TCP port of \(destination)."),
    ]
    let direction: SchemaField = .always(
      "direction",
      .choice([Direction.clientToServer.name, Direction.serverToClient.name]),
      "Which way it travelled; the client opened the connection.")
    return addresses + (hasDirection ? [direction] : []) + [
      .optional(
        "input", .integer,
        "The file of its first frame: the index in meta's inputs, where there are several."),
      .optional("vlan", .list(.integer), "VLAN identifiers, the outermost first."),
      .optional("tunnel", .object(tunnel), "The innermost tunnel that it came in."),
    ]
  }

  private static var tunnel: [SchemaField] {
    let kinds: [Tunnel.Kind] = [.gre, .nvgre, .ipInIP, .vxlan, .geneve, .mpls, .pppoe]
    return [
      .always("kind", .choice(kinds.map(\.name)), "The kind of the tunnel."),
      .optional("identifier", .integer, "Network identifier, key, label or session."),
    ]
  }

  /// How a uuid is told.
  static var uuid: [SchemaField] {
    [.optional("uuid", .integer, "The uuid, an integer of at most 15 digits.")]
      + SchemaField.captured(
        "uuid_text", "The uuid as sent, where it is not exactly the digits of uuid.")
  }
}
