/// Codes of which it is enough to know how often they were noted. Only some can be: those that are
/// noted in lines that are read in place.
public struct MutedCodes: BitwiseCopyable, Sendable {
  private var bits: UInt8 = 0

  /// No code.
  public init() {}

  /// The number of a code that can be muted; nil for the others.
  @inline(__always)
  static func number(of code: DiagnosticCode) -> Int? {
    switch code {
    case .duplicateKey: 0
    case .noSpaceAfterColon: 1
    case .errorFieldsOnOK: 2
    case .errorFieldsOrder: 3
    case .bareLF: 4
    case .bareCR: 5
    case .controlBytes: 6
    case .invalidUTF8: 7
    default: nil
    }
  }

  /// The code with a number.
  static func code(_ number: Int) -> DiagnosticCode? {
    switch number {
    case 0: .duplicateKey
    case 1: .noSpaceAfterColon
    case 2: .errorFieldsOnOK
    case 3: .errorFieldsOrder
    case 4: .bareLF
    case 5: .bareCR
    case 6: .controlBytes
    case 7: .invalidUTF8
    default: nil
    }
  }

  /// Mutes a code, if it can be.
  public mutating func insert(_ code: DiagnosticCode) {
    if let number = Self.number(of: code) { bits |= 1 &<< UInt8(number) }
  }

  /// Whether a code is muted.
  @inline(__always)
  func contains(_ code: DiagnosticCode) -> Bool {
    guard bits != 0, let number = Self.number(of: code) else { return false }
    return bits & 1 &<< UInt8(number) != 0
  }
}

/// How often muted codes were noted.
public struct MutedCounts: BitwiseCopyable, Sendable {
  private var counts: InlineArray<8, UInt32> = [0, 0, 0, 0, 0, 0, 0, 0]
  /// A bit for each code that was noted.
  private var noted: UInt8 = 0

  /// Whether none was noted.
  public var isEmpty: Bool {
    @inline(__always) get { noted == 0 }
  }

  mutating func add(_ code: DiagnosticCode) {
    guard let number = MutedCodes.number(of: code) else { return }
    counts[number] &+= 1
    noted |= 1 &<< UInt8(truncatingIfNeeded: number)
  }

  /// Takes out a code that was noted, and how often; nil when there is none left.
  public mutating func next() -> (code: DiagnosticCode, count: UInt32)? {
    guard noted != 0 else { return nil }
    let number = noted.trailingZeroBitCount
    noted &= noted &- 1
    guard let code = MutedCodes.code(number) else { return nil }
    return (code, counts[number])
  }
}
