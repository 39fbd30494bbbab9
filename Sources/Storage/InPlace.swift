import Synchronization

/// Keeps a noncopyable struct that has it as a stored property in its place: the compiler then
/// passes the struct by address to every method, where it would copy a large one to the stack to
/// lend it. Holds nothing.
public struct InPlace: ~Copyable {
  private let anchor = Atomic<UInt8>(0)

  public init() {}
}
