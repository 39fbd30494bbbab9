/// Packets to which the capture gave no time, by `Arrival.frame`. The newest runs of them are told
/// apart; older ones are joined over what lies between, so that asking errs on the side of caution.
struct UntimedPackets {
  private static let capacity = 1024
  private var runs: [ClosedRange<UInt64>] = []

  /// Notes a packet; those of one input come in order.
  mutating func note(_ frame: UInt64) {
    if let last = runs.last, frame == last.upperBound &+ 1 {
      runs[runs.count - 1] = last.lowerBound...frame
      return
    }
    runs.append(frame...frame)
    guard runs.count > Self.capacity else { return }
    let (first, second) = (runs[0], runs[1])
    runs[1] =
      min(first.lowerBound, second.lowerBound)...max(first.upperBound, second.upperBound)
    runs.removeFirst()
  }

  func contains(_ frame: UInt64) -> Bool {
    runs.reversed().contains { $0.contains(frame) }
  }

  var isEmpty: Bool { runs.isEmpty }
}
