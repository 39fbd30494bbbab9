/// The 128-bit key that tokens of hidden values are made with.
///
/// The caller draws one at random for each run, so that tokens of two runs cannot be compared, or
/// makes one from bytes that a user keeps, so that they can.
public struct TokenKey: Hashable, Sendable {
  /// The first half.
  public var low: UInt64
  /// The second half.
  public var high: UInt64

  /// Creates a key from its two halves, drawn at random.
  public init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// Derives a key from a user's bytes, of any number; the same bytes give the same key.
  public init(bytes: RawSpan) {
    // Two fixed, different keys make two independent halves.
    low = SipHash.hash(bytes, k0: 0x0706_0504_0302_0100, k1: 0x0f0e_0d0c_0b0a_0908)
    high = SipHash.hash(bytes, k0: 0x1716_1514_1312_1110, k1: 0x1f1e_1d1c_1b1a_1918)
  }

  /// Derives a key from a user's text; the same text gives the same key.
  public init(text: String) {
    unsafe self.init(bytes: text.utf8Span.span.bytes)
  }
}
