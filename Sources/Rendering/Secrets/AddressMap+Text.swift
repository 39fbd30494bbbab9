internal import Wire

extension AddressMap {
  /// The text with other addresses in place of those in it.
  public mutating func mapped(_ text: String) -> String {
    var result: [UInt8] = []
    append(unsafe text.utf8Span.span.bytes, to: &result)
    return String(decoding: result, as: UTF8.self)
  }

  /// Appends a text with other addresses in place of those in it.
  ///
  /// Dotted quads are taken for addresses wherever they stand, IPv6 addresses where no letter or digit
  /// touches them.
  public mutating func append(_ text: RawSpan, to result: inout [UInt8]) {
    var offset = 0
    forEachAddress(in: text) { map, range, address in
      for place in offset..<range.lowerBound { result.append(text.byte(at: place)) }
      map.mapped(address).appendText(to: &result)
      offset = range.upperBound
    }
    for place in offset..<text.byteCount { result.append(text.byte(at: place)) }
  }

  /// Where addresses stand in a text.
  public mutating func places(in text: RawSpan) -> [Range<Int>] {
    var places: [Range<Int>] = []
    forEachAddress(in: text) { _, range, _ in places.append(range) }
    return places
  }

  private mutating func forEachAddress(
    in text: RawSpan, _ body: (inout AddressMap, Range<Int>, IPAddress) -> Void
  ) {
    var start = 0
    while start < text.byteCount {
      guard Self.isPart(text.byte(at: start)) else {
        start += 1
        continue
      }
      var end = start
      while end < text.byteCount, Self.isPart(text.byte(at: end)) { end += 1 }
      if let (range, address) = Self.ipv6(text, start..<end) {
        body(&self, range, address)
        start = range.upperBound
        continue
      }
      while let (range, address) = Self.quad(text, start..<end) {
        body(&self, range, address)
        start = range.upperBound
      }
      start = end
    }
  }

  /// An IPv6 address that takes up the whole stretch, a point or colon behind it aside.
  private static func ipv6(_ text: RawSpan, _ whole: Range<Int>) -> (Range<Int>, IPAddress)? {
    var range = whole
    if range.lowerBound > 0, isLetter(text.byte(at: range.lowerBound - 1)) {
      // The end of a word, such as that of `candidate:`, is no part of an address.
      guard let colon = range.first(where: { text.byte(at: $0) == UInt8(ascii: ":") }) else {
        return nil
      }
      range = (colon + 1)..<range.upperBound
    }
    if range.upperBound < text.byteCount, isLetter(text.byte(at: range.upperBound)) { return nil }
    guard range.count <= 64, range.contains(where: { text.byte(at: $0) == UInt8(ascii: ":") })
    else { return nil }
    // A colon or two at the end may be punctuation, and so may one in front.
    for front in 0...1 {
      for back in 0...2 where range.count > front + back + 1 {
        let part = (range.lowerBound + front)..<(range.upperBound - back)
        let bytes = part.map { text.byte(at: $0) }
        if let address = IPAddress(parsing: bytes), address.isIPv6 { return (part, address) }
      }
    }
    return nil
  }

  /// The first dotted quad in a stretch.
  private static func quad(_ text: RawSpan, _ range: Range<Int>) -> (Range<Int>, IPAddress)? {
    var start = range.lowerBound
    while start < range.upperBound {
      let isBegin =
        isDigit(text.byte(at: start))
        && (start == range.lowerBound || !isDigit(text.byte(at: start - 1)))
      if isBegin {
        var end = start
        var parts = 1
        while end < range.upperBound {
          let byte = text.byte(at: end)
          if byte == UInt8(ascii: ".") {
            guard parts < 4, end + 1 < range.upperBound, isDigit(text.byte(at: end + 1)) else {
              break
            }
            parts += 1
          } else if !isDigit(byte) {
            break
          }
          end += 1
        }
        if parts == 4, end - start <= 15 {
          let bytes = (start..<end).map { text.byte(at: $0) }
          if let address = IPAddress(parsing: bytes) { return (start..<end, address) }
        }
      }
      start += 1
    }
    return nil
  }

  private static func isPart(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x3a, 0x41...0x46, 0x61...0x66, 0x2e: true
    default: false
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f: true
    default: false
    }
  }
}
