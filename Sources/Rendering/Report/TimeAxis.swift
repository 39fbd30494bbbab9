internal import Statistics
internal import Wire

/// How a timeline is laid on columns of a terminal.
struct TimeAxis {
  /// The timeline with no more bins than there is room for.
  let timeline: Timeline
  /// Columns before the first bin.
  let indent: Int
  /// Columns of each bin.
  let cellWidth: Int

  /// The most columns of a bin: wider ones look like bars.
  private static let widestCell = 6

  init(_ timeline: Timeline, width: Int) {
    indent = width >= 140 ? 34 : width >= 72 ? 26 : 12
    let room = max(8, width - indent)
    // Bins that hardly hold a request each are better read when there are fewer of them.
    let requests = timeline.bins.reduce(0) { $0 &+ $1.requests }
    let wanted = max(8, Int(clamping: requests / 2))
    self.timeline = timeline.fitted(to: min(room, wanted))
    cellWidth = min(Self.widestCell, max(1, room / max(1, self.timeline.bins.count)))
  }

  /// Columns of all bins.
  var columns: Int { timeline.bins.count * cellWidth }

  /// When the last bin ends.
  var end: CaptureTime { timeline.start(of: timeline.bins.count) }

  /// The decimals of a second that tell two bins apart.
  var decimals: Int {
    switch timeline.width {
    case 1_000_000_000...: 0
    case 100_000_000...: 1
    case 10_000_000...: 2
    default: 3
    }
  }
}
