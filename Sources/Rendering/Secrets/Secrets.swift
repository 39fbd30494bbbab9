/// Decides which captured values are hidden, and what stands in their place.
///
/// A hidden value becomes a token such as `<hidden:3f9a01c2>`, equal for equal values under one
/// `TokenKey`, so that it can still be followed through a capture.
public struct Secrets: Sendable {
  /// Whether nothing is hidden: `--show-secrets`.
  public let shows: Bool
  private let keys: SecretKeys
  private let tokenKey: TokenKey
  /// What was found out about the keys seen lately: the upper 63 bits of their hash, and in the
  /// lowest whether they are secret. Keyed, so that no traffic can make two keys meet.
  private var verdicts: [UInt64]

  /// Creates a judge of parameter keys.
  public init(keys: SecretKeys = SecretKeys(), shows: Bool = false, tokenKey: TokenKey) {
    self.keys = keys
    self.shows = shows
    self.tokenKey = tokenKey
    // Only a hash of ones alone would be taken for known, and then as a secret.
    verdicts = Array(repeating: .max, count: shows ? 0 : 256)
  }

  /// Whether values of the parameter `key` are hidden. Remembers the last few hundred keys.
  public mutating func hides(valuesOf key: RawSpan) -> Bool {
    if shows { return false }
    let hash = SipHash.hash(key, k0: tokenKey.low, k1: tokenKey.high)
    let slot = Int(truncatingIfNeeded: hash & 0xff)
    // The slot's own bits need not be kept; the lowest makes room for the verdict.
    let known = verdicts[slot]
    if (known ^ hash) >> 1 == 0 { return known & 1 == 1 }
    let isSecret = keys.contains(key)
    verdicts[slot] = hash & ~1 | (isSecret ? 1 : 0)
    return isSecret
  }

  /// Appends the token that stands for a hidden value.
  public func append(tokenOf value: RawSpan, to buffer: inout OutputBuffer) {
    // Halves swapped, so that a token never equals what a key's place in the memory tells.
    let hash = SipHash.hash(value, k0: tokenKey.high, k1: tokenKey.low)
    buffer.append("<hidden:")
    buffer.append(hexadecimal: hash >> 32, paddedTo: 8)
    buffer.append(">")
  }

  /// The token that stands for a hidden value.
  public func token(of value: RawSpan) -> String {
    var buffer = OutputBuffer(capacity: 64)
    append(tokenOf: value, to: &buffer)
    return buffer.string
  }
}
