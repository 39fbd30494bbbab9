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
    append(span, range, inOne: SIMD32<UInt8>.self)
  }

  /// Appends the bytes of a line of `span` in `range`: 64 of them are copied where there are as many.
  @inline(__always)
  mutating func appendLine(_ span: RawSpan, _ range: Range<Int>) {
    append(span, range, inOne: SIMD64<UInt8>.self)
  }

  @inline(__always)
  private mutating func append<Block: BitwiseCopyable>(
    _ span: RawSpan, _ range: Range<Int>, inOne block: Block.Type
  ) {
    let (start, size) = (range.lowerBound, MemoryLayout<Block>.size)
    guard range.count <= size, span.byteCount &- start >= size, room >= size else {
      return append(span, range)
    }
    unsafe append(count: range.count) { room in
      unsafe UnsafeMutableRawPointer(room.baseAddress.unsafelyUnwrapped).storeBytes(
        of: span.unsafeLoadUnaligned(fromByteOffset: start, as: block), as: block)
    }
  }

  /// The last `count` bytes.
  @inline(__always)
  func textRange(last count: Int) -> TextRange {
    TextRange(start: self.count &- count, count: count)
  }
}
