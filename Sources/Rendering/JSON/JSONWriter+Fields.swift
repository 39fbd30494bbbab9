public import Wire

/// A key with its value in one call. What is nil is left out, key and all.
extension JSONWriter {
  /// Writes a number.
  @inline(__always)
  public mutating func field(_ name: StaticString, _ number: UInt64) {
    key(name)
    value(number)
  }

  /// Writes a number; nothing when it is nil.
  @inline(__always)
  public mutating func field(_ name: StaticString, _ number: UInt64?) {
    if let number { field(name, number) }
  }

  /// Writes a number.
  @inline(__always)
  public mutating func field(_ name: StaticString, _ number: Int64) {
    key(name)
    value(number)
  }

  /// Writes a number; nothing when it is nil.
  @inline(__always)
  public mutating func field(_ name: StaticString, _ number: Int64?) {
    if let number { field(name, number) }
  }

  /// Writes a number.
  @inline(__always)
  public mutating func field(_ name: StaticString, _ number: Int) {
    field(name, Int64(number))
  }

  /// Writes `true` or `false`; nothing when it is nil.
  public mutating func field(_ name: StaticString, _ flag: Bool?) {
    guard let flag else { return }
    key(name)
    value(flag)
  }

  /// Writes a string of our own; nothing when it is nil.
  @inline(__always)
  public mutating func field(_ name: StaticString, _ text: String?) {
    guard let text else { return }
    key(name)
    value(text)
  }

  /// Writes a string that needs no escapes.
  @inline(__always)
  mutating func field(_ name: StaticString, plain text: StaticString) {
    key(name)
    value(plain: text)
  }

  /// Writes a moment as RFC 3339 with nine decimals; nothing when it is nil.
  @inline(__always)
  public mutating func field(_ name: StaticString, _ time: CaptureTime?) {
    guard let time else { return }
    key(name)
    buffer.append(UInt8(ascii: "\""))
    buffer.append(timestamp: time)
    endString()
  }

  /// Writes a number with at most six decimals; nothing when it is nil, NaN or infinite.
  public mutating func field(_ name: StaticString, rate: Double?) {
    guard let rate, rate.isFinite else { return }
    key(name)
    value(rate: rate)
  }

  /// Writes captured text, and when it is not UTF-8 its exact bytes as `<name>_base64` beside it.
  @inline(__always)
  public mutating func field(_ name: StaticString, text: RawSpan) {
    key(name)
    if value(text: text) { return }
    fieldBase64(name, text)
  }

  /// Writes an array of strings; nothing when it is empty.
  public mutating func field(_ name: StaticString, _ texts: [String]) {
    guard !texts.isEmpty else { return }
    key(name)
    beginArray()
    for text in texts { value(text) }
    endArray()
  }

  @inline(never)
  private mutating func fieldBase64(_ name: StaticString, _ text: RawSpan) {
    buffer.append(#",""#)
    buffer.append(name)
    buffer.append(#"_base64":""#)
    buffer.append(base64: text)
    endString()
  }
}
