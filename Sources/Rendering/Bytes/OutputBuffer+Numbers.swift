extension OutputBuffer {
  /// Appends a number in decimal.
  @inline(__always)
  public mutating func append(decimal value: UInt64) {
    unsafe append(upTo: 24) { unsafe Self.write(decimal: value, to: $0) }
  }

  /// Appends a number in decimal, with a minus sign when it is negative.
  @inline(__always)
  public mutating func append(decimal value: Int64) {
    if value < 0 { append(UInt8(ascii: "-")) }
    append(decimal: value.magnitude)
  }

  /// Appends a number in decimal, with a minus sign when it is negative.
  @inline(__always)
  public mutating func append(decimal value: Int) {
    append(decimal: Int64(value))
  }

  /// Appends a number in decimal with zeros in front up to `width` digits; wider ones are whole.
  public mutating func append(decimal value: UInt64, paddedTo width: Int) {
    append(decimal: value, digits: max(Self.digits(of: value), width))
  }

  /// Appends a number in lower-case hexadecimal with zeros in front up to `width` digits.
  public mutating func append(hexadecimal value: UInt64, paddedTo width: Int = 1) {
    let needed = max((64 - value.leadingZeroBitCount + 3) / 4, 1)
    var shift = UInt64(max(needed, width)) * 4
    while shift > 0 {
      shift -= 4
      append(Self.hexadecimalDigit(UInt8(truncatingIfNeeded: value >> shift) & 0x0f))
    }
  }

  /// Appends a number that stands for `value / 10^decimals`, with all its decimals: 1205 with two
  /// is `12.05`.
  public mutating func append(scaled value: UInt64, decimals: Int) {
    var divisor: UInt64 = 1
    for _ in 0..<decimals { divisor *= 10 }
    append(decimal: value / divisor)
    guard decimals > 0 else { return }
    append(UInt8(ascii: "."))
    append(decimal: value % divisor, paddedTo: decimals)
  }

  /// The ASCII digit of a value below 16.
  @inline(__always)
  static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value &+ (value < 10 ? 0x30 : 0x57)
  }

  private mutating func append(decimal value: UInt64, digits: Int) {
    let pairs = unsafe Self.pairs.utf8Start
    unsafe append(count: digits) { target in
      var rest = value
      var position = digits
      while position >= 2 {
        let (quotient, pair) = rest.quotientAndRemainder(dividingBy: 100)
        rest = quotient
        position &-= 2
        let index = Int(truncatingIfNeeded: pair) &* 2
        unsafe target[position] = pairs[index]
        unsafe target[position &+ 1] = pairs[index &+ 1]
      }
      if position == 1 {
        unsafe target[0] = UInt8(truncatingIfNeeded: rest % 10) &+ 0x30
      }
    }
  }

  /// Writes a number in decimal and returns how many digits it has; `target` has room for 24 bytes.
  @inline(never)
  static func write(decimal value: UInt64, to target: UnsafeMutablePointer<UInt8>) -> Int {
    if value < 10 {
      unsafe target[0] = UInt8(truncatingIfNeeded: value) &+ 0x30
      return 1
    }
    guard value < 100_000_000 else { return unsafe write(long: value, to: target) }
    let digits = digits(of: UInt32(truncatingIfNeeded: value))
    // Zeros in front are the low bytes.
    let zeros = digits.trailingZeroBitCount >> 3
    unsafe store((digits | asciiZeros) &>> (UInt64(zeros) &<< 3), to: target)
    return 8 &- zeros
  }

  /// Writes eight digits, zeros in front; `value` is below 100,000,000.
  @inline(__always)
  static func write(eight value: UInt32, to target: UnsafeMutablePointer<UInt8>) {
    unsafe store(digits(of: value) | asciiZeros, to: target)
  }

  @inline(never)
  private static func write(long value: UInt64, to target: UnsafeMutablePointer<UInt8>) -> Int {
    let (rest, last) = value.quotientAndRemainder(dividingBy: 100_000_000)
    let length = unsafe write(decimal: rest, to: target)
    unsafe write(eight: UInt32(truncatingIfNeeded: last), to: target + length)
    return length &+ 8
  }

  private static let asciiZeros: UInt64 = 0x3030_3030_3030_3030

  @inline(__always)
  private static func store(_ word: UInt64, to target: UnsafeMutablePointer<UInt8>) {
    unsafe UnsafeMutableRawPointer(target).storeBytes(of: word.littleEndian, as: UInt64.self)
  }

  /// The eight digits of a number below 100,000,000, a byte each; the first is the lowest byte.
  @inline(__always)
  private static func digits(of value: UInt32) -> UInt64 {
    // Twice four digits, then four times two, then eight: each step divides all parts at once by
    // multiplying, which is exact for numbers of so few digits.
    let (high, low) = value.quotientAndRemainder(dividingBy: 10_000)
    let fours = UInt64(high) | UInt64(low) << 32
    let hundreds = (fours &* 10_486) >> 20 & 0x7f_0000_007f
    let twos = hundreds | (fours &- hundreds &* 100) << 16
    let tens = (twos &* 103) >> 10 & 0x000f_000f_000f_000f
    return tens | (twos &- tens &* 10) << 8
  }

  /// Writes an IPv4 address and returns how many bytes it takes, at most 15.
  @inline(never)
  static func write(ipv4 bits: UInt32, to target: UnsafeMutablePointer<UInt8>) -> Int {
    var length = unsafe write(octet: bits >> 24, to: target)
    var shift: UInt32 = 24
    while shift > 0 {
      shift &-= 8
      unsafe target[length] = 0x2e
      length &+= 1
      length &+= unsafe write(octet: bits >> shift & 0xff, to: target + length)
    }
    return length
  }

  @inline(__always)
  private static func write(octet: UInt32, to target: UnsafeMutablePointer<UInt8>) -> Int {
    if octet < 10 {
      unsafe target[0] = UInt8(truncatingIfNeeded: octet) &+ 0x30
      return 1
    }
    if octet < 100 {
      unsafe write(pair: octet, to: target)
      return 2
    }
    let hundreds = octet / 100
    unsafe target[0] = UInt8(truncatingIfNeeded: hundreds) &+ 0x30
    unsafe write(pair: octet &- hundreds &* 100, to: target + 1)
    return 3
  }

  /// Writes a value below 100 as two digits.
  @inline(__always)
  static func write(pair value: UInt32, to target: UnsafeMutablePointer<UInt8>) {
    let index = Int(truncatingIfNeeded: value) &* 2
    let digits = unsafe pairs.utf8Start
    unsafe target[0] = digits[index]
    unsafe target[1] = digits[index &+ 1]
  }

  @inline(__always)
  private static func digits(of value: UInt64) -> Int {
    var count = 1
    var rest = value
    while rest >= 10_000 {
      rest /= 10_000
      count &+= 4
    }
    return rest >= 1000 ? count &+ 3 : rest >= 100 ? count &+ 2 : rest >= 10 ? count &+ 1 : count
  }

  private static let pairs: StaticString = """
    00010203040506070809101112131415161718192021222324252627282930313233343536373839\
    40414243444546474849505152535455565758596061626364656667686970717273747576777879\
    8081828384858687888990919293949596979899
    """
}
