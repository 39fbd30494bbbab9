internal import Wire

/// Addresses with a common beginning: `10.0.0.0/8`, or one address.
struct Network: BitwiseCopyable, Hashable, Sendable {
  let address: IPAddress
  /// Bits that count, from the first on.
  let prefixLength: Int

  /// Reads an address, or a network in CIDR notation; bits behind its prefix do not matter.
  init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let address = IPAddress(parsing: first.utf8) else { return nil }
    let bits = address.isIPv6 ? 128 : 32
    var length = bits
    if parts.count == 2 {
      guard let given = Quantity.integer(String(parts[1])), given <= bits else { return nil }
      length = Int(given)
    }
    self.address = address
    prefixLength = length
  }

  /// Whether an address is one of them. IPv4 and IPv6 are never equal.
  func contains(_ other: IPAddress) -> Bool {
    guard address.isIPv6 == other.isIPv6 else { return false }
    let length = address.isIPv6 ? prefixLength : prefixLength + 96
    let high = address.isIPv6 ? Self.mask(length) : 0
    let low = Self.mask(length - 64)
    return (address.high ^ other.high) & high == 0 && (address.low ^ other.low) & low == 0
  }

  /// The first bits of 64.
  private static func mask(_ length: Int) -> UInt64 {
    length <= 0 ? 0 : length >= 64 ? .max : ~(UInt64.max >> UInt64(length))
  }
}
