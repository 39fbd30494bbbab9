import ControlProtocol
import Storage

/// What a uuid is paired by: two integers are equal when their digits without leading zeros are,
/// other uuids when their bytes are.
///
/// Source: `semantics.md` section 3.
struct UUIDKey: BitwiseCopyable, Equatable {
  enum Kind: UInt8, BitwiseCopyable {
    /// `value` is the integer.
    case integer
    /// `value` is a seeded hash of digits too many for 64 bits.
    case longInteger
    /// `value` is a seeded hash of the bytes.
    case text
  }

  var value: UInt64
  var kind: Kind
  /// Whether the text as sent is the shortest form of the integer, so that it need not be kept.
  var isCanonical: Bool

  init(_ text: RawSpan, seed: UInt64) {
    let count = text.byteCount
    var zeros = 0
    var value: UInt64 = 0
    var isNumber = count > 0
    for index in 0..<count {
      let byte = text.byte(at: index)
      guard byte &- 0x30 < 10 else {
        isNumber = false
        break
      }
      if value == 0, byte == 0x30, zeros == index { zeros += 1 }
      if index - zeros < 19 { value = value &* 10 &+ UInt64(byte &- 0x30) }
    }
    let digits = count - zeros
    if isNumber, digits <= 19 {
      self.value = value
      kind = .integer
      isCanonical = zeros == 0 || count == 1
    } else {
      let start = isNumber ? zeros : 0
      self.value = Self.hash(text.extracting(start..<count), seed: seed)
      kind = isNumber ? .longInteger : .text
      isCanonical = false
    }
  }

  static func == (a: UUIDKey, b: UUIDKey) -> Bool {
    a.value == b.value && a.kind == b.kind
  }

  static func hash(_ bytes: RawSpan, seed: UInt64) -> UInt64 {
    var hasher = SeededHash(seed: seed)
    var offset = 0
    while offset + 8 <= bytes.byteCount {
      hasher.combine(bytes.word(at: offset))
      offset += 8
    }
    var rest: UInt64 = 0
    while offset < bytes.byteCount {
      rest = rest << 8 | UInt64(bytes.byte(at: offset))
      offset += 1
    }
    hasher.combine(rest)
    hasher.combine(UInt64(bytes.byteCount))
    return hasher.value
  }
}
