/// The text of an expression and how far it was read.
struct ExpressionText {
  let bytes: [UInt8]
  var offset = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// The byte at the place; nil at the end.
  var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  mutating func skipBlanks() {
    while let byte = next, Self.isBlank(byte) { offset += 1 }
  }

  /// Reads `symbol` if it stands here.
  mutating func take(_ symbol: String) -> Bool {
    guard bytes[offset...].starts(with: symbol.utf8) else { return false }
    offset += symbol.utf8.count
    return true
  }

  /// Reads a word of our own, such as `and`, if it stands here and ends where it ends.
  mutating func take(word: String) -> Bool {
    let end = offset + word.utf8.count
    guard bytes[offset...].starts(with: word.utf8) else { return false }
    guard end == bytes.count || !Self.isNameByte(bytes[end]) else { return false }
    offset = end
    return true
  }

  /// Reads a name: letters, digits, `_`, `.` and `-`; empty when none stands here.
  mutating func name() -> String {
    let start = offset
    while let byte = next, Self.isNameByte(byte) { offset += 1 }
    return text(start..<offset)
  }

  /// Reads what is no blank, bracket, comma, quote or operator; empty when none of it stands here.
  mutating func bareLiteral() -> Range<Int> {
    let start = offset
    while let byte = next, !Self.isBlank(byte), !"(),\"'=!<>~&|".utf8.contains(byte) {
      offset += 1
    }
    return start..<offset
  }

  /// What an error shows as found here: a quoted text or a word, shortened.
  func found(at place: Int) -> String {
    var look = self
    look.offset = place
    look.skipBlanks()
    guard let first = look.next else { return "the end" }
    let start = look.offset
    if look.bareLiteral().isEmpty {
      look.offset = start + 1
      if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
        return "a quoted text"
      }
      while let byte = look.next, byte & 0xc0 == 0x80 { look.offset += 1 }
    }
    let word = text(start..<look.offset)
    return word.count > 40 ? "\"\(word.prefix(40))…\"" : "\"\(word)\""
  }

  /// Characters before a place, plus one.
  func column(of place: Int) -> Int {
    bytes[..<min(place, bytes.count)].count { $0 & 0xc0 != 0x80 } + 1
  }

  func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x61...0x7a, 0x41...0x5a, 0x30...0x39, 0x5f, 0x2e, 0x2d: true
    default: false
    }
  }
}
