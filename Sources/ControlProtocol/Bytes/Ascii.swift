/// The bytes that mean something to the protocol.
enum Ascii {
  static let tab: UInt8 = 0x09
  static let lf: UInt8 = 0x0a
  static let cr: UInt8 = 0x0d
  static let space: UInt8 = 0x20
  static let zero: UInt8 = 0x30
  static let colon: UInt8 = 0x3a

  /// A space or a tab.
  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- zero < 10 }

  @inline(__always)
  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  /// Whether a token may hold the byte (RFC 9110 section 5.6.2: letters, digits and 15 signs).
  @inline(__always)
  static func isToken(_ byte: UInt8) -> Bool {
    // One bit for each of the 128 characters: ! # $ % & ' * + - . 0-9, then A-Z ^ _ ` a-z | ~
    let low: UInt64 = 0x03ff_6cfa_0000_0000
    let high: UInt64 = 0x57ff_ffff_c7ff_fffe
    let bits = byte < 64 ? low : high
    return byte < 128 && (bits &>> UInt64(byte & 63)) & 1 != 0
  }
}
