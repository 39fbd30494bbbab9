/// The outline of an SVG `path`, in user units with one decimal.
///
/// Points of one kind are one path, so that thousands of them take a few bytes each.
struct PathData: ~Copyable {
  private var buffer = OutputBuffer(capacity: 1024)

  var isEmpty: Bool { buffer.isEmpty }

  var bytes: RawSpan {
    @_lifetime(borrow self)
    borrowing get { buffer.bytes }
  }

  /// Begins a line.
  mutating func move(_ x: Double, _ y: Double) { command("M", x, y) }

  /// Continues a line.
  mutating func line(_ x: Double, _ y: Double) { command("L", x, y) }

  /// Closes an outline.
  mutating func close() { buffer.append("z") }

  /// A dot, as wide as the stroke of its class where that has round ends.
  mutating func dot(_ x: Double, _ y: Double) {
    command("M", x, y)
    buffer.append("h0")
  }

  /// A cross around a point.
  mutating func cross(_ x: Double, _ y: Double, radius: Double) {
    command("M", x - radius, y - radius)
    command("l", 2 * radius, 2 * radius)
    command("m", -2 * radius, 0)
    command("l", 2 * radius, -2 * radius)
  }

  /// A triangle that stands on its base around a point.
  mutating func triangle(_ x: Double, _ y: Double, radius: Double) {
    command("M", x, y - radius)
    command("l", radius, 2 * radius)
    command("l", -2 * radius, 0)
    close()
  }

  /// A square on its corner around a point.
  mutating func diamond(_ x: Double, _ y: Double, radius: Double) {
    command("M", x, y - radius)
    command("l", radius, radius)
    command("l", -radius, radius)
    command("l", -radius, -radius)
    close()
  }

  /// A rectangle.
  mutating func rectangle(_ x: Double, _ y: Double, width: Double, height: Double) {
    command("M", x, y)
    command("h", width)
    command("v", height)
    command("h", -width)
    close()
  }

  private mutating func command(_ name: StaticString, _ x: Double, _ y: Double) {
    buffer.append(name)
    buffer.append(coordinate: x)
    buffer.append(" ")
    buffer.append(coordinate: y)
  }

  private mutating func command(_ name: StaticString, _ length: Double) {
    buffer.append(name)
    buffer.append(coordinate: length)
  }
}

extension OutputBuffer {
  /// Appends a coordinate, rounded to tenths; what is no number, or far outside of any drawing, is
  /// put at its rim.
  mutating func append(coordinate value: Double) {
    let clamped = value.isNaN ? 0 : max(-99_999, min(value, 99_999))
    let tenths = Int64((clamped * 10).rounded())
    if tenths < 0 { append("-") }
    append(decimal: tenths.magnitude / 10)
    guard tenths % 10 != 0 else { return }
    append(".")
    append(decimal: tenths.magnitude % 10)
  }
}

extension String {
  /// A coordinate as an attribute has it.
  init(coordinate value: Double) {
    var buffer = OutputBuffer(capacity: 64)
    buffer.append(coordinate: value)
    self = buffer.string
  }
}
