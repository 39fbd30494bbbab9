public import Wire

extension OutputBuffer {
  /// Appends an address: dotted decimal, or for IPv6 the shortest form of RFC 5952.
  public mutating func append(_ address: IPAddress) {
    guard address.isIPv6 else { return append(ipv4: UInt32(truncatingIfNeeded: address.low)) }
    // IPv4-mapped addresses keep their dotted end (RFC 5952 section 5).
    if address.high == 0, address.low >> 32 == 0xffff {
      append("::ffff:")
      return append(ipv4: UInt32(truncatingIfNeeded: address.low))
    }
    let zeros = Self.longestZeroRun(of: address)
    var index = 0
    while index < 8 {
      if index == zeros.lowerBound, !zeros.isEmpty {
        append("::")
        index = zeros.upperBound
        continue
      }
      if index > 0, zeros.isEmpty || index != zeros.upperBound { append(UInt8(ascii: ":")) }
      append(hexadecimal: Self.group(index, of: address))
      index += 1
    }
  }

  /// Appends an address with its port: `192.0.2.1:4080`, `[2001:db8::1]:4080`.
  public mutating func append(_ endpoint: Endpoint) {
    if endpoint.address.isIPv6 {
      append(UInt8(ascii: "["))
      append(endpoint.address)
      append("]:")
    } else {
      append(endpoint.address)
      append(UInt8(ascii: ":"))
    }
    append(decimal: UInt64(endpoint.port))
  }

  private mutating func append(ipv4 bits: UInt32) {
    unsafe append(upTo: 16) { unsafe Self.write(ipv4: bits, to: $0) }
  }

  private static func group(_ index: Int, of address: IPAddress) -> UInt64 {
    let half = index < 4 ? address.high : address.low
    return half >> (48 - UInt64(index & 3) * 16) & 0xffff
  }

  /// The first of the longest runs of at least two zero groups; empty when there is none.
  private static func longestZeroRun(of address: IPAddress) -> Range<Int> {
    var best = 0..<0
    var start = 0
    for index in 0...8 where index == 8 || group(index, of: address) != 0 {
      if index - start > max(best.count, 1) { best = start..<index }
      start = index + 1
    }
    return best
  }
}
