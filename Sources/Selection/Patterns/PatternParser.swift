/// Reads a pattern: the usual characters of extended regular expressions, `\d \w \s` and their
/// opposites, escapes for bytes, `(?:…)`, and `(?i)` in front.
struct PatternParser {
  private let text: [UInt8]
  private var offset = 0
  private var depth = 0
  private var ignoresCase = false

  init(_ text: [UInt8]) {
    self.text = text
  }

  mutating func parse() throws(PatternError) -> PatternNode {
    guard text.count <= Pattern.maximumBytes else {
      throw error("expected at most \(Pattern.maximumBytes) bytes of regular expression")
    }
    if text.starts(with: "(?i)".utf8) {
      ignoresCase = true
      offset = 4
    }
    let node = try alternatives()
    guard offset == text.count else { throw error("expected no \")\" without a \"(\"") }
    return node
  }

  private var next: UInt8? { offset < text.count ? text[offset] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private func error(_ message: String, at place: Int? = nil) -> PatternError {
    PatternError(offset: place ?? offset, message: message)
  }

  private mutating func alternatives() throws(PatternError) -> PatternNode {
    var nodes = [try sequence()]
    while take("|") { nodes.append(try sequence()) }
    return nodes.count == 1 ? nodes[0] : .alternatives(nodes)
  }

  private mutating func sequence() throws(PatternError) -> PatternNode {
    var nodes: [PatternNode] = []
    while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
      nodes.append(try repetition())
    }
    return nodes.isEmpty ? .empty : nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  private mutating func repetition() throws(PatternError) -> PatternNode {
    let place = offset
    var node = try atom()
    var isRepeated = false
    while let (least, most) = try count() {
      switch node {
      case .begin, .end: throw error("expected something to repeat", at: place)
      default: break
      }
      guard !isRepeated else { throw error("expected one repetition, not several", at: offset - 1) }
      isRepeated = true
      // Lazy or not, what matches is the same.
      _ = take("?")
      node = .repeated(node, least: least, most: most)
    }
    return node
  }

  /// The number of times behind an atom; nil when there is none.
  private mutating func count() throws(PatternError) -> (Int, Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    guard next == UInt8(ascii: "{") else { return nil }
    let place = offset
    offset += 1
    guard let least = number() else {
      throw error("expected a count such as {2}, {2,} or {2,5}", at: place)
    }
    var most: Int? = least
    if take(",") { most = next == UInt8(ascii: "}") ? nil : number() ?? -1 }
    guard take("}"), most.map({ $0 >= least }) ?? true else {
      throw error("expected a count such as {2}, {2,} or {2,5}", at: place)
    }
    guard max(least, most ?? 0) <= Pattern.maximumCount else {
      throw error("expected at most \(Pattern.maximumCount) repetitions", at: place)
    }
    return (least, most)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let byte = next, (0x30...0x39).contains(byte) {
      value = min((value ?? 0) * 10 + Int(byte - 0x30), 1_000_000)
      offset += 1
    }
    return value
  }

  private mutating func atom() throws(PatternError) -> PatternNode {
    let place = offset
    guard let byte = next else { throw error("expected a character") }
    offset += 1
    switch byte {
    case UInt8(ascii: "("): return try group(from: place)
    case UInt8(ascii: "["): return .bytes(try byteClass(from: place))
    case UInt8(ascii: "."):
      var line = ByteSet()
      line.insert(0x0a)
      return .bytes(line.inverted)
    case UInt8(ascii: "^"): return .begin
    case UInt8(ascii: "$"): return .end
    case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"):
      throw error("expected something to repeat", at: place)
    case UInt8(ascii: "\\"): return .bytes(folded(try escape(from: place)))
    default:
      return byte < 0x80 ? .bytes(folded(single(byte))) : character(from: byte)
    }
  }

  /// A character beyond ASCII is its bytes in UTF-8, one behind the other.
  private mutating func character(from first: UInt8) -> PatternNode {
    var nodes = [PatternNode.bytes(single(first))]
    while let byte = next, byte & 0xc0 == 0x80, nodes.count < 4 {
      nodes.append(.bytes(single(byte)))
      offset += 1
    }
    return nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  private mutating func group(from place: Int) throws(PatternError) -> PatternNode {
    if take("?"), !take(":") {
      throw error(
        "expected (?:…), or (?i) in front: what looks ahead or behind is not known", at: place)
    }
    depth += 1
    defer { depth -= 1 }
    guard depth <= Pattern.maximumDepth else {
      throw error("expected at most \(Pattern.maximumDepth) nested groups", at: place)
    }
    let node = try alternatives()
    guard take(")") else { throw error("expected a closing \")\"", at: place) }
    return node
  }

  private mutating func byteClass(from place: Int) throws(PatternError) -> ByteSet {
    var set = ByteSet()
    let isInverted = take("^")
    var isFirst = true
    while let byte = next, isFirst || byte != UInt8(ascii: "]") {
      isFirst = false
      let (item, low) = try classItem()
      guard next == UInt8(ascii: "-"), offset + 1 < text.count,
        text[offset + 1] != UInt8(ascii: "]")
      else {
        set.formUnion(item)
        continue
      }
      let middle = offset
      offset += 1
      let (_, high) = try classItem()
      guard let low, let high, low <= high else {
        throw error("expected a range such as a-z", at: middle)
      }
      set.insert(low...high)
    }
    guard take("]") else { throw error("expected a closing \"]\"", at: place) }
    let whole = folded(set)
    return isInverted ? whole.inverted : whole
  }

  /// A byte or an escape in a class; the byte is nil for sets such as `\d`.
  private mutating func classItem() throws(PatternError) -> (ByteSet, UInt8?) {
    let place = offset
    guard let byte = next else { throw error("expected a closing \"]\"") }
    guard byte < 0x80 else {
      throw error("expected ASCII or \\xHH in brackets: they stand for single bytes", at: place)
    }
    offset += 1
    guard byte == UInt8(ascii: "\\") else { return (single(byte), byte) }
    let set = try escape(from: place)
    let members = (0...255).filter { set.contains(UInt8($0)) }
    return (set, members.count == 1 ? UInt8(members[0]) : nil)
  }

  /// What stands behind a backslash.
  private mutating func escape(from place: Int) throws(PatternError) -> ByteSet {
    guard let byte = next else { throw error("expected a character behind \\", at: place) }
    offset += 1
    var set = ByteSet()
    switch byte {
    case UInt8(ascii: "d"), UInt8(ascii: "D"):
      set.insert(0x30...0x39)
    case UInt8(ascii: "w"), UInt8(ascii: "W"):
      set.insert(0x30...0x39)
      set.insert(0x41...0x5a)
      set.insert(0x61...0x7a)
      set.insert(0x5f)
    case UInt8(ascii: "s"), UInt8(ascii: "S"):
      set.insert(0x09...0x0d)
      set.insert(0x20)
    case UInt8(ascii: "n"): return single(0x0a)
    case UInt8(ascii: "r"): return single(0x0d)
    case UInt8(ascii: "t"): return single(0x09)
    case UInt8(ascii: "x"):
      let digits = text[offset...].prefix(2)
      guard digits.count == 2,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      else { throw error("expected two hexadecimal digits behind \\x", at: place) }
      offset += 2
      return single(value)
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a:
      throw error("expected one of \\d \\w \\s \\D \\W \\S \\n \\r \\t \\xHH", at: place)
    default:
      return single(byte)
    }
    return byte < UInt8(ascii: "a") ? set.inverted : set
  }

  private func single(_ byte: UInt8) -> ByteSet {
    var set = ByteSet()
    set.insert(byte)
    return set
  }

  private func folded(_ set: ByteSet) -> ByteSet {
    ignoresCase ? set.foldingCase : set
  }
}
