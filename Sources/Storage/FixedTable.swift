internal import Glibc

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
    // All pages at once: a page that is read before it is written would be asked for twice.
    let memory = unsafe mmap(
      nil, size * MemoryLayout<Element>.stride, PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0)
    guard let memory = unsafe memory, unsafe memory != MAP_FAILED else {
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
    unsafe munmap(base, (mask + 1) * MemoryLayout<Element>.stride)
  }

  @inlinable
  public subscript(index: UInt64) -> Element {
    get { unsafe base[Int(truncatingIfNeeded: index) & mask] }
    set { unsafe base[Int(truncatingIfNeeded: index) & mask] = newValue }
  }
}
