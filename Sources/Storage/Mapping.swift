internal import CLinux
internal import Glibc

/// Plain memory by mapping: all bits 0 where nothing was written, and growing copies nothing.
///
/// Pages are taken from the system one by one when they are touched, so room that is not used costs
/// addresses and no memory. There being no more memory ends the process, as it does everywhere in Swift.
enum Mapping {
  /// Room for so many elements.
  ///
  /// - Parameter isTouched: whether all pages are taken at once: one that is read before it is written
  ///   would be asked for twice.
  static func room<Element>(
    for count: Int, of type: Element.Type, isTouched: Bool = false
  ) -> UnsafeMutablePointer<Element> {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | (isTouched ? MAP_POPULATE : 0)
    let memory = unsafe mmap(nil, bytes(count, of: type), PROT_READ | PROT_WRITE, flags, -1, 0)
    return unsafe bound(memory, count)
  }

  /// Makes room for as many elements again; they may move.
  static func double<Element>(_ base: inout UnsafeMutablePointer<Element>, from count: Int) {
    let (bytes, larger) = (bytes(count, of: Element.self), bytes(2 * count, of: Element.self))
    unsafe base = bound(souptap_remap(base, bytes, larger), 2 * count)
  }

  /// Gives the room for so many elements back.
  static func giveBack<Element>(_ base: UnsafeMutablePointer<Element>, _ count: Int) {
    unsafe munmap(base, bytes(count, of: Element.self))
  }

  private static func bytes<Element>(_ count: Int, of type: Element.Type) -> Int {
    count * MemoryLayout<Element>.stride
  }

  private static func bound<Element>(
    _ memory: UnsafeMutableRawPointer?, _ count: Int
  ) -> UnsafeMutablePointer<Element> {
    guard let memory = unsafe memory, unsafe memory != MAP_FAILED else {
      fatalError("out of memory")
    }
    return unsafe memory.bindMemory(to: Element.self, capacity: count)
  }
}
