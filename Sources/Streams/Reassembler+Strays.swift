import Storage
public import Wire

/// Segments that belong to another connection between the same ports than the one that is known.
extension Reassembler {
  /// Whether both numbers of a segment are far from anything that its connection may come to.
  func isStray(_ frame: DecodedFrame, slot: UInt32, side: Int) -> Bool {
    connections[slot].streams[side].isFar(from: frame.sequenceNumber)
      && connections[slot].streams[1 - side].isFar(from: frame.acknowledgmentNumber)
      && frame.flags.intersection([.syn, .reset, .acknowledgment]) == .acknowledgment
  }

  /// Whether a segment shows another connection, whose handshake was not captured, nor the end of the
  /// one that is known: it is a stray, and goes on from the last stray of either side or answers it. One
  /// alone, which anybody can send, shows nothing.
  public mutating func showsAnother(_ frame: DecodedFrame, at place: Place) -> Bool {
    let (slot, side) = (place.slot, place.side)
    guard connections[slot].phase == .open, isStray(frame, slot: slot, side: side) else {
      return false
    }
    if follows(frame.sequenceNumber, slot, side)
      || follows(frame.acknowledgmentNumber, slot, 1 - side)
    {
      return true
    }
    let index = shared.trouble(of: &connections[slot].streams[side])
    shared.troubles[index].stray =
      frame.sequenceNumber &+ UInt32(truncatingIfNeeded: frame.wirePayloadLength)
    return false
  }

  /// Whether a sequence number lies where the last stray of a side ended, or up to 1 MiB behind.
  private func follows(_ sequenceNumber: UInt32, _ slot: UInt32, _ side: Int) -> Bool {
    let index = Int(connections[slot].streams[side].trouble)
    guard let stray = shared.troubles[index].stray else { return false }
    return sequenceNumber &- stray < 1 << 20
  }
}
