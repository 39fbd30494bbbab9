public import CVectors

/// A table of plain values whose size never changes, indexed by any number: only its lowest bits
/// count.
@safe public struct FixedTable<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline let base: UnsafeMutablePointer<Element>
  @usableFromInline let mask: Int

  /// A table whose bits are all 0, which must be a value of the elements.
  ///
  /// - Parameter size: a power of two.
  public init(zeroedOf size: Int) {
    precondition(size > 0 && size & (size - 1) == 0, "the size is a power of two")
    unsafe base = Mapping.room(for: size, of: Element.self, isTouched: true)
    mask = size - 1
  }

  /// - Parameter size: a power of two.
  public init(repeating value: Element, size: Int) {
    self.init(zeroedOf: size)
    unsafe base.initialize(repeating: value, count: size)
  }

  deinit {
    unsafe Mapping.giveBack(base, mask + 1)
  }

  @inlinable
  public subscript(index: UInt64) -> Element {
    get { unsafe base[Int(truncatingIfNeeded: index) & mask] }
    set { unsafe base[Int(truncatingIfNeeded: index) & mask] = newValue }
  }

  /// Asks for the cache line at which an element begins, which is going to be changed.
  @inlinable @inline(__always)
  public func prefetch(_ index: UInt64) {
    unsafe souptap_prefetch(base + (Int(truncatingIfNeeded: index) & mask))
  }
}
