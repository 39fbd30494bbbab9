import Storage

/// Message types seen, each kept once. Bounded: what no longer fits is for the caller to keep.
struct TypeTable: ~Copyable {
  static let none = UInt32.max
  private static let maximumCount = 4096
  private static let maximumLength = 128

  private var texts: [[UInt8]] = []
  private var hashes: [UInt64] = []
  private var table = IndexTable()
  private let seed: UInt64

  init(seed: UInt64) {
    self.seed = seed
  }

  /// The number of a type; `none` when the table is full or the type too long for it.
  mutating func number(of type: RawSpan) -> UInt32 {
    guard type.byteCount <= Self.maximumLength else { return Self.none }
    let hash = UUIDKey.hash(type, seed: seed)
    let short = UInt32(truncatingIfNeeded: hash)
    if let found = table.find(hash: short, where: { hashes[Int($0)] == hash }) { return found }
    guard texts.count < Self.maximumCount else { return Self.none }
    let number = UInt32(texts.count)
    table.insert(hash: short, slot: number)
    var text: [UInt8] = []
    text.append(type)
    texts.append(text)
    hashes.append(hash)
    return number
  }

  /// The bytes of a numbered type.
  func text(_ number: UInt32) -> [UInt8] {
    texts[Int(number)]
  }
}

extension [UInt8] {
  /// Appends captured bytes.
  mutating func append(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
  }
}
