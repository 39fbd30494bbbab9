extension PacketBuilder {
  /// A GRE header and payload; `type` is the payload's EtherType.
  public static func gre(
    _ payload: [UInt8], type: UInt16 = 0x0800, hasChecksum: Bool = false, key: UInt32? = nil,
    sequence: UInt32? = nil
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    let flags: UInt16 =
      (hasChecksum ? 0x8000 : 0) | (key == nil ? 0 : 0x2000) | (sequence == nil ? 0 : 0x1000)
    bytes.append(bigEndian: flags)
    bytes.append(bigEndian: type)
    if hasChecksum { bytes += [0, 0, 0, 0] }
    if let key { bytes.append(bigEndian: key) }
    if let sequence { bytes.append(bigEndian: sequence) }
    if hasChecksum {
      let checksum = checksum(bytes + payload)
      bytes[4] = UInt8(checksum >> 8)
      bytes[5] = UInt8(checksum & 0xff)
    }
    return bytes + payload
  }

  /// A VXLAN header and an Ethernet frame.
  public static func vxlan(_ frame: [UInt8], network: UInt32) -> [UInt8] {
    var bytes: [UInt8] = [0x08, 0, 0, 0]
    bytes.append(bigEndian: network << 8)
    return bytes + frame
  }

  /// A GENEVE header and payload; `options` is a multiple of four bytes long.
  public static func geneve(
    _ payload: [UInt8], network: UInt32, type: UInt16 = 0x6558, options: [UInt8] = []
  ) -> [UInt8] {
    var bytes: [UInt8] = [UInt8(options.count / 4), 0]
    bytes.append(bigEndian: type)
    bytes.append(bigEndian: network << 8)
    return bytes + options + payload
  }

  /// A stack of MPLS labels, outermost first, and what it carries.
  public static func mpls(_ payload: [UInt8], labels: [UInt32]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (index, label) in labels.enumerated() {
      bytes.append(bigEndian: label << 12 | (index == labels.count - 1 ? 0x100 : 0) | 64)
    }
    return bytes + payload
  }

  /// A PPPoE session header, a PPP protocol number and a datagram.
  public static func pppoe(
    _ datagram: [UInt8], session: UInt16, protocol: UInt16 = 0x0021
  ) -> [UInt8] {
    var bytes: [UInt8] = [0x11, 0]
    bytes.append(bigEndian: session)
    bytes.append(bigEndian: UInt16(datagram.count + 2))
    bytes.append(bigEndian: `protocol`)
    return bytes + datagram
  }
}
