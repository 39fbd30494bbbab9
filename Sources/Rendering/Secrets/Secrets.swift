/// Decides which captured values are hidden, and what stands in their place.
///
/// A hidden value becomes a token such as `<hidden:3f9a01c2>`, equal for equal values under one
/// `TokenKey`, so that it can still be followed through a capture.
public struct Secrets: Sendable {
  /// Whether nothing is hidden: `--show-secrets`.
  public let shows: Bool
  private let keys: SecretKeys
  private let tokenKey: TokenKey
  /// What was found out about the keys seen lately.
  private var verdicts: KeyVerdicts

  /// Creates a judge of parameter keys.
  public init(keys: SecretKeys = SecretKeys(), shows: Bool = false, tokenKey: TokenKey) {
    self.keys = keys
    self.shows = shows
    self.tokenKey = tokenKey
    verdicts = KeyVerdicts(seed: tokenKey.low ^ tokenKey.high)
  }

  /// Whether values of the parameter `key` are hidden. Remembers the last few hundred keys.
  public mutating func hides(valuesOf key: RawSpan) -> Bool {
    hides(valuesOf: 0..<key.byteCount, of: key)
  }

  /// Whether values of the parameter whose key lies at `range` of `text` are hidden.
  @inline(__always)
  mutating func hides(valuesOf range: Range<Int>, of text: RawSpan) -> Bool {
    if shows { return false }
    return verdicts.verdict(on: range, of: text, by: keys)
  }

  /// Appends the token that stands for a hidden value.
  public func append(tokenOf value: RawSpan, to buffer: inout OutputBuffer) {
    buffer.append("<hidden:")
    buffer.append(hexadecimal: UInt64(tokenNumber(of: value)), paddedTo: 8)
    buffer.append(">")
  }

  /// What a token shows in hexadecimal.
  func tokenNumber(of value: RawSpan) -> UInt32 {
    UInt32(truncatingIfNeeded: SipHash.hash(value, k0: tokenKey.high, k1: tokenKey.low) >> 32)
  }

  /// The token that stands for a hidden value.
  public func token(of value: RawSpan) -> String {
    var buffer = OutputBuffer(capacity: 64)
    append(tokenOf: value, to: &buffer)
    return buffer.string
  }
}
