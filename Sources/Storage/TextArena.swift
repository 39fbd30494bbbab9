/// Bytes appended one after the other and dropped together: text that records point into while they
/// are on their way.
@safe public struct TextArena: ~Copyable {
  private var base: UnsafeMutableRawPointer
  private var capacity: Int
  public private(set) var count = 0
  private let inPlace = InPlace()

  public init() {
    capacity = 1024
    unsafe base = .allocate(byteCount: 1024, alignment: 16)
  }

  deinit {
    unsafe base.deallocate()
  }

  /// The bytes appended so far.
  public var bytes: RawSpan {
    @_lifetime(borrow self) borrowing get {
      let span = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(base), byteCount: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Bytes at the front that are not dropped.
  private var kept = 0

  /// Whether there is anything that is going to be dropped.
  public var holdsMoreThanKept: Bool { count > kept }

  /// From now on what is there stays.
  public mutating func keepAll() { kept = count }

  /// Drops everything that is not kept; what was allocated stays, unless it is large.
  public mutating func removeAll() {
    count = kept
    if capacity > 1 << 20 + 2 * kept { shrink() }
  }

  @inline(never)
  private mutating func shrink() {
    capacity = max(1024, 2 * kept)
    let smaller = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    unsafe smaller.copyMemory(from: base, byteCount: kept)
    unsafe base.deallocate()
    unsafe base = smaller
  }

  /// Appends bytes.
  public mutating func append(_ bytes: RawSpan) {
    let added = bytes.byteCount
    reserve(added)
    unsafe bytes.withUnsafeBytes { source in
      if let start = source.baseAddress {
        unsafe (base + count).copyMemory(from: start, byteCount: added)
      }
    }
    count += added
  }

  /// Appends the decimal digits of a number.
  public mutating func append(decimal value: UInt64) {
    reserve(20)
    var digits = 1
    var bound: UInt64 = 10
    while digits < 20, value >= bound {
      digits += 1
      let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
      if overflow { break }
      bound = next
    }
    var rest = value
    var place = count + digits
    while place > count {
      place -= 1
      unsafe base.storeBytes(
        of: UInt8(truncatingIfNeeded: 0x30 + rest % 10), toByteOffset: place, as: UInt8.self)
      rest /= 10
    }
    count += digits
  }

  @inline(__always)
  private mutating func reserve(_ added: Int) {
    if count + added > capacity { grow(to: count + added) }
  }

  private mutating func grow(to needed: Int) {
    while capacity < needed { capacity *= 2 }
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    unsafe larger.copyMemory(from: base, byteCount: count)
    unsafe base.deallocate()
    unsafe base = larger
  }
}
