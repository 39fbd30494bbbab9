import Storage

/// Bytes that were copied because they must outlive their chunk.
typealias ByteBuffer = Buffer<UInt8>

extension Buffer<UInt8> {
  var span: RawSpan {
    @_lifetime(borrow self) @inline(__always) get { unsafe elements.bytes }
  }

  /// Appends the bytes of `span` in `range`.
  mutating func append(_ span: RawSpan, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    let part = span.extracting(range)
    unsafe append(count: range.count) { room in
      unsafe part.withUnsafeBytes {
        unsafe UnsafeMutableRawBufferPointer(room).copyMemory(from: $0)
      }
    }
  }

  /// Appends the few bytes of `span` in `range`: 32 of them are copied where there are as many, which
  /// costs less than to look how many are wanted.
  @inline(__always)
  mutating func appendHead(_ span: RawSpan, _ range: Range<Int>) {
    let start = range.lowerBound
    guard range.count <= 32, span.byteCount &- start >= 32, room >= 32 else {
      return append(span, range)
    }
    unsafe append(count: range.count) { room in
      unsafe UnsafeMutableRawPointer(room.baseAddress.unsafelyUnwrapped).storeBytes(
        of: span.unsafeLoadUnaligned(fromByteOffset: start, as: SIMD32<UInt8>.self),
        as: SIMD32<UInt8>.self)
    }
  }

  /// The last `count` bytes.
  @inline(__always)
  func textRange(last count: Int) -> TextRange {
    TextRange(start: self.count &- count, count: count)
  }
}
