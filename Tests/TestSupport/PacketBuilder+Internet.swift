public import Wire

extension PacketBuilder {
  /// An IPv4 datagram around a payload.
  public static func ipv4(
    _ payload: [UInt8], protocol: UInt8, from source: IPAddress = Endpoint.testClient.address,
    to destination: IPAddress = Endpoint.testServer.address, timeToLive: UInt8 = 64,
    identification: UInt16 = 0, fragmentation: UInt16 = 0, options: [UInt8] = []
  ) -> [UInt8] {
    let options = padded(options)
    var bytes: [UInt8] = [UInt8(0x40 | (20 + options.count) / 4), 0]
    bytes.append(bigEndian: UInt16(truncatingIfNeeded: 20 + options.count + payload.count))
    bytes.append(bigEndian: identification)
    bytes.append(bigEndian: fragmentation)
    bytes += [timeToLive, `protocol`, 0, 0]
    bytes += source.bytes + destination.bytes + options
    let checksum = checksum(bytes)
    bytes[10] = UInt8(checksum >> 8)
    bytes[11] = UInt8(checksum & 0xff)
    return bytes + payload
  }

  /// An IPv6 datagram around a payload.
  public static func ipv6(
    _ payload: [UInt8], nextHeader: UInt8,
    from source: IPAddress = Endpoint.testClient6.address,
    to destination: IPAddress = Endpoint.testServer6.address, hopLimit: UInt8 = 64
  ) -> [UInt8] {
    var bytes: [UInt8] = [0x60, 0, 0, 0]
    bytes.append(bigEndian: UInt16(truncatingIfNeeded: payload.count))
    bytes += [nextHeader, hopLimit]
    return bytes + source.bytes + destination.bytes + payload
  }

  /// A UDP header and payload, with the checksum left out.
  public static func udp(
    _ payload: [UInt8], from sourcePort: UInt16 = 40_000, to destinationPort: UInt16
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(bigEndian: sourcePort)
    bytes.append(bigEndian: destinationPort)
    bytes.append(bigEndian: UInt16(8 + payload.count))
    return bytes + [0, 0] + payload
  }

  /// The Internet checksum of RFC 1071.
  public static func checksum(_ bytes: [UInt8]) -> UInt16 {
    var sum: UInt32 = 0
    for (index, byte) in bytes.enumerated() {
      sum += index % 2 == 0 ? UInt32(byte) << 8 : UInt32(byte)
      sum = sum & 0xffff + sum >> 16
    }
    return ~UInt16(sum & 0xffff + sum >> 16)
  }

  static func padded(_ options: [UInt8]) -> [UInt8] {
    options + [UInt8](repeating: 0, count: (4 - options.count % 4) % 4)
  }
}
