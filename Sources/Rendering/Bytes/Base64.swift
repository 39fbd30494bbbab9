extension OutputBuffer {
  /// Appends bytes in base64 with padding. RFC 4648 section 4.
  public mutating func append(base64 bytes: RawSpan) {
    var offset = 0
    while offset + 3 <= bytes.byteCount {
      let group =
        UInt32(bytes.byte(at: offset)) << 16 | UInt32(bytes.byte(at: offset + 1)) << 8
        | UInt32(bytes.byte(at: offset + 2))
      append(Self.base64Digit(group >> 18))
      append(Self.base64Digit(group >> 12))
      append(Self.base64Digit(group >> 6))
      append(Self.base64Digit(group))
      offset += 3
    }
    switch bytes.byteCount - offset {
    case 1:
      let group = UInt32(bytes.byte(at: offset)) << 4
      append(Self.base64Digit(group >> 6))
      append(Self.base64Digit(group))
      append("==")
    case 2:
      let group = (UInt32(bytes.byte(at: offset)) << 8 | UInt32(bytes.byte(at: offset + 1))) << 2
      append(Self.base64Digit(group >> 12))
      append(Self.base64Digit(group >> 6))
      append(Self.base64Digit(group))
      append("=")
    default:
      break
    }
  }

  private static func base64Digit(_ value: UInt32) -> UInt8 {
    let digit = UInt8(truncatingIfNeeded: value & 63)
    return switch digit {
    case 0..<26: digit + UInt8(ascii: "A")
    case 26..<52: digit - 26 + UInt8(ascii: "a")
    case 52..<62: digit - 52 + UInt8(ascii: "0")
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
  }
}
