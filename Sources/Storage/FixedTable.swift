/// A table of plain values whose size never changes, indexed by any number: only its lowest bits
/// count.
@safe public struct FixedTable<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline let base: UnsafeMutablePointer<Element>
  @usableFromInline let mask: Int

  /// - Parameter size: a power of two.
  public init(repeating value: Element, size: Int) {
    precondition(size > 0 && size & (size - 1) == 0, "the size is a power of two")
    unsafe base = .allocate(capacity: size)
    unsafe base.initialize(repeating: value, count: size)
    mask = size - 1
  }

  deinit {
    unsafe base.deallocate()
  }

  @inlinable
  public subscript(index: UInt64) -> Element {
    get { unsafe base[Int(truncatingIfNeeded: index) & mask] }
    set { unsafe base[Int(truncatingIfNeeded: index) & mask] = newValue }
  }
}
