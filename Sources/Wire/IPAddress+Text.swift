extension IPAddress {
  /// Appends the address as ASCII text: a dotted quad, or the canonical form of RFC 5952 (lower case,
  /// the first longest run of two or more zero groups cut out, IPv4-mapped addresses mixed).
  public func appendText(to text: inout [UInt8]) {
    guard isIPv6 else {
      appendDottedQuad(to: &text)
      return
    }
    let isMapped = high == 0 && low >> 32 == 0xffff
    let count = isMapped ? 6 : 8
    let run = longestZeroRun(in: count)
    var index = 0
    while index < count {
      if index == run.lowerBound, !run.isEmpty {
        text.append(UInt8(ascii: ":"))
        text.append(UInt8(ascii: ":"))
        index = run.upperBound
        continue
      }
      if index > 0, index != run.upperBound || run.isEmpty { text.append(UInt8(ascii: ":")) }
      appendHexadecimal(group(index), to: &text)
      index &+= 1
    }
    if isMapped {
      text.append(UInt8(ascii: ":"))
      appendDottedQuad(to: &text)
    }
  }

  /// The 16-bit group at `index`, 0 to 7.
  private func group(_ index: Int) -> UInt16 {
    let half = index < 4 ? high : low
    return UInt16(truncatingIfNeeded: half >> UInt64((3 &- (index & 3)) &* 16))
  }

  /// The first of the longest runs of at least two zero groups among the first `count`; else empty.
  private func longestZeroRun(in count: Int) -> Range<Int> {
    var longest = 0..<0
    var start = 0
    for index in 0...count where index == count || group(index) != 0 {
      if index &- start >= 2, index &- start > longest.count { longest = start..<index }
      start = index &+ 1
    }
    return longest
  }

  private func appendDottedQuad(to text: inout [UInt8]) {
    for shift: UInt64 in [24, 16, 8, 0] {
      if shift != 24 { text.append(UInt8(ascii: ".")) }
      appendDecimal(low >> shift & 0xff, to: &text)
    }
  }
}

extension Endpoint {
  /// Appends the address and the port as ASCII text: `192.0.2.1:4080`, `[2001:db8::1]:4080`.
  public func appendText(to text: inout [UInt8]) {
    if address.isIPv6 { text.append(UInt8(ascii: "[")) }
    address.appendText(to: &text)
    if address.isIPv6 { text.append(UInt8(ascii: "]")) }
    text.append(UInt8(ascii: ":"))
    appendDecimal(UInt64(port), to: &text)
  }
}

/// Appends a number in decimal, without leading zeros.
func appendDecimal(_ value: UInt64, to text: inout [UInt8]) {
  if value >= 10 { appendDecimal(value / 10, to: &text) }
  text.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value % 10))
}

/// Appends a number in lower-case hexadecimal, without leading zeros.
private func appendHexadecimal(_ value: UInt16, to text: inout [UInt8]) {
  if value >= 16 { appendHexadecimal(value >> 4, to: &text) }
  let digit = UInt8(truncatingIfNeeded: value & 0xf)
  text.append(digit < 10 ? UInt8(ascii: "0") &+ digit : UInt8(ascii: "a") &- 10 &+ digit)
}
