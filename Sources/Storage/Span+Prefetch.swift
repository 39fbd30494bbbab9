public import CVectors

extension Span where Element: BitwiseCopyable {
  /// Asks for the cache line at which an element begins, which is going to be changed.
  @inlinable @inline(__always)
  public func prefetch(_ index: Int) {
    guard indices.contains(index) else { return }
    unsafe withUnsafeBufferPointer { buffer in
      if let base = buffer.baseAddress { unsafe souptap_prefetch(base + index) }
    }
  }
}
