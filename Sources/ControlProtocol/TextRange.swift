/// Where a piece of captured text lies in the bytes that are lent beside it. May be absent, which
/// is not the same as empty.
public struct TextRange: BitwiseCopyable, Hashable, Sendable {
  /// The first byte; `UInt32.max` when absent.
  public var start: UInt32
  /// How many bytes it has.
  public var count: UInt32

  /// Creates a range; both numbers are below 2^32.
  @inlinable
  public init(start: Int, count: Int) {
    self.start = UInt32(truncatingIfNeeded: start)
    self.count = UInt32(truncatingIfNeeded: count)
  }

  @inlinable
  init(absent: Void) {
    start = .max
    count = 0
  }

  /// The text that is not there.
  @inlinable public static var absent: TextRange { TextRange(absent: ()) }

  @inlinable public var isPresent: Bool { start != .max }

  /// The offsets that the text covers; empty when absent.
  @inlinable
  public var range: Range<Int> {
    isPresent ? Int(start)..<(Int(start) + Int(count)) : 0..<0
  }
}

/// A parameter of a message, or a raw line that was none.
public struct ParameterText: BitwiseCopyable, Hashable, Sendable {
  /// The key; absent for a raw line.
  public var key: TextRange
  /// The value, possibly empty; the whole line for a raw line.
  public var value: TextRange

  /// Creates a parameter; without a key it is a raw line.
  @inlinable
  public init(key: TextRange, value: TextRange) {
    self.key = key
    self.value = value
  }
}
