/// What a packet's first bytes are: the LINKTYPE_ number of a savefile, or libpcap's DLT for a live
/// device mapped to it.
///
/// Source: https://www.tcpdump.org/linktypes.html
public struct LinkType: RawRepresentable, Hashable, Sendable {
  /// The LINKTYPE_ number.
  public var rawValue: UInt16

  @inlinable
  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }
}
