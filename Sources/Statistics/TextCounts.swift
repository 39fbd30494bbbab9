/// How often captured texts were seen: error codes, reasons.
///
/// Limits: so many distinct texts; what comes after them, and texts longer than 512 bytes, are summed
/// in ``other``, so that the counts always add up.
public struct TextCounts: Sendable {
  /// A text with its count.
  public struct Entry: Sendable {
    /// The text as captured.
    public var text: [UInt8]
    /// How often it was seen.
    public var count: UInt64
  }

  private var table: TextTable
  private var counts: [UInt64] = []
  /// How often a text without a row of its own was seen.
  public private(set) var other: UInt64 = 0

  init(limit: Int, seed: UInt64) {
    table = TextTable(limit: limit, seed: seed)
  }

  /// Whether no text was seen.
  public var isEmpty: Bool { counts.isEmpty && other == 0 }

  /// All counts, the unnamed ones included.
  public var total: UInt64 { counts.reduce(other, &+) }

  /// The texts, the most frequent first, equal ones in the order of their bytes.
  public var entries: [Entry] {
    counts.indices.map { Entry(text: table.text($0), count: counts[$0]) }.sorted {
      $0.count != $1.count ? $0.count > $1.count : $0.text.lexicographicallyPrecedes($1.text)
    }
  }

  var estimatedBytes: Int { table.estimatedBytes + counts.capacity * 8 }

  mutating func add(_ text: RawSpan, count: UInt64 = 1) {
    guard let number = table.number(of: text, tag: 0) else {
      other &+= count
      return
    }
    if number == counts.count { counts.append(0) }
    counts[number] &+= count
  }

  mutating func merge(_ more: TextCounts) {
    for entry in more.entries { add(entry.text.rawBytes, count: entry.count) }
    other &+= more.other
  }
}
