import Storage
public import Wire

extension Reassembler {
  /// Whether there are so many connections that those of packets to come do not lie in a near cache.
  public var profitsFromForesight: Bool { connections.count >= 2048 }

  /// Is shown a packet that is going to come after the next one, and asks for the memory that both will
  /// need: waiting for it takes longer than all that is done with a packet. Nothing else happens, be it
  /// that packet that comes or another.
  ///
  /// - Returns: the slot of the connection of the packet that was shown the last time, as it seems.
  public mutating func foresee(_ bytes: RawSpan, linkType: LinkType) -> UInt32? {
    var slot: UInt32?
    if let hash = foreseenHash {
      slot = table.find(hash: hash) { _ in true }
      if let slot { connections.prefetch(slot) }
    }
    foreseenHash = nil
    if let segment = PlainSegment(bytes, linkType: linkType) {
      let hash = UInt32(
        truncatingIfNeeded: plainHash(
          min(segment.source, segment.destination), max(segment.source, segment.destination)))
      table.prefetch(hash: hash)
      foreseenHash = hash
    }
    return slot
  }
}
