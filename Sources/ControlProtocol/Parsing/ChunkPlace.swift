/// Where a chunk lies in its stream.
struct ChunkPlace: BitwiseCopyable {
  /// The stream offset of the chunk's byte 0.
  var base: UInt64
  var mark: ArrivalMark

  /// The stream offset of the byte at `index`.
  @inline(__always)
  func offset(_ index: Int) -> UInt64 { base &+ UInt64(truncatingIfNeeded: index) }
}
