/// What is in a file or comes through a pipe, unpacked where it is compressed.
final class InputBytes {
  /// Where it comes from.
  let file: InputFile
  /// How it is compressed; nil when it is not, or while nothing was read.
  private(set) var compression: Compression?

  private let blockBytes: Int
  /// Compressed bytes, or the first ones while nothing is known about them.
  private var buffer: [UInt8]
  private var position = 0
  private var end = 0
  private var isRecognized = false
  private var isFileAtEnd = false
  private var decompressor: (any Decompressor)?
  /// What is wrong with the compressed data behind what was unpacked.
  private var problem: String?

  /// - Parameter blockBytes: how much of a compressed file is read at once.
  init(_ file: InputFile, blockBytes: Int) {
    self.file = file
    self.blockBytes = max(blockBytes, 64)
    // Enough to recognise what it is.
    buffer = [UInt8](repeating: 0, count: min(self.blockBytes, 4096))
  }

  /// Why there are no more bytes.
  enum Trouble: Error {
    /// The file cannot be read.
    case file(CaptureError)
    /// The compressed data end too early, or are damaged at this offset in the file.
    case cutShort(offset: UInt64)
    case damaged(offset: UInt64, reason: String)
  }

  /// Reads what is there, waiting for at least one byte, into `bytes` from `start` on.
  ///
  /// - Returns: how many bytes came, 0 at the end; nil when `interrupt` became readable first.
  func read(into bytes: inout [UInt8], from start: Int, interrupt: Int32) throws(Trouble) -> Int? {
    if !isRecognized {
      guard try recognize(interrupt: interrupt) else { return nil }
    }
    if let decompressor {
      return try unpack(decompressor, into: &bytes, from: start, interrupt: interrupt)
    }
    if position < end {
      let count = min(end - position, bytes.count - start)
      for index in 0..<count { bytes[start + index] = buffer[position + index] }
      position += count
      if position == end { buffer = [] }
      return count
    }
    do {
      return try file.read(into: &bytes, from: start, interrupt: interrupt)
    } catch {
      throw .file(error)
    }
  }

  /// Looks at the first bytes; false when it was interrupted.
  private func recognize(interrupt: Int32) throws(Trouble) -> Bool {
    while end < Compression.signatureLength, !isFileAtEnd {
      guard try fill(interrupt: interrupt) else { return false }
    }
    isRecognized = true
    let first = Array(buffer[..<end])
    compression = Compression(recognizing: first.span)
    guard let compression else { return true }
    decompressor = compression.makeDecompressor()
    if decompressor == nil { throw .damaged(offset: 0, reason: "out of memory") }
    buffer.append(contentsOf: repeatElement(0, count: blockBytes - buffer.count))
    return true
  }

  /// Reads more of the file behind `end`; false when it was interrupted.
  private func fill(interrupt: Int32) throws(Trouble) -> Bool {
    do {
      guard let count = try file.read(into: &buffer, from: end, interrupt: interrupt) else {
        return false
      }
      end += count
      isFileAtEnd = count == 0
      return true
    } catch {
      throw .file(error)
    }
  }

  private func unpack(
    _ decompressor: any Decompressor, into bytes: inout [UInt8], from start: Int, interrupt: Int32
  ) throws(Trouble) -> Int? {
    while true {
      if let problem { throw .damaged(offset: offset, reason: problem) }
      // A file that unpacks to very much must not keep a signal waiting.
      if interrupt >= 0, isReadable(interrupt) { return nil }
      let step = step(decompressor, into: &bytes, from: start)
      position += step.consumed
      problem = step.problem
      if step.produced > 0 { return step.produced }
      if problem != nil || step.consumed > 0 { continue }
      guard position == end else { throw .damaged(offset: offset, reason: "it makes no sense") }
      if isFileAtEnd {
        guard decompressor.isAtEnd else { throw .cutShort(offset: offset) }
        return 0
      }
      position = 0
      end = 0
      guard try fill(interrupt: interrupt) else { return nil }
    }
  }

  private func step(
    _ decompressor: any Decompressor, into bytes: inout [UInt8], from start: Int
  ) -> DecompressionStep {
    let (position, end, isLast) = (position, end, isFileAtEnd)
    return unsafe buffer.withUnsafeBytes { input in
      unsafe bytes.withUnsafeMutableBytes { output in
        unsafe decompressor.step(
          UnsafeRawBufferPointer(rebasing: input[position..<end]),
          into: UnsafeMutableRawBufferPointer(rebasing: output[start...]), isLast: isLast)
      }
    }
  }

  /// The offset in the file of the next compressed byte.
  private var offset: UInt64 { file.bytesRead - UInt64(end - position) }
}
