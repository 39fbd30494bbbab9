import Records

/// Where things lie in the inputs: marks carry a packet's number with its input in the highest 16 bits.
extension InspectorCore {
  private static var numberBits: UInt64 { 0xffff_ffff_ffff }

  private static func input(_ mark: UInt64) -> UInt16 {
    UInt16(truncatingIfNeeded: mark >> 48)
  }

  /// The packet of a diagnostic.
  func place(_ record: inout DiagnosticRecord, _ mark: UInt64) {
    record.frame = mark & Self.numberBits
    if configuration.hasSeveralInputs { record.identity.input = Self.input(mark) }
  }

  /// The packets of a message's first and last byte.
  @inline(__always)
  static func place(
    _ record: inout MessageRecord, _ first: UInt64, _ last: UInt64, hasSeveralInputs: Bool
  ) {
    record.frame = first & Self.numberBits
    record.frameEnd = last & Self.numberBits
    record.inputEnd = nil
    guard hasSeveralInputs else { return }
    record.identity.input = Self.input(first)
    if first ^ last > Self.numberBits { record.inputEnd = Self.input(last) }
  }

  /// The packets of a transaction's two messages, which came as marks.
  func place(_ record: inout TransactionRecord) {
    let first = record.requestFrame
    record.identity.input = Self.input(first)
    record.requestFrame = first & Self.numberBits
    func place(_ frame: inout UInt64?) -> UInt16? {
      guard let mark = frame else { return nil }
      frame = mark & Self.numberBits
      return mark ^ first > Self.numberBits ? Self.input(mark) : nil
    }
    record.requestInputEnd = place(&record.requestFrameEnd)
    record.responseInput = place(&record.responseFrame)
    record.responseInputEnd = place(&record.responseFrameEnd)
  }
}
