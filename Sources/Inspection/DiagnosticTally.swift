import ControlProtocol

/// How often each code was told in the two streams of a connection: the first few are told one by
/// one, the rest are counted and told as one at the end.
///
/// A connection has few kinds of oddities, so there is room for a few; one with more gets a table.
struct DiagnosticTally: BitwiseCopyable {
  /// Told one by one, for each code and stream.
  static let told: UInt32 = 5
  /// The table's number where there is none.
  static let none = UInt32.max

  private struct Entry: BitwiseCopyable {
    /// The code's raw value, twice, plus the side.
    var key = UInt8.max
    var count: UInt32 = 0
  }

  private var entries: InlineArray<6, Entry> = [
    Entry(), Entry(), Entry(), Entry(), Entry(), Entry(),
  ]
  /// The number of the table that counts what found no room here.
  var table = DiagnosticTally.none

  /// Counts so many, when there is room.
  ///
  /// - Returns: how often it was counted with these; 0 when there is no room.
  mutating func count(_ code: DiagnosticCode, side: Int, adding count: UInt32) -> UInt32 {
    let key = Self.key(code, side: side)
    for index in 0..<6 {
      if entries[index].key == UInt8.max { entries[index].key = key }
      if entries[index].key == key {
        entries[index].count = entries[index].count.addingWithoutOverflow(count)
        return entries[index].count
      }
    }
    return 0
  }

  /// How often a code was counted here.
  func count(of code: DiagnosticCode, side: Int) -> UInt32 {
    let key = Self.key(code, side: side)
    for index in 0..<6 where entries[index].key == key { return entries[index].count }
    return 0
  }

  /// The codes that were counted here more often than they were told.
  func untold(side: Int) -> DiagnosticSet {
    var codes = DiagnosticSet()
    for index in 0..<6 where entries[index].count > Self.told {
      let key = entries[index].key
      if Int(key & 1) == side { codes.rawValue |= 1 << UInt64(key >> 1) }
    }
    return codes
  }

  static func key(_ code: DiagnosticCode, side: Int) -> UInt8 {
    code.rawValue << 1 | UInt8(side)
  }
}

/// Counts of every code in both streams, for connections with more kinds than a tally has room for.
struct DiagnosticTable {
  private var counts = [UInt32](repeating: 0, count: 2 * DiagnosticCode.allCases.count)

  mutating func count(_ code: DiagnosticCode, side: Int, adding count: UInt32) -> UInt32 {
    let index = Int(DiagnosticTally.key(code, side: side))
    counts[index] = counts[index].addingWithoutOverflow(count)
    return counts[index]
  }

  func count(of code: DiagnosticCode, side: Int) -> UInt32 {
    counts[Int(DiagnosticTally.key(code, side: side))]
  }

  /// The codes that were counted here more often than they were told.
  func untold(side: Int) -> DiagnosticSet {
    var codes = DiagnosticSet()
    for code in DiagnosticCode.allCases where count(of: code, side: side) > DiagnosticTally.told {
      codes.insert(code)
    }
    return codes
  }
}

extension UInt32 {
  /// The sum, or the greatest number if it is beyond that.
  fileprivate func addingWithoutOverflow(_ other: UInt32) -> UInt32 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
