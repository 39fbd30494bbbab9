extension IPAddress {
  /// Reads an address from ASCII text: a dotted quad of decimal numbers without leading zeros, or any
  /// form of RFC 4291 section 2.2 without a zone. Returns nil for anything else.
  public init?(parsing text: some Collection<UInt8>) {
    if text.contains(UInt8(ascii: ":")) {
      self.init(parsingIPv6: text)
    } else {
      guard let bits = Self.dottedQuad(text) else { return nil }
      self.init(ipv4: bits)
    }
  }

  private init?<Text: Collection<UInt8>>(parsingIPv6 text: Text) {
    let colon = UInt8(ascii: ":")
    // The gap, two colons, stands for as many zero groups as are missing, at least one.
    let gap = zip(text.indices, zip(text, text.dropFirst()))
      .first { $0.1.0 == colon && $0.1.1 == colon }?.0
    let groups: [UInt16]
    if let gap {
      guard let head = Self.groups(text[..<gap], mayEndInIPv4: false),
        let tail = Self.groups(text[text.index(gap, offsetBy: 2)...], mayEndInIPv4: true),
        head.count + tail.count <= 7
      else { return nil }
      groups = head + repeatElement(0, count: 8 - head.count - tail.count) + tail
    } else {
      groups = Self.groups(text[...], mayEndInIPv4: true) ?? []
    }
    guard groups.count == 8 else { return nil }
    let halves = [groups[..<4], groups[4...]].map { half in
      half.reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
    }
    self.init(ipv6High: halves[0], low: halves[1])
  }

  /// Groups between single colons, none of them empty; the last may be a dotted quad in place of two.
  private static func groups<Text: Collection<UInt8>>(
    _ text: Text, mayEndInIPv4: Bool
  ) -> [UInt16]? {
    if text.isEmpty { return [] }
    var groups: [UInt16] = []
    let parts = text.split(
      separator: UInt8(ascii: ":"), maxSplits: 8, omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if mayEndInIPv4, index == parts.count - 1, let bits = dottedQuad(part) {
        groups.append(UInt16(truncatingIfNeeded: bits >> 16))
        groups.append(UInt16(truncatingIfNeeded: bits))
      } else {
        guard let group = hexadecimalGroup(part) else { return nil }
        groups.append(group)
      }
    }
    return groups
  }

  private static func dottedQuad(_ text: some Collection<UInt8>) -> UInt32? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bits: UInt32 = 0
    for part in parts {
      guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0") else {
        return nil
      }
      var value: UInt32 = 0
      for byte in part {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        value = value * 10 + UInt32(byte - UInt8(ascii: "0"))
      }
      guard value <= 255 else { return nil }
      bits = bits << 8 | value
    }
    return bits
  }

  private static func hexadecimalGroup(_ text: some Collection<UInt8>) -> UInt16? {
    guard (1...4).contains(text.count) else { return nil }
    var value: UInt16 = 0
    for byte in text {
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: return nil
      }
      value = value << 4 | UInt16(digit)
    }
    return value
  }
}
