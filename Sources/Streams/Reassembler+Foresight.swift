import Storage
public import Wire

extension Reassembler {
  /// Whether there are so many connections that those of packets to come do not lie in a near cache.
  public var profitsFromForesight: Bool { connections.count >= 2048 }

  /// Is shown a packet that is going to come soon, and asks for the memory that its look-up will need,
  /// and for the connection of the packet that was shown before it: waiting for that takes longer than
  /// all that is done with a packet. Nothing else happens, be it these packets that come or others.
  ///
  /// - Returns: the slot of the connection of the packet that was shown before, as it seems.
  public mutating func foresee(_ bytes: RawSpan, linkType: LinkType) -> UInt32? {
    var slot: UInt32?
    if let hash = foreseenHash {
      slot = table.find(hash: hash) { _ in true }
      if let slot { connections.prefetch(slot) }
    }
    foreseenHash = nil
    if let segment = PlainSegment(bytes, linkType: linkType) {
      let hash = UInt32(
        truncatingIfNeeded: hash(
          min(segment.source, segment.destination), max(segment.source, segment.destination)))
      table.prefetch(hash: hash)
      foreseenHash = hash
    }
    return slot
  }
}
