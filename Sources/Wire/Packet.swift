/// What a capture says about one packet, without its bytes.
public struct Packet: Sendable {
  /// The 1-based number of the packet in its input, counted before any filter (Wireshark's
  /// frame.number).
  public var number: UInt64
  /// When it was captured.
  public var time: CaptureTime
  /// How long it was on the wire, in bytes; at least the number of captured bytes.
  public var originalLength: UInt32
  /// What its first bytes are.
  public var linkType: LinkType
  /// The index of its input among the inputs of the run.
  public var input: UInt16

  @inlinable
  public init(
    number: UInt64, time: CaptureTime, originalLength: UInt32, linkType: LinkType, input: UInt16 = 0
  ) {
    self.number = number
    self.time = time
    self.originalLength = originalLength
    self.linkType = linkType
    self.input = input
  }
}
