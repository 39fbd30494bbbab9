/// What befalls segments between the wire and the capture.
extension Conversation {
  /// Keeps a segment out of the capture, though it reached its receiver.
  public mutating func drop(_ index: Int) {
    segments[index].isCaptured = false
  }

  /// Keeps everything that a side sent out of the capture.
  public mutating func drop(allOf side: Side) {
    for index in segments.indices where segments[index].side == side {
      segments[index].isCaptured = false
    }
  }

  /// Begins the capture at a segment.
  public mutating func drop(before index: Int) {
    for index in segments.indices.prefix(index) { segments[index].isCaptured = false }
  }

  /// Swaps two segments in the capture; the times stay in their places.
  public mutating func swap(_ first: Int, _ second: Int) {
    let times = (segments[first].time, segments[second].time)
    segments.swapAt(first, second)
    segments[first].time = times.0
    segments[second].time = times.1
  }

  /// Lets everything that a side sent be captured some nanoseconds later, as by a slower mirror port.
  public mutating func delay(_ side: Side, by delay: Int64) {
    for index in segments.indices where segments[index].side == side {
      segments[index].time += delay
    }
    segments.sort { $0.time < $1.time }
  }

  /// Puts a copy of a segment into the capture, some nanoseconds later.
  ///
  /// - Parameter hops: how many routers it passed between its two appearances.
  public mutating func duplicate(_ index: Int, after delay: Int64 = 10_000, hops: UInt8 = 0) {
    var copy = segments[index]
    copy.time += delay
    copy.timeToLive -= hops
    let place = segments.firstIndex { $0.time > copy.time } ?? segments.count
    segments.insert(copy, at: max(place, index + 1))
  }

  /// Cuts a segment's datagram into IP fragments of so many payload bytes, a multiple of eight.
  public mutating func fragment(_ index: Int, length: Int) {
    segments[index].fragmentLength = length
  }

  /// Changes a segment in any way: flags, window, sequence number.
  public mutating func edit(_ index: Int, _ body: (inout Segment) -> Void) {
    body(&segments[index])
  }

  /// Puts a segment of one's own making at a place in the script.
  public mutating func insert(_ segment: Segment, at index: Int) {
    segments.insert(segment, at: index)
  }
}
