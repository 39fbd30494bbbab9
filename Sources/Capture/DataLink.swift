internal import Wire

/// libpcap's DLT_ numbers for what a device delivers, and the LINKTYPE_ numbers of savefiles: equal
/// but for a few that differ between systems.
///
/// Source: https://www.tcpdump.org/linktypes.html
enum DataLink {
  /// Pairs of DLT_ (on Linux) and LINKTYPE_ that differ.
  private static let exceptions: [(dlt: Int32, linkType: UInt16)] = [
    (11, 100),  // DLT_ATM_RFC1483
    (12, 101),  // DLT_RAW
    (15, 103),  // DLT_SLIP_BSDOS
    (16, 102),  // DLT_PPP_BSDOS
    (19, 106),  // DLT_ATM_CLIP
  ]

  /// The savefile number of what libpcap calls `dlt`; nil when it is no number of a savefile.
  static func linkType(of dlt: Int32) -> LinkType? {
    if let pair = exceptions.first(where: { $0.dlt == dlt }) {
      return LinkType(rawValue: pair.linkType)
    }
    return UInt16(exactly: dlt).map(LinkType.init(rawValue:))
  }

  /// libpcap's number for a savefile's link type.
  static func dlt(of linkType: LinkType) -> Int32 {
    exceptions.first(where: { $0.linkType == linkType.rawValue })?.dlt ?? Int32(linkType.rawValue)
  }
}
