/// When packets were dropped before they could be captured. The newest spans are told apart; older
/// ones are joined over what lies between them, so that asking errs on the side of caution.
struct DropLog {
  private static let capacity = 1024
  private var spans: [(start: Int64, end: Int64)] = []

  mutating func note(from start: Int64, to end: Int64) {
    spans.append((start, max(start, end)))
    if spans.count > Self.capacity {
      spans[1].start = min(spans[0].start, spans[1].start)
      spans.removeFirst()
    }
  }

  /// Whether packets may have been dropped between `start` and `end`. A span begins and ends with packets
  /// that were captured: what was dropped lies between these.
  func overlaps(_ start: Int64, _ end: Int64) -> Bool {
    for span in spans.reversed() where span.start <= end && span.end >= start {
      let touches = span.end == start || span.start == end
      if !touches || span.start == span.end { return true }
    }
    return false
  }

  var isEmpty: Bool { spans.isEmpty }
}
