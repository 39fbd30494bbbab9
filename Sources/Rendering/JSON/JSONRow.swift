internal import Wire

/// A line of NDJSON while it is written, into room that was reserved for it ahead: neither a field
/// nor a byte asks for room again.
///
/// It holds the storage of the buffer that began it, until that ends it. Every field begins with its
/// comma, because all stand behind the one that names the record.
///
/// Invariants: `slack` bytes are free when a row begins and behind each text, which is more than all
/// fields of a record take whose length has a bound; `next` lies inside the room.
@safe
struct JSONRow: ~Copyable {
  /// In bytes.
  static let slack = 4096

  /// The storage of the buffer.
  let start: UnsafeMutablePointer<UInt8>
  /// Where `slack` bytes of it are left.
  private let limit: UnsafeMutablePointer<UInt8>
  private(set) var next: UnsafeMutablePointer<UInt8>
  /// Bytes of the record's text that are known to need no escapes.
  private(set) var plain = 0..<0

  /// Begins a row behind `count` bytes of a storage in which `slack` bytes and more are free.
  init(_ storage: UnsafeMutablePointer<UInt8>, count: Int, capacity: Int) {
    unsafe start = storage
    unsafe limit = storage + (capacity - Self.slack)
    unsafe next = storage + count
  }

  /// Bytes in the storage.
  var count: Int { unsafe next - start }

  /// Bytes that the storage has room for.
  var capacity: Int { unsafe limit - start + Self.slack }

  /// Writes a literal as it is.
  @inline(__always)
  mutating func literal(_ text: StaticString) {
    let count = text.utf8CodeUnitCount
    unsafe next.initialize(from: text.utf8Start, count: count)
    unsafe next += count
  }

  /// Writes a comma and a key that needs no escapes.
  @inline(__always)
  mutating func key(_ name: StaticString) {
    literal(",\"")
    literal(name)
    literal("\":")
  }

  /// Writes a number.
  @inline(__always)
  mutating func number(_ value: UInt64) {
    unsafe next += OutputBuffer.write(decimal: value, to: next)
  }

  /// Writes a number; nothing when it is nil.
  @inline(__always)
  mutating func field(_ name: StaticString, _ value: UInt64?) {
    guard let value else { return }
    key(name)
    number(value)
  }

  /// Writes a number; nothing when it is nil.
  @inline(__always)
  mutating func field(_ name: StaticString, _ value: Int64?) {
    guard let value else { return }
    key(name)
    if value < 0 { literal("-") }
    number(value.magnitude)
  }

  /// Writes a packet number; nothing when it is not known.
  @inline(__always)
  mutating func field(frame name: StaticString, _ number: UInt64?) {
    if let number, number > 0 { field(name, number) }
  }

  /// Writes a moment; nothing when it is not known.
  @inline(__always)
  mutating func field(_ name: StaticString, _ time: CaptureTime, _ clock: inout SecondText) {
    guard time != .distantPast else { return }
    key(name)
    literal("\"")
    unsafe clock.write(time, to: next)
    unsafe next += SecondText.length
    literal("\"")
  }

  /// Writes an address.
  @inline(__always)
  mutating func field(_ name: StaticString, _ address: IPAddress) {
    key(name)
    literal("\"")
    if address.isIPv6 {
      self = self.writing { $0.append(address) }
    } else {
      unsafe next += OutputBuffer.write(ipv4: UInt32(truncatingIfNeeded: address.low), to: next)
    }
    literal("\"")
  }

  /// Writes the names of the bits that are set in `bits`, as an array; nothing when there are none.
  @inline(__always)
  mutating func field(_ name: StaticString, bits: UInt64, names: [String]) {
    guard bits != 0 else { return }
    key(name)
    self = self.writing { buffer in
      var rest = bits
      var separator: StaticString = "[\""
      while rest != 0 {
        buffer.append(separator)
        buffer.append(names[rest.trailingZeroBitCount])
        separator = "\",\""
        rest &= rest &- 1
      }
      buffer.append("\"]")
    }
  }

  /// Writes eight digits in hexadecimal.
  @inline(__always)
  mutating func hexadecimal(_ value: UInt32) {
    let pairs = (UInt64(value) &<< 16 | UInt64(value)) & 0x0000_ffff_0000_ffff
    let bytes = (pairs &<< 8 | pairs) & 0x00ff_00ff_00ff_00ff
    let digits = (bytes &<< 4 | bytes) & 0x0f0f_0f0f_0f0f_0f0f
    // Six more reach the fifth bit from ten on, which are letters.
    let letters = (digits &+ 0x0606_0606_0606_0606) &>> 4 & 0x0101_0101_0101_0101
    let text = digits &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
    unsafe UnsafeMutableRawPointer(next).storeBytes(of: text.bigEndian, as: UInt64.self)
    unsafe next += 8
  }

  // MARK: - Bytes without a bound

  /// Makes sure that `slack` bytes are free behind `count` more.
  @inline(__always)
  mutating func makeRoom(for count: Int) {
    if unsafe limit - next < count { self = self.writing { $0.reserve(count + Self.slack) } }
  }

  /// Looks which bytes of the record's text from `start` on need no escapes: all of them, mostly.
  @inline(__always)
  mutating func lookAhead(in text: RawSpan, from start: Int) {
    plain = start..<OutputBuffer.plainEnd(of: text, from: start)
  }

  /// Copies the first bytes of a piece of text as long as they need no escapes, and says how many they
  /// are. There is room for the piece.
  @inline(__always)
  mutating func copyPlain(_ text: RawSpan, from start: Int, count: Int) -> Int {
    let copied = unsafe OutputBuffer.copyPlain(text, from: start, count: count, to: next)
    unsafe next += copied
    return copied
  }

  /// Copies a piece of text as it is. There is room for it.
  @inline(__always)
  mutating func copy(_ text: RawSpan, from start: Int, count: Int) {
    precondition(start >= 0 && count >= 0 && start &+ count <= text.byteCount)
    // Costs less than to look how many are wanted; what is too much is written over.
    if count <= 32, start &+ 32 <= text.byteCount {
      copyBlock(of: SIMD32<UInt8>.self, text, from: start)
    } else if count <= 64, start &+ 64 <= text.byteCount {
      copyBlock(of: SIMD64<UInt8>.self, text, from: start)
    } else {
      unsafe text.withUnsafeBytes { source in
        // Empty text has none.
        guard let first = source.baseAddress else { return }
        unsafe UnsafeMutableRawPointer(next).copyMemory(from: first + start, byteCount: count)
      }
    }
    unsafe next += count
  }

  @inline(__always)
  private mutating func copyBlock<Block: BitwiseCopyable>(
    of type: Block.Type, _ text: RawSpan, from start: Int
  ) {
    let block = unsafe text.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: type)
    unsafe UnsafeMutableRawPointer(next).storeBytes(of: block, as: type)
  }

  /// Copies bytes of our own, of which there are no more than a record's bounded fields take.
  @inline(__always)
  mutating func copy(_ bytes: UnsafePointer<UInt8>, count: Int) {
    unsafe next.update(from: bytes, count: count)
    unsafe next += count
  }

  /// Writes what is rare in ways that ask for room.
  @inline(never)
  consuming func writing(_ body: (inout OutputBuffer) -> Void) -> JSONRow {
    let plain = plain
    var buffer = OutputBuffer(adopting: self)
    body(&buffer)
    var row = buffer.becomingRow()
    row.plain = plain
    return row
  }
}
