internal import CZstd

/// zstd, of any number of frames. Windows of more than 128 MiB are refused.
@safe final class ZstdDecompressor: Decompressor {
  private let context: OpaquePointer
  private(set) var isAtEnd = true

  init?() {
    guard let context = unsafe ZSTD_createDCtx() else {
      return nil
    }
    unsafe self.context = context
  }

  deinit {
    _ = unsafe ZSTD_freeDCtx(context)
  }

  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, isLast: Bool
  ) -> DecompressionStep {
    // Without bytes it would begin to wait for another frame.
    if isAtEnd, input.count == 0 { return DecompressionStep() }
    var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let result = unsafe ZSTD_decompressStream(context, &target, &source)
    var step = unsafe DecompressionStep(consumed: source.pos, produced: target.pos)
    if ZSTD_isError(result) != 0 {
      step.problem = unsafe String(cString: ZSTD_getErrorName(result))
    }
    isAtEnd = result == 0
    return step
  }
}
