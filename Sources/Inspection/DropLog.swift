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

  /// Whether packets were dropped at some time from `start` to `end`.
  func overlaps(_ start: Int64, _ end: Int64) -> Bool {
    for span in spans.reversed() {
      if span.start <= end, span.end >= start { return true }
    }
    return false
  }

  var isEmpty: Bool { spans.isEmpty }
}
