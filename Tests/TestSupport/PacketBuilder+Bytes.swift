extension [UInt8] {
  /// The bytes as what decoders and readers take.
  public var raw: RawSpan {
    @_lifetime(borrow self) borrowing get { unsafe span.bytes }
  }
}
