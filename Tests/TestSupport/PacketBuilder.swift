public import Wire

/// Builds one TCP segment and what carries it, with right lengths and checksums. Set what matters to
/// a test; the rest has plain values.
public struct PacketBuilder: Sendable {
  public var source: Endpoint
  public var destination: Endpoint
  public var sequenceNumber: UInt32
  public var acknowledgmentNumber: UInt32
  public var flags: TCPFlags
  public var window: UInt16 = 65_535
  public var urgentPointer: UInt16 = 0
  /// Option bytes; padded with zeros to a multiple of four.
  public var options: [UInt8] = []
  public var payload: [UInt8]

  /// TTL or hop limit.
  public var timeToLive: UInt8 = 64
  /// The identification of an IPv4 header, or of the fragment headers of IPv6 fragments.
  public var identification: UInt32 = 0
  /// IPv4 options; padded with zeros to a multiple of four.
  public var internetOptions: [UInt8] = []
  /// IPv6 extension headers before TCP, in order: their number, and their bytes without the first.
  public var extensionHeaders: [(number: UInt8, rest: [UInt8])] = []
  /// VLAN identifiers, outermost first.
  public var vlans: [UInt16] = []

  /// Both endpoints are of the same IP version.
  public init(
    from source: Endpoint = .testClient, to destination: Endpoint = .testServer,
    sequenceNumber: UInt32 = 1, acknowledgmentNumber: UInt32 = 0,
    flags: TCPFlags = .acknowledgment, payload: [UInt8] = []
  ) {
    self.source = source
    self.destination = destination
    self.sequenceNumber = sequenceNumber
    self.acknowledgmentNumber = acknowledgmentNumber
    self.flags = flags
    self.payload = payload
  }

  /// The TCP header and payload.
  public func segment() -> [UInt8] {
    let options = Self.padded(options)
    var bytes: [UInt8] = []
    bytes.append(bigEndian: source.port)
    bytes.append(bigEndian: destination.port)
    bytes.append(bigEndian: sequenceNumber)
    bytes.append(bigEndian: acknowledgmentNumber)
    bytes.append(UInt8(((20 + options.count) / 4) << 4))
    bytes.append(flags.rawValue)
    bytes.append(bigEndian: window)
    bytes += [0, 0]
    bytes.append(bigEndian: urgentPointer)
    bytes += options + payload
    let checksum = Self.checksum(pseudoHeader(protocol: 6, length: bytes.count) + bytes)
    bytes[16] = UInt8(checksum >> 8)
    bytes[17] = UInt8(checksum & 0xff)
    return bytes
  }

  /// The whole IP datagram.
  public func datagram() -> [UInt8] {
    let segment = segment()
    guard source.address.isIPv6 else {
      return Self.ipv4(
        segment, protocol: 6, from: source.address, to: destination.address,
        timeToLive: timeToLive, identification: UInt16(truncatingIfNeeded: identification),
        options: internetOptions)
    }
    let (next, payload) = ipv6Payload(segment)
    return Self.ipv6(
      payload, nextHeader: next, from: source.address, to: destination.address,
      hopLimit: timeToLive)
  }

  /// The datagram cut into IP fragments that carry `size` bytes (a multiple of 8) each but the last.
  public func fragments(ofSize size: Int) -> [[UInt8]] {
    let segment = segment()
    let isIPv6 = source.address.isIPv6
    let (next, payload) = isIPv6 ? ipv6Payload(segment) : (6, segment)
    return stride(from: 0, to: payload.count, by: size).map { offset in
      let part = Array(payload[offset..<min(offset + size, payload.count)])
      let isLast = offset + size >= payload.count
      guard isIPv6 else {
        return Self.ipv4(
          part, protocol: 6, from: source.address, to: destination.address,
          timeToLive: timeToLive, identification: UInt16(truncatingIfNeeded: identification),
          fragmentation: UInt16(offset / 8) | (isLast ? 0 : 0x2000), options: internetOptions)
      }
      var header: [UInt8] = [next, 0]
      header.append(bigEndian: UInt16(offset) | (isLast ? 0 : 1))
      header.append(bigEndian: identification)
      return Self.ipv6(
        header + part, nextHeader: 44, from: source.address, to: destination.address,
        hopLimit: timeToLive)
    }
  }

  /// The datagram in an Ethernet frame with the VLAN tags.
  public func frame() -> [UInt8] {
    Self.ethernet(datagram(), vlans: vlans)
  }

  /// The segment behind the extension headers, and the number of the first of them.
  private func ipv6Payload(_ segment: [UInt8]) -> (next: UInt8, payload: [UInt8]) {
    var next: UInt8 = 6
    var payload = segment
    for header in extensionHeaders.reversed() {
      payload = [next] + header.rest + payload
      next = header.number
    }
    return (next, payload)
  }

  private func pseudoHeader(protocol: UInt8, length: Int) -> [UInt8] {
    var bytes = source.address.bytes + destination.address.bytes
    bytes.append(bigEndian: UInt32(length))
    bytes.append(bigEndian: UInt32(`protocol`))
    return bytes
  }
}

extension Endpoint {
  /// 192.0.2.1:50000.
  public static let testClient = Endpoint(address: IPAddress(ipv4: 0xc000_0201), port: 50_000)
  /// 192.0.2.2:4080.
  public static let testServer = Endpoint(address: IPAddress(ipv4: 0xc000_0202), port: 4080)
  /// [2001:db8::1]:50000.
  public static let testClient6 = Endpoint(
    address: IPAddress(ipv6High: 0x2001_0db8_0000_0000, low: 1), port: 50_000)
  /// [2001:db8::2]:4080.
  public static let testServer6 = Endpoint(
    address: IPAddress(ipv6High: 0x2001_0db8_0000_0000, low: 2), port: 4080)
}

extension IPAddress {
  /// The 4 or 16 bytes of the address.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    if isIPv6 {
      bytes.append(bigEndian: high)
      bytes.append(bigEndian: low)
    } else {
      bytes.append(bigEndian: UInt32(low))
    }
    return bytes
  }
}

extension [UInt8] {
  /// Appends a number in network order.
  public mutating func append(bigEndian value: some FixedWidthInteger) {
    for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  /// Appends a number, least significant byte first.
  public mutating func append(littleEndian value: some FixedWidthInteger) {
    append(bigEndian: value.byteSwapped)
  }
}
