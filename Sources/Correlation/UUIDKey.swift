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

  /// The key of an integer that was sent in its shortest form.
  init(number: UInt32) {
    value = UInt64(number)
    kind = .integer
    isCanonical = true
  }

  init(_ text: RawSpan, seed: UInt64) {
    let count = text.byteCount
    var value: UInt64 = 0
    if count <= 19, count > 0 {
      // The common path: digits that fit in 64 bits.
      var index = 0
      while index < count {
        let digit = text.byte(at: index) &- 0x30
        if digit > 9 { break }
        value = value &* 10 &+ UInt64(digit)
        index += 1
      }
      if index == count {
        self.value = value
        kind = .integer
        isCanonical = count == 1 || text.byte(at: 0) != 0x30
        return
      }
    }
    var zeros = 0
    while zeros < count, text.byte(at: zeros) == 0x30 { zeros += 1 }
    var isNumber = count > 0
    for index in zeros..<count where text.byte(at: index) &- 0x30 > 9 {
      isNumber = false
      break
    }
    isCanonical = false
    if isNumber, count - zeros <= 19 {
      for index in zeros..<count { value = value &* 10 &+ UInt64(text.byte(at: index) &- 0x30) }
      self.value = value
      kind = .integer
    } else {
      let start = isNumber ? zeros : 0
      self.value = Self.hash(text.extracting(start..<count), seed: seed)
      kind = isNumber ? .longInteger : .text
    }
  }

  static func == (a: UUIDKey, b: UUIDKey) -> Bool {
    a.value == b.value && a.kind == b.kind
  }

  static func hash(_ bytes: RawSpan, seed: UInt64) -> UInt64 {
    var hasher = SeededHash(seed: seed)
    if bytes.byteCount >= 8, bytes.byteCount <= 16 {
      // Two words that may share bytes are all there is.
      hasher.combine(bytes.word(at: 0))
      hasher.combine(bytes.word(at: bytes.byteCount &- 8))
      hasher.combine(UInt64(bytes.byteCount))
      return hasher.value
    }
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
