public import Wire

/// Puts other addresses in place of real ones: the same for the same, different ones for different
/// ones, and two that begin with the same n bits still begin with the same n bits.
///
/// Each bit of an address is turned or not by a keyed hash of the bits before it, as in Xu, Fan, Ammar
/// and Moon, "Prefix-preserving IP address anonymization" (2002), section 3. Without the key nothing is
/// told about an address but which others share its beginning. IPv4-mapped addresses stay so, and their
/// last 32 bits are mapped as the IPv4 address.
public struct AddressMap: Sendable {
  private let low: UInt64
  private let high: UInt64
  private var known: [IPAddress: IPAddress] = [:]

  /// How many addresses are remembered; when there are more, all are worked out again.
  private static let capacity = 65_536

  /// Creates a map; equal keys give equal maps.
  public init(key: TokenKey) {
    // Not the tokens' own key: nothing that a token tells may help with addresses.
    low = Self.derived("low", k0: key.low, k1: key.high)
    high = Self.derived("high", k0: key.low, k1: key.high)
  }

  /// The address that stands for another.
  public mutating func mapped(_ address: IPAddress) -> IPAddress {
    if let found = known[address] { return found }
    if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
    let result: IPAddress
    if !address.isIPv6 {
      result = IPAddress(
        ipv4: UInt32(truncatingIfNeeded: turned(address.low << 32, 0, bits: 32).0 >> 32))
    } else if address.high == 0, address.low >> 32 == 0xffff {
      let ipv4 = mapped(IPAddress(ipv4: UInt32(truncatingIfNeeded: address.low)))
      result = IPAddress(ipv6High: 0, low: 0xffff_0000_0000 | ipv4.low)
    } else {
      let (high, low) = turned(address.high, address.low, bits: 128)
      result = IPAddress(ipv6High: high, low: low)
    }
    known[address] = result
    return result
  }

  /// The first `bits` of 128, each turned by what is before it.
  private func turned(_ high: UInt64, _ low: UInt64, bits: Int) -> (UInt64, UInt64) {
    var result = (high, low)
    for bit in 0..<bits {
      // The bits before this one, how many they are, and which kind of address it is.
      let first = bit >= 64 ? high : bit == 0 ? 0 : high & ~(UInt64.max >> UInt64(bit))
      let rest = bit <= 64 ? 0 : low & ~(UInt64.max >> UInt64(bit - 64))
      var block: [UInt8] = [UInt8(bit), UInt8(bits)]
      for word in [first, rest] {
        for shift in stride(from: 56, through: 0, by: -8) {
          block.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
        }
      }
      guard unsafe SipHash.hash(block.span.bytes, k0: self.low, k1: self.high) & 1 == 1 else {
        continue
      }
      if bit < 64 {
        result.0 ^= 1 << UInt64(63 - bit)
      } else {
        result.1 ^= 1 << UInt64(127 - bit)
      }
    }
    return result
  }

  private static func derived(_ label: String, k0: UInt64, k1: UInt64) -> UInt64 {
    let bytes = Array(label.utf8)
    return unsafe SipHash.hash(bytes.span.bytes, k0: k0, k1: k1)
  }
}
