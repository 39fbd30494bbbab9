import ControlProtocol

/// Makes streams at random: strict ones, odd ones, and mutations of both.
package struct StreamGenerator {
  private var random: SeededRandom

  package init(seed: UInt64) {
    random = SeededRandom(seed: seed)
  }

  package mutating func int(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &random)
  }

  package mutating func chance(_ oneIn: Int) -> Bool { int(1...oneIn) == 1 }

  package mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[int(0...elements.count - 1)]
  }

  /// A stream of strict messages.
  package mutating func strictStream() -> [UInt8] {
    var encoder = MessageEncoder()
    for _ in 0..<int(1...4) { appendStrict(to: &encoder) }
    return encoder.bytes
  }

  private mutating func appendStrict(to encoder: inout MessageEncoder) {
    let type = pick(["A", "Hello", "CreateConference", "X9"])
    let uuid = pick(["1", "42", "007", "999999999", "0"])
    var parameters: [MessageEncoder.Parameter] = []
    for _ in 0..<pick([0, 0, 1, 2, 5, 20]) {
      let key = pick([
        "user", "k", "Request", "Response x", "code", "grün", "a b", "key\(int(0...30))",
      ])
      let value = pick([
        "v", "", " two", "a: b", "Request A", "€ 𝄞", String(repeating: "long", count: int(0...40)),
      ])
      parameters.append((key, value))
    }
    switch int(0...2) {
    case 0: encoder.request(type, uuid: uuid, parameters)
    case 1:
      let isError = chance(2)
      parameters.removeAll { $0.key == "code" || $0.key == "reason" }
      encoder.response(
        type, uuid: uuid, status: isError ? "ERROR" : "OK", code: isError ? "5" : nil,
        reason: isError && chance(2) ? "no way" : nil, parameters)
    default: encoder.notification(type, parameters)
    }
  }

  private static let oddLines = [
    "", "Request A", "Request B", "request C", "Response A", "Notification A", "Notification", "1",
    "12 OK", "1  ok ", "x1", "1234567890", "k: v", "k:v", "k : v", ": v", " k: v", "code: 1",
    "reason: r", "Request timeout: 30", "none", "Request  A ", " Request A", "Response A b", "\r",
    "a\rb", "k: \0", "k:\t\t", "OK, message received with transaction 1:", "---------------------",
    "  ", "Request A\t", "k: \u{80}\u{7ff}\u{ffff}", "Request", "Request ", "key: Request A", "1 ",
  ]

  /// Lines of all sorts in any order, with all sorts of ends.
  package mutating func oddStream() -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<int(1...14) {
      if chance(6) { bytes += strictStream() }
      bytes += Array(pick(Self.oddLines).utf8)
      bytes += Array(pick(["\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r\r\n", ""]).utf8)
    }
    return bytes
  }

  private static let oddBytes: [UInt8] =
    Array(" \t\r\n:\0AR1k-".utf8) + [0x7f, 0x80, 0xbf, 0xc0, 0xc3, 0xe0, 0xed, 0xf0, 0xf4, 0xff]

  /// Changes, removes, repeats and inserts some bytes.
  package mutating func mutate(_ bytes: inout [UInt8]) {
    for _ in 0..<int(1...3) where !bytes.isEmpty {
      let at = int(0...bytes.count - 1)
      switch int(0...3) {
      case 0: bytes[at] = pick(Self.oddBytes)
      case 1: bytes.remove(at: at)
      case 2: bytes.insert(pick(Self.oddBytes), at: at)
      default:
        let piece = bytes[at..<min(bytes.count, at + int(1...30))]
        bytes.insert(contentsOf: piece, at: int(0...bytes.count))
      }
    }
  }

  /// A script of a stream with gaps, small caps, joining, detection and all.
  package mutating func script() -> StreamScript {
    var bytes = chance(3) ? strictStream() : oddStream()
    if chance(2) { mutate(&bytes) }
    var parts: [StreamScript.Part] = [.bytes(bytes)]
    for _ in 0..<pick([0, 0, 0, 1, 2]) {
      parts.append(pick([.gap(UInt64(int(1...50))), .gap(1), .truncate, .adopt]))
      parts.append(.bytes(chance(2) ? strictStream() : oddStream()))
      if !bytes.isEmpty && chance(2), case .bytes(let first) = parts[0] {
        parts[0] = .bytes(Array(first.prefix(int(0...first.count))))
      }
    }
    var script = StreamScript(parts)
    script.joinedMidstream = chance(4)
    script.detecting = chance(6)
    script.keepsParameters = !chance(4)
    if chance(4) { script.cap = int(16...120) }
    return script
  }
}
