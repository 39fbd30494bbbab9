/// Two values of a kind, one for each side of a connection.
///
/// An `InlineArray` of two would be copied whole to read one field of one of them by a side that is
/// not known at compile time.
public struct Pair<Element: BitwiseCopyable>: BitwiseCopyable {
  /// Of side 0.
  public var lower: Element
  /// Of side 1.
  public var upper: Element

  @inlinable
  public init(_ lower: Element, _ upper: Element) {
    self.lower = lower
    self.upper = upper
  }

  /// The value of a side, 0 or 1.
  @inlinable
  public subscript(side: Int) -> Element {
    @inline(__always) get { side == 0 ? lower : upper }
    @inline(__always) unsafeMutableAddress {
      side == 0
        ? unsafe withUnsafeMutablePointer(to: &lower) { unsafe $0 }
        : unsafe withUnsafeMutablePointer(to: &upper) { unsafe $0 }
    }
  }

  /// Lends the value of a side and that of the other one, both at once.
  @inlinable @inline(__always)
  public mutating func withBoth<Result>(
    of side: Int, _ body: (_ own: inout Element, _ other: inout Element) -> Result
  ) -> Result {
    unsafe withUnsafeMutablePointer(to: &lower) { lower in
      unsafe withUnsafeMutablePointer(to: &upper) { upper in
        let (own, other) = unsafe side == 0 ? (lower, upper) : (upper, lower)
        return unsafe body(&own.pointee, &other.pointee)
      }
    }
  }
}

extension Pair: Sendable where Element: Sendable {}
