/// An IPv4 or IPv6 address.
///
/// An IPv4 address is the last 32 bits of `low` with the rest zero; `isIPv6` tells `::1.2.3.4` from
/// `1.2.3.4`.
public struct IPAddress: BitwiseCopyable, Hashable, Comparable, Sendable {
  /// The first eight bytes of an IPv6 address, big-endian; 0 for IPv4.
  public var high: UInt64
  /// The last eight bytes of an IPv6 address, or the IPv4 address.
  public var low: UInt64
  public var isIPv6: Bool

  /// Creates an IPv4 address from its 32 bits.
  @inlinable
  public init(ipv4 bits: UInt32) {
    high = 0
    low = UInt64(bits)
    isIPv6 = false
  }

  /// Creates an IPv6 address from its two halves.
  @inlinable
  public init(ipv6High high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
    isIPv6 = true
  }

  @inlinable
  public static func < (a: IPAddress, b: IPAddress) -> Bool {
    if a.isIPv6 != b.isIPv6 { return b.isIPv6 }
    return a.high != b.high ? a.high < b.high : a.low < b.low
  }
}

/// An address with a TCP port.
public struct Endpoint: BitwiseCopyable, Hashable, Comparable, Sendable {
  public var address: IPAddress
  public var port: UInt16

  @inlinable
  public init(address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }

  @inlinable
  public static func < (a: Endpoint, b: Endpoint) -> Bool {
    a.address != b.address ? a.address < b.address : a.port < b.port
  }
}
