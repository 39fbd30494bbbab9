/// Writes JSON into an `OutputBuffer`, with the commas where they belong.
///
/// It trusts its caller with the structure: objects and arrays are closed as they were opened, and
/// in an object every value follows a key. Optional values that are nil leave no trace.
public struct JSONWriter: ~Copyable {
  /// What was written so far.
  public var buffer: OutputBuffer
  private var needsComma = false

  /// Creates a writer with a buffer of its own, of `capacity` bytes to begin with.
  public init(capacity: Int = 4096) {
    buffer = OutputBuffer(capacity: capacity)
  }

  // MARK: Structure

  /// Opens an object: `{`.
  public mutating func beginObject() {
    separate()
    buffer.append(UInt8(ascii: "{"))
    needsComma = false
  }

  /// Closes the innermost object: `}`.
  public mutating func endObject() {
    buffer.append(UInt8(ascii: "}"))
    needsComma = true
  }

  /// Opens an array: `[`.
  public mutating func beginArray() {
    separate()
    buffer.append(UInt8(ascii: "["))
    needsComma = false
  }

  /// Closes the innermost array: `]`.
  public mutating func endArray() {
    buffer.append(UInt8(ascii: "]"))
    needsComma = true
  }

  /// Writes a key that needs no escapes.
  @inline(__always)
  public mutating func key(_ name: StaticString) {
    if needsComma { buffer.append(UInt8(ascii: ",")) }
    buffer.append(key: name)
    needsComma = false
  }

  /// Writes a key that is not known when compiling; it is escaped like text.
  public mutating func key(_ name: String) {
    separate()
    unsafe quote(name.utf8Span.span.bytes)
    buffer.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Begins the line of a record: an object whose first field is `record`.
  public mutating func beginLine(record kind: StaticString) {
    needsComma = false
    buffer.append(#"{"record":""#)
    buffer.append(kind)
    buffer.append(UInt8(ascii: "\""))
    needsComma = true
  }

  /// Ends the object that `beginLine` began, and its line.
  public mutating func endLine() {
    buffer.append("}\n")
    needsComma = false
  }

  // MARK: Values

  /// Writes a number.
  @inline(__always)
  public mutating func value(_ number: UInt64) {
    separate()
    buffer.append(decimal: number)
    needsComma = true
  }

  /// Writes a number.
  @inline(__always)
  public mutating func value(_ number: Int64) {
    separate()
    buffer.append(decimal: number)
    needsComma = true
  }

  /// Writes `true` or `false`.
  public mutating func value(_ flag: Bool) {
    separate()
    buffer.append(flag ? "true" : "false")
    needsComma = true
  }

  /// Writes a string that needs no escapes.
  @inline(__always)
  mutating func value(plain text: StaticString) {
    separate()
    buffer.append(UInt8(ascii: "\""))
    buffer.append(text)
    endString()
  }

  /// Writes a string of our own; it is escaped like text.
  @inline(__always)
  public mutating func value(_ text: String) {
    separate()
    unsafe quote(text.utf8Span.span.bytes)
    needsComma = true
  }

  /// Writes bytes as a string, escaped, and says whether they were UTF-8: if not, the exact bytes
  /// belong into another field.
  @inline(__always)
  @discardableResult
  public mutating func value(text: RawSpan) -> Bool {
    separate()
    let isUTF8 = quote(text)
    needsComma = true
    return isUTF8
  }

  /// Writes a number with at most six decimals and no trailing zeros. NaN and infinities, which
  /// JSON has no word for, become 0; leave the field out instead.
  public mutating func value(rate: Double) {
    separate()
    buffer.append(rate: rate)
    needsComma = true
  }

  /// Ends a string whose inside was written into `buffer`.
  @inline(__always)
  mutating func endString() {
    buffer.append(UInt8(ascii: "\""))
    needsComma = true
  }

  @inline(__always)
  private mutating func separate() {
    if needsComma { buffer.append(UInt8(ascii: ",")) }
  }

  @inline(__always)
  @discardableResult
  private mutating func quote(_ text: RawSpan) -> Bool {
    buffer.append(UInt8(ascii: "\""))
    let isUTF8 = buffer.append(jsonText: text)
    buffer.append(UInt8(ascii: "\""))
    return isUTF8
  }
}

extension OutputBuffer {
  /// Appends a number with at most six decimals and no trailing zeros, rounded to the nearest.
  ///
  /// NaN and infinities become 0. Values of 9.2 million million and more lose their decimals;
  /// beyond 64 bits they become the largest number that fits.
  public mutating func append(rate: Double) {
    guard rate.isFinite else { return append(UInt8(ascii: "0")) }
    let magnitude = rate.magnitude
    let isWhole = magnitude >= 9.2e12
    // Half added and cut off, which needs no mathematics library.
    let value = UInt64(min(isWhole ? magnitude : magnitude * 1e6, 0x1p63) + 0.5)
    if rate < 0, value > 0 { append(UInt8(ascii: "-")) }
    if isWhole { return append(decimal: value) }
    var fraction = value % 1_000_000
    append(decimal: value / 1_000_000)
    guard fraction > 0 else { return }
    var decimals = 6
    while fraction % 10 == 0 {
      fraction /= 10
      decimals -= 1
    }
    append(UInt8(ascii: "."))
    append(decimal: fraction, paddedTo: decimals)
  }
}
