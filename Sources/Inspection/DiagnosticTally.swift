import ControlProtocol

/// How often each code was told in the two streams of a connection: the first few are told one by
/// one, the rest are counted and told as one at the end.
struct DiagnosticTally {
  /// Told one by one, for each code and stream.
  static let told: UInt32 = 5

  private var counts = [UInt32](repeating: 0, count: 2 * DiagnosticCode.allCases.count)

  /// Counts one; tells whether it is to be told by itself.
  mutating func count(_ code: DiagnosticCode, side: Int) -> Bool {
    let index = side * DiagnosticCode.allCases.count + Int(code.rawValue)
    counts[index] = counts[index] == .max ? .max : counts[index] + 1
    return counts[index] <= Self.told
  }

  /// How many were counted but not told.
  func untold(_ code: DiagnosticCode, side: Int) -> UInt64 {
    let count = counts[side * DiagnosticCode.allCases.count + Int(code.rawValue)]
    return count > Self.told ? UInt64(count - Self.told) : 0
  }
}
