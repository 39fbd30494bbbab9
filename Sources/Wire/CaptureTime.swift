/// A moment of packet time, in nanoseconds since the Unix epoch (UTC).
///
/// Signed 64 bits reach from 1677 to 2262. Arithmetic that would leave that range saturates: times
/// come from files and are never trusted.
public struct CaptureTime: BitwiseCopyable, Hashable, Comparable, Sendable {
  /// Nanoseconds since 1970-01-01T00:00:00Z.
  public var nanoseconds: Int64

  /// Creates the moment that lies `nanoseconds` after the Unix epoch.
  @inlinable
  public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// A moment before every other; stands for "never" where times are compared.
  public static let distantPast = CaptureTime(nanoseconds: .min)

  /// A moment after every other.
  public static let distantFuture = CaptureTime(nanoseconds: .max)

  @inlinable
  public static func < (a: CaptureTime, b: CaptureTime) -> Bool {
    a.nanoseconds < b.nanoseconds
  }

  /// The nanoseconds from `earlier` to this moment; negative when this one is the earlier.
  @inlinable
  public func nanoseconds(since earlier: CaptureTime) -> Int64 {
    let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
    guard overflow else { return difference }
    return nanoseconds < earlier.nanoseconds ? .min : .max
  }

  /// The moment `nanoseconds` later (earlier when negative).
  @inlinable
  public func advanced(byNanoseconds delta: Int64) -> CaptureTime {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(delta)
    guard overflow else { return CaptureTime(nanoseconds: sum) }
    return delta < 0 ? .distantPast : .distantFuture
  }
}
