internal import Glibc

/// A table of plain values whose size never changes, indexed by any number: only its lowest bits
/// count.
@safe public struct FixedTable<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline let base: UnsafeMutablePointer<Element>
  @usableFromInline let mask: Int

  /// A table whose bits are all 0, which must be a value of the elements. What is never touched of a
  /// large one takes no memory.
  ///
  /// - Parameter size: a power of two.
  public init(zeroedOf size: Int) {
    precondition(size > 0 && size & (size - 1) == 0, "the size is a power of two")
    guard let memory = unsafe calloc(size, MemoryLayout<Element>.stride) else {
      fatalError("out of memory")
    }
    unsafe base = memory.bindMemory(to: Element.self, capacity: size)
    mask = size - 1
  }

  /// - Parameter size: a power of two.
  public init(repeating value: Element, size: Int) {
    self.init(zeroedOf: size)
    unsafe base.initialize(repeating: value, count: size)
  }

  deinit {
    unsafe free(base)
  }

  @inlinable
  public subscript(index: UInt64) -> Element {
    get { unsafe base[Int(truncatingIfNeeded: index) & mask] }
    set { unsafe base[Int(truncatingIfNeeded: index) & mask] = newValue }
  }
}
