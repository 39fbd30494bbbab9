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
    var parts = text.split(separator: colon, omittingEmptySubsequences: false)
    // A text that begins or ends with the gap has one empty part more there.
    if parts.count >= 3, parts[0].isEmpty, parts[1].isEmpty { parts.removeFirst() }
    if parts.count >= 3, parts[parts.count - 1].isEmpty, parts[parts.count - 2].isEmpty {
      parts.removeLast()
    }
    var groups: [UInt16] = []
    var gap: Int?
    for (index, part) in parts.enumerated() {
      if part.isEmpty {
        guard gap == nil else { return nil }
        gap = groups.count
      } else if index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
        guard let bits = Self.dottedQuad(part) else { return nil }
        groups.append(UInt16(truncatingIfNeeded: bits >> 16))
        groups.append(UInt16(truncatingIfNeeded: bits))
      } else {
        guard let group = Self.hexadecimalGroup(part) else { return nil }
        groups.append(group)
      }
      guard groups.count <= 8 else { return nil }
    }
    if let gap {
      guard groups.count <= 7 else { return nil }
      groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
    }
    guard groups.count == 8 else { return nil }
    let halves = [groups[..<4], groups[4...]].map { half in
      half.reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
    }
    self.init(ipv6High: halves[0], low: halves[1])
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
