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
  /// one that is known: it is the second stray in a row, and goes on from the first or answers it. One
  /// alone, which anybody can send, shows nothing, however often the capture has it.
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
    if follows(frame.sequenceNumber, slot, side, packets)
      || follows(frame.acknowledgmentNumber, slot, 1 - side, packets)
    {
      return true
    }
    let index = shared.trouble(of: &connections[slot].streams[side])
    let end = frame.sequenceNumber &+ UInt32(truncatingIfNeeded: frame.wirePayloadLength)
    shared.troubles[index].stray = (end, packets)
    return false
  }

  /// Whether the packet before was a stray of a side, and a sequence number lies where it ended or up to
  /// 1 MiB behind.
  private func follows(
    _ sequenceNumber: UInt32, _ slot: UInt32, _ side: Int, _ packets: UInt64
  ) -> Bool {
    let index = Int(connections[slot].streams[side].trouble)
    guard let stray = shared.troubles[index].stray else { return false }
    return stray.packets == packets - 1 && sequenceNumber &- stray.end < 1 << 20
  }
}
