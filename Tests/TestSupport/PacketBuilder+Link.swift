extension PacketBuilder {
  /// An Ethernet frame around a payload: without a type, an IP datagram whose first bits tell. It is
  /// padded with zeros to 60 bytes, as it would be on the wire.
  public static func ethernet(
    _ payload: [UInt8], type: UInt16? = nil, vlans: [UInt16] = [], isPadded: Bool = true
  ) -> [UInt8] {
    var bytes: [UInt8] = [0x02, 0, 0, 0, 0, 0x02, 0x02, 0, 0, 0, 0, 0x01]
    for (index, vlan) in vlans.enumerated() {
      bytes.append(bigEndian: index < vlans.count - 1 ? UInt16(0x88a8) : 0x8100)
      bytes.append(bigEndian: vlan)
    }
    bytes.append(bigEndian: type ?? internetType(of: payload))
    bytes += payload
    if isPadded, bytes.count < 60 { bytes += [UInt8](repeating: 0, count: 60 - bytes.count) }
    return bytes
  }

  /// A Linux cooked header (LINUX_SLL) and a datagram.
  public static func linuxSLL(_ payload: [UInt8], type: UInt16? = nil) -> [UInt8] {
    var bytes: [UInt8] = [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0]
    bytes.append(bigEndian: type ?? internetType(of: payload))
    return bytes + payload
  }

  /// A Linux cooked header of the second format (LINUX_SLL2) and a datagram.
  public static func linuxSLL2(_ payload: [UInt8], type: UInt16? = nil) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(bigEndian: type ?? internetType(of: payload))
    bytes += [0, 0, 0, 0, 0, 3, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0]
    return bytes + payload
  }

  /// A BSD loopback header (NULL; LOOP when `bigEndian`) and a datagram.
  public static func null(
    _ datagram: [UInt8], family: UInt32? = nil, bigEndian: Bool = false
  ) -> [UInt8] {
    let family = family ?? (datagram[0] >> 4 == 4 ? 2 : 30)
    var bytes: [UInt8] = []
    bytes.append(bigEndian: bigEndian ? family : family.byteSwapped)
    return bytes + datagram
  }

  /// An 802.2 SNAP header and a payload.
  public static func snap(_ payload: [UInt8], type: UInt16? = nil) -> [UInt8] {
    var bytes: [UInt8] = [0xaa, 0xaa, 0x03, 0, 0, 0]
    bytes.append(bigEndian: type ?? internetType(of: payload))
    return bytes + payload
  }

  /// The EtherType of an IP datagram.
  static func internetType(of datagram: [UInt8]) -> UInt16 {
    (datagram.first ?? 0) >> 4 == 6 ? 0x86dd : 0x0800
  }
}
