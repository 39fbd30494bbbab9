internal import ControlProtocol
internal import Wire

extension JSONWriter {
  /// Writes captured text that may be absent.
  @inline(__always)
  mutating func field(_ name: StaticString, _ range: TextRange, in text: RawSpan) {
    if range.isPresent { field(name, text: text.bytes(of: range)) }
  }

  /// Writes a moment; nothing when it is not known.
  @inline(__always)
  mutating func field(known name: StaticString, _ time: CaptureTime) {
    if time != .distantPast { field(name, Optional(time)) }
  }

  /// Writes a packet number; nothing when it is not known.
  @inline(__always)
  mutating func field(frame name: StaticString, _ number: UInt64?) {
    if let number, number > 0 { field(name, number) }
  }

  /// Writes a uuid: as a number when it is an integer of at most 15 digits, leading zeros aside, and
  /// as sent where the number does not show that. An empty one counts as none.
  mutating func uuid(_ range: TextRange, in text: RawSpan) {
    let sent = text.bytes(of: range)
    guard !sent.isEmpty else { return }
    var zeros = 0
    var number: UInt64 = 0
    var isNumber = true
    for offset in 0..<sent.byteCount {
      let digit = sent.byte(at: offset) &- 0x30
      // 15 digits always fit into what every reader of JSON takes for an integer.
      if digit > 9 || offset - zeros >= 15 {
        isNumber = false
        break
      }
      if number == 0, digit == 0 { zeros = offset + 1 }
      number = number * 10 + UInt64(digit)
    }
    if isNumber { field("uuid", number) }
    let isShown = isNumber && (zeros == 0 || sent.byteCount == 1)
    if !isShown { field("uuid_text", text: sent) }
  }

  /// Writes the names of the bits that are set in `bits`; nothing when there are none.
  @inline(__always)
  mutating func field(_ name: StaticString, bits: UInt64, names: [String]) {
    if bits != 0 { write(name, bits: bits, names: names) }
  }

  @inline(never)
  private mutating func write(_ name: StaticString, bits: UInt64, names: [String]) {
    key(name)
    beginArray()
    for (index, name) in names.enumerated() where bits & 1 << UInt64(index) != 0 { value(name) }
    endArray()
  }
}
