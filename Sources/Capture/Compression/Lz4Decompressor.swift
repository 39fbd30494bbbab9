internal import CLz4

/// The lz4 frame format, of any number of frames.
@safe final class Lz4Decompressor: Decompressor {
  private let context: OpaquePointer
  private(set) var isAtEnd = true

  init?() {
    var made: OpaquePointer?
    let status = unsafe LZ4F_createDecompressionContext(&made, UInt32(LZ4F_VERSION))
    guard LZ4F_isError(status) == 0, let context = unsafe made else {
      return nil
    }
    unsafe self.context = context
  }

  deinit {
    _ = unsafe LZ4F_freeDecompressionContext(context)
  }

  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, isLast: Bool
  ) -> DecompressionStep {
    // Without bytes it would begin to wait for another frame.
    if isAtEnd, input.count == 0 { return DecompressionStep() }
    var step = DecompressionStep(consumed: input.count, produced: output.count)
    let result = unsafe LZ4F_decompress(
      context, output.baseAddress, &step.produced, input.baseAddress, &step.consumed, nil)
    if LZ4F_isError(result) != 0 {
      // What it took and wrote is not known then.
      return unsafe DecompressionStep(problem: String(cString: LZ4F_getErrorName(result)))
    }
    isAtEnd = result == 0
    return step
  }
}
