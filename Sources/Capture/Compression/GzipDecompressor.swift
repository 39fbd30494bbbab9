internal import CZlib

/// gzip, of any number of members; zeros behind the last one are padding.
@safe final class GzipDecompressor: Decompressor {
  // zlib keeps the address of the stream.
  private let stream: UnsafeMutablePointer<z_stream>
  private(set) var isAtEnd = true
  /// Whether a member has begun, ever.
  private var hasBegun = false

  init?() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // A window of 32 KiB, and nothing but gzip.
    let status = unsafe inflateInit2_(
      stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      unsafe stream.deallocate()
      return nil
    }
  }

  deinit {
    _ = unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, isLast: Bool
  ) -> DecompressionStep {
    var step = DecompressionStep()
    if isAtEnd {
      if hasBegun {
        step.consumed = unsafe input.prefix { $0 == 0 }.count
        guard step.consumed < input.count else { return step }
      }
      guard input.count > 0 else { return step }
      guard unsafe input[step.consumed] == 0x1f else {
        step.problem = "what follows the gzip data is something else"
        return step
      }
      _ = unsafe inflateReset(stream)
      isAtEnd = false
      hasBegun = true
    }
    // zlib only reads through this pointer; its declaration has no const.
    let bytes = unsafe input.bindMemory(to: UInt8.self).baseAddress
    unsafe stream.pointee.next_in = UnsafeMutablePointer(
      mutating: bytes.map { unsafe $0 + step.consumed })
    unsafe stream.pointee.avail_in = UInt32(clamping: input.count - step.consumed)
    unsafe stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
    unsafe stream.pointee.avail_out = UInt32(clamping: output.count)
    let status = unsafe inflate(stream, Z_NO_FLUSH)
    step.consumed = unsafe input.count - Int(stream.pointee.avail_in)
    step.produced = unsafe output.count - Int(stream.pointee.avail_out)
    switch status {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: isAtEnd = true
    default:
      let words = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
      step.problem = words ?? "error \(status)"
    }
    return step
  }
}
