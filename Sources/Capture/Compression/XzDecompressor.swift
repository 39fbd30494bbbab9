internal import CLzma

/// xz, of any number of streams with padding between them. Data that need more than 256 MiB to be
/// unpacked are refused; the highest preset needs 65.
@safe final class XzDecompressor: Decompressor {
  private static let memoryLimit: UInt64 = 256 << 20
  /// LZMA_CONCATENATED, whose macro the importer does not read.
  private static let concatenated: UInt32 = 0x08

  private let stream: UnsafeMutablePointer<lzma_stream>
  private(set) var isAtEnd = false

  init?() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: lzma_stream())
    let status = unsafe lzma_stream_decoder(
      stream, XzDecompressor.memoryLimit, XzDecompressor.concatenated)
    guard status == LZMA_OK else {
      unsafe stream.deallocate()
      return nil
    }
  }

  deinit {
    unsafe lzma_end(stream)
    unsafe stream.deallocate()
  }

  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, isLast: Bool
  ) -> DecompressionStep {
    if isAtEnd { return DecompressionStep() }
    unsafe stream.pointee.next_in = input.bindMemory(to: UInt8.self).baseAddress
    unsafe stream.pointee.avail_in = input.count
    unsafe stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
    unsafe stream.pointee.avail_out = output.count
    // Only the end of the input tells that no further stream follows.
    let status = unsafe lzma_code(stream, isLast ? LZMA_FINISH : LZMA_RUN)
    var step = unsafe DecompressionStep(
      consumed: input.count - stream.pointee.avail_in,
      produced: output.count - stream.pointee.avail_out)
    switch status {
    case LZMA_OK, LZMA_BUF_ERROR: break
    case LZMA_STREAM_END: isAtEnd = true
    default: step.problem = words(for: status)
    }
    return step
  }

  private func words(for status: lzma_ret) -> String {
    switch status {
    case LZMA_DATA_ERROR: "the data are corrupt"
    case LZMA_FORMAT_ERROR: "what follows the xz data is something else"
    case LZMA_OPTIONS_ERROR: "options that liblzma does not know"
    case LZMA_MEMLIMIT_ERROR: "more than 256 MiB are needed to unpack it; do so into a pipe"
    case LZMA_MEM_ERROR: "out of memory"
    default: "error \(status.rawValue)"
    }
  }
}
