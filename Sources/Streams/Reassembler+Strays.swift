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
  /// one that is known: it is the second stray in a row, and goes on from the first or answers it, and
  /// one of them has payload. One alone, which anybody can send, shows nothing, however often it comes.
  ///
  /// - Parameter step: what was found out about the segment, its place among it.
  public mutating func showsAnother(_ frame: DecodedFrame, after step: PlainStep) -> Bool {
    let (slot, side) = (step.slot, step.side)
    guard connections[slot].phase == .open, isStray(frame, slot: slot, side: side) else {
      return false
    }
    // As many as there are with this one.
    let packets =
      connections[slot].streams.lower.packets + connections[slot].streams.upper.packets + 1
    if step.isRepeat {
      for side in 0..<2 {
        let index = Int(connections[slot].streams[side].trouble)
        if shared.troubles[index].stray?.packets == packets - 1 {
          shared.troubles[index].stray?.packets = packets
        }
      }
      return false
    }
    let length = UInt32(truncatingIfNeeded: frame.wirePayloadLength)
    for (side, number) in [
      (side, frame.sequenceNumber), (1 - side, frame.acknowledgmentNumber),
    ] {
      let index = Int(connections[slot].streams[side].trouble)
      // Where it ended, or up to 1 MiB behind.
      if let last = shared.troubles[index].stray, last.packets == packets - 1,
        number &- last.end < 1 << 20, length > 0 || last.hasPayload
      {
        return true
      }
    }
    let index = shared.trouble(of: &connections[slot].streams[side])
    shared.troubles[index].stray = (frame.sequenceNumber &+ length, length > 0, packets)
    return false
  }
}
