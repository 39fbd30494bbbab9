import Storage

extension Reassembler {
  /// What does not hold that should between two packets, for tests: what waits lies beyond what was
  /// delivered and within the stream, nothing waits that is in order, and counts are right.
  public func brokenInvariants() -> [String] {
    var broken: [String] = []
    var held = 0
    connections.forEachTaken { slot in
      for side in 0..<2 {
        let stream = connections[slot].streams[side]
        let name = "connection \(connections[slot].number) side \(side)"
        if stream.next > stream.furthest { broken.append("\(name): delivered beyond the furthest") }
        guard stream.trouble != 0 else { continue }
        let buffer = shared.troubles[Int(stream.trouble)].waiting
        broken += shared.store.brokenInvariants(of: buffer).map { "\(name): \($0)" }
        held += buffer.bytes + buffer.intervals * IntervalStore.overhead
        if let first = shared.firstWaiting(of: stream), first <= stream.next {
          broken.append("\(name): \(first) waits though \(stream.next) is next")
        }
        if buffer.intervals > 0, stream.facts.contains(.finished) {
          broken.append("\(name): bytes wait in a finished stream")
        }
        if buffer.bytes > limits.waitingBytesPerStream {
          broken.append("\(name): \(buffer.bytes) bytes wait")
        }
      }
    }
    if held != shared.store.heldBytes {
      broken.append("buffers hold \(held), the store counts \(shared.store.heldBytes)")
    }
    return broken
  }
}
