/// Codes of which it is enough to know how often they were noted. Only some can be: those that are
/// noted in lines that are read in place.
public struct MutedCodes: BitwiseCopyable, Sendable {
  private var bits: UInt8 = 0

  /// No code.
  public init() {}

  /// Those that can be muted, at the numbers of their bits.
  static var codes: InlineArray<8, DiagnosticCode> {
    [
      .duplicateKey, .noSpaceAfterColon, .errorFieldsOnOK, .errorFieldsOrder, .bareLF, .bareCR,
      .controlBytes, .invalidUTF8,
    ]
  }

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
  /// Whether none was noted.
  public private(set) var isEmpty = true

  mutating func add(_ code: DiagnosticCode) {
    guard let number = MutedCodes.number(of: code) else { return }
    counts[number] &+= 1
    isEmpty = false
  }

  /// Calls `body` with each code that was noted, and how often.
  public func visit(_ body: (DiagnosticCode, UInt32) -> Void) {
    let codes = MutedCodes.codes
    for number in counts.indices where counts[number] > 0 { body(codes[number], counts[number]) }
  }
}
