/// What was skipped, for the streams in which something was. Place 0 stands for nothing.
struct Tallies: Sendable {
  private var places = [SkippedBytes()]
  private var free: [UInt32] = []

  subscript(place: UInt32) -> SkippedBytes { places[Int(place)] }

  /// Counts skipped bytes of a stream under the code of their run.
  mutating func add(_ count: UInt64, _ code: DiagnosticCode, to stream: inout StreamParser) {
    let index = place(of: &stream)
    switch code {
    case .joinedMidstream: places[index].joinedMidstream &+= count
    case .messageTruncated: places[index].messageTruncated &+= count
    default: places[index].junk &+= count
    }
  }

  /// Counts bytes of another protocol.
  mutating func addOtherProtocol(_ count: UInt64, to stream: inout StreamParser) {
    let index = place(of: &stream)
    places[index].otherProtocol &+= count
  }

  private mutating func place(of stream: inout StreamParser) -> Int {
    if stream.tally == 0 {
      if let index = free.popLast() {
        stream.tally = index
      } else {
        stream.tally = UInt32(truncatingIfNeeded: places.count)
        places.append(SkippedBytes())
      }
    }
    return Int(stream.tally)
  }

  mutating func release(_ stream: inout StreamParser) {
    guard stream.tally != 0 else { return }
    places[Int(stream.tally)] = SkippedBytes()
    free.append(stream.tally)
    stream.tally = 0
  }
}
